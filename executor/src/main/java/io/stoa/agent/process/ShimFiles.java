package io.stoa.agent.process;

import io.stoa.agent.container.WaitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a shim leaves in its runtime directory; stoa-shim.c says what is when there.
 *
 * @param directory the container's runtime directory
 */
record ShimFiles(Path directory) {

    /**
     * How the command ended.
     *
     * @param killed true where a kill came before the end
     * @param outOfMemory true where the kernel killed something of it for want of memory
     */
    record Exit(WaitStatus status, boolean killed, boolean outOfMemory) {}

    Path control() {
        return directory.resolve("control");
    }

    Path exec() {
        return directory.resolve("exec");
    }

    Path io() {
        return directory.resolve("io");
    }

    /** True where a shim was about to start its command, or has done so. */
    boolean wasStarted() {
        return Files.exists(directory.resolve("log"));
    }

    /** The shim's pid; empty where it was killed before it could write it. */
    OptionalInt pid() {
        try {
            return OptionalInt.of(Integer.parseInt(read("pid").orElse("").strip()));
        } catch (IOException | NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /** Empty also where a host that went down has kept the file and lost what was in it. */
    Optional<Exit> exit() throws IOException {
        return read("status").filter(text -> text.matches("\\d+ [01] [01]\n")).map(text -> {
            String[] fields = text.strip().split(" ", 3);
            return new Exit(new WaitStatus(Integer.parseInt(fields[0])), fields[1].equals("1"), fields[2].equals("1"));
        });
    }

    /** What kept the command from being run; empty where nothing did. */
    String log() throws IOException {
        return read("log").orElse("").strip();
    }

    private Optional<String> read(String name) throws IOException {
        try {
            return Optional.of(Files.readString(directory.resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}

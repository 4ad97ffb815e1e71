package io.stoa.agent.process;

import io.stoa.agent.container.WaitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a shim leaves in its runtime directory; stoa-shim.c says what is when there.
 *
 * @param directory the container's runtime directory
 */
record ShimFiles(Path directory) {

    private static final String STATUS_FAILURE = "Failed to record the status: ";

    /**
     * How the command ended.
     *
     * @param killed true where a kill came before the end, and before memory was short
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

    /** How memory stood when it was short, as the kernel says it; empty where it was not, or nobody knows. */
    Optional<String> memory() throws IOException {
        return read("memory");
    }

    /** What kept the command from being run; empty where nothing did. */
    String launchFailure() throws IOException {
        return log(false).collect(Collectors.joining("\n"));
    }

    /** Why how the command ended is not known; empty also where nobody could say it. */
    Optional<String> statusFailure() throws IOException {
        return log(true).map(line -> line.substring(STATUS_FAILURE.length())).findFirst();
    }

    private Stream<String> log(boolean ofStatus) throws IOException {
        return read("log").orElse("").strip().lines().filter(line -> line.startsWith(STATUS_FAILURE) == ofStatus);
    }

    private Optional<String> read(String name) throws IOException {
        try {
            return Optional.of(Files.readString(directory.resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}

package io.stoa.agent.isolation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** A cgroup of either version. */
record Group(Path directory) {

    /** More agents than that do not end at one moment. */
    static final int MAX_ATTEMPTS = 100;

    private static final Pattern BLANK = Pattern.compile("\\s+");

    /** Killed processes are gone within milliseconds, unless the kernel is busy with their memory or disk. */
    private static final int REMOVAL_STEPS = 500;

    private static final long REMOVAL_STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    boolean exists() {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
    }

    boolean has(String file) {
        return Files.exists(directory.resolve(file));
    }

    /** With those above it, also while another agent of this host removes them, where it sees none in them. */
    void create() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                Files.createDirectories(directory);
                return;
            } catch (NoSuchFileException | FileAlreadyExistsException e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** As one write, as the kernel wants it. */
    void write(String file, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(directory.resolve(file), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
        } catch (IOException e) {
            throw new IOException("Failed to update '" + file + "' with '" + text + "' in " + directory + ": " + e, e);
        }
    }

    String read(String file) throws IOException {
        return Files.readString(directory.resolve(file));
    }

    /** Empty where the kernel does not have it, or says {@code max}. */
    OptionalLong number(String file) throws IOException {
        try {
            String text = read(file).strip();
            return text.equals("max") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        }
    }

    /** A file of lines of a name and a number. */
    Map<String, Long> numbers(String file) throws IOException {
        Map<String, Long> numbers = new HashMap<>();
        for (String line : read(file).lines().toList()) {
            String[] fields = BLANK.split(line, 3);
            if (fields.length == 2) {
                numbers.put(fields[0], Long.parseUnsignedLong(fields[1]));
            }
        }
        return numbers;
    }

    /** A file of words. */
    List<String> words(String file) throws IOException {
        return BLANK.splitAsStream(read(file).strip()).toList();
    }

    /** Its processes ({@code cgroup.procs}) or threads. */
    List<Integer> members(String file) throws IOException {
        return read(file).lines().map(Integer::valueOf).toList();
    }

    List<Group> below() throws IOException {
        List<Group> groups = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, Files::isDirectory)) {
            entries.forEach(entry -> groups.add(new Group(entry)));
        }
        return groups;
    }

    /** SIGKILL to everything in it and below it. */
    void kill() throws IOException {
        if (has("cgroup.kill")) {
            write("cgroup.kill", "1");
            return;
        }
        if (has("freezer.state")) {
            write("freezer.state", "FROZEN");
        }
        killMembers();
        if (has("freezer.state")) {
            write("freezer.state", "THAWED");
        }
    }

    private void killMembers() throws IOException {
        for (int pid : members("cgroup.procs")) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        for (Group group : below()) {
            group.killMembers();
        }
    }

    /** Ends whoever is left in it, and removes it with what is below; nothing happens where it is not there. */
    void destroy() throws IOException {
        for (int step = 0; exists(); step++) {
            try {
                remove();
                return;
            } catch (IOException e) {
                // Somebody is in it, or was killed and is not quite gone.
                if (step == REMOVAL_STEPS) {
                    throw e;
                }
            }
            kill();
            LockSupport.parkNanos(REMOVAL_STEP_NANOS);
        }
    }

    /** Without a look for groups below, which few have: to Java every file of a group might be one. */
    private void remove() throws IOException {
        try {
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            for (Group group : below()) {
                group.remove();
            }
            Files.deleteIfExists(directory);
        }
    }
}

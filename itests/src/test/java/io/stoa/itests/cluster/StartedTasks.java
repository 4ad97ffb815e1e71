package io.stoa.itests.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Where tasks write their id and pid when they start, one line each, behind each other.
 *
 * @param directory of the whole test
 */
record StartedTasks(Path directory) {

    static StartedTasks in(Path directory) throws IOException {
        Files.createFile(directory.resolve("started"));
        return new StartedTasks(directory);
    }

    private Path file() {
        return directory.resolve("started");
    }

    /** What such a task runs first; what it runs then, if that is long, is {@code exec sleep 1000}. */
    String noteOf(String id) {
        return "echo " + id + " $$ >> " + file();
    }

    /** The newest sandbox of a command task, on an agent with this work directory. */
    static Path sandbox(Path workDir, String taskId) throws IOException {
        List<Path> found = new ArrayList<>();
        // Looking elsewhere would meet what the agent is about to remove.
        for (Path agent : entries(workDir.resolve("slaves"))) {
            for (Path framework : entries(agent.resolve("frameworks"))) {
                Path latest = framework.resolve(Path.of("executors", taskId, "runs", "latest"));
                if (Files.exists(latest, LinkOption.NOFOLLOW_LINKS)) {
                    found.add(latest);
                }
            }
        }
        return found.stream().max(Comparator.comparing(StartedTasks::changed)).orElseThrow();
    }

    private static List<Path> entries(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        }
    }

    /** Those of an agent's containers that are there, in whatever hierarchy. */
    static List<Path> groups(Path workDir) throws IOException {
        List<String> containers;
        try (Stream<Path> runs = Files.find(
                workDir.resolve("slaves"),
                8,
                (path, attributes) -> path.toString().matches(".*/runs/[^/]+"))) {
            containers = runs.map(run -> run.getFileName().toString()).toList();
        }
        try (Stream<Path> hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
            return Stream.concat(Stream.of(Path.of("/sys/fs/cgroup")), hierarchies)
                    .flatMap(hierarchy -> containers.stream().map(hierarchy.resolve("mesos")::resolve))
                    .filter(Files::exists)
                    .toList();
        }
    }

    private static FileTime changed(Path link) {
        try {
            return Files.getLastModifiedTime(link, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every start, so an id twice if its task was started twice. */
    List<String> ids() throws IOException {
        return Files.readAllLines(file()).stream()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
    }

    /** The ids of tasks that run still, with their pids. */
    Map<String, Long> running() throws IOException {
        Map<String, Long> running = new TreeMap<>();
        for (String line : Files.readAllLines(file())) {
            long pid = Long.parseLong(line.substring(line.indexOf(' ') + 1));
            boolean sleeps = ProcessHandle.of(pid)
                    .flatMap(process -> process.info().commandLine())
                    .filter(command -> command.contains("sleep 1000"))
                    .isPresent();
            if (sleeps) {
                running.put(line.substring(0, line.indexOf(' ')), pid);
            }
        }
        return running;
    }

    /**
     * What still runs of these tasks, and whatever else has the directory in its command but is not this process' own.
     */
    List<String> orphans() throws IOException {
        Set<Long> pids = new HashSet<>();
        for (String line : Files.readAllLines(file())) {
            pids.add(Long.valueOf(line.substring(line.indexOf(' ') + 1)));
        }
        return ProcessHandle.allProcesses()
                .filter(process -> !isOwn(process))
                .filter(process -> {
                    String command = process.info().commandLine().orElse("");
                    return command.contains(directory.toString())
                            || (pids.contains(process.pid()) && command.contains("sleep 1000"));
                })
                .map(process ->
                        process.pid() + " " + process.info().commandLine().orElse(""))
                .toList();
    }

    /** An agent in here starts shims by a child, whose own children those are. */
    private static boolean isOwn(ProcessHandle process) {
        ProcessHandle self = ProcessHandle.current();
        return process.equals(self)
                || (process.parent().filter(self::equals).isPresent()
                        && process.info().commandLine().orElse("").contains("/stoa-shim "));
    }
}

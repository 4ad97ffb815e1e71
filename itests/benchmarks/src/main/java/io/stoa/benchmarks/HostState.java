package io.stoa.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What of a host tells how an agent fares that has run many tasks on it: the memory groups that the kernel knows, also
 * removed ones, and what a new file costs.
 *
 * @param directory where the agent makes its files
 */
record HostState(Path directory) {

    private static final int FILES = 200;

    Figure figure(String when) throws IOException {
        return new Figure(
                "a real agent: its host " + when + ", memory groups; a new file",
                memoryGroups()
                        + "; %.0f µs of CPU (%s)"
                                .formatted(
                                        fileMicros(),
                                        Files.getFileStore(directory).type()));
    }

    /** With those that are removed and still have pages charged to them. */
    private static String memoryGroups() throws IOException {
        return Files.readAllLines(Path.of("/proc/cgroups")).stream()
                .map(line -> line.split("\t", 4))
                .filter(fields -> fields[0].equals("memory"))
                .map(fields -> fields[2])
                .findFirst()
                .orElse("unknown");
    }

    private double fileMicros() throws IOException {
        Path files = Files.createTempDirectory(directory, "files");
        long fromNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (int i = 0; i < FILES; i++) {
            Files.createFile(files.resolve(Integer.toString(i)));
        }
        double micros = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - fromNanos) / 1e3 / FILES;
        Directories.delete(files);
        return micros;
    }
}

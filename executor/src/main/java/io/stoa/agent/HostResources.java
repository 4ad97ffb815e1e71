package io.stoa.agent;

import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What a host has, by Mesos' rules, where its operator does not say.
 *
 * @param cpus number of cores
 * @param memoryBytes main memory
 * @param diskBytes size of the file system of the work directory
 */
record HostResources(int cpus, long memoryBytes, long diskBytes) {

    private static final long MB = 1L << 20;
    private static final long GB = 1L << 30;
    private static final String PORTS = "ports:[31000-32000]";

    static HostResources probe(Path workDir) throws IOException {
        long memoryKb = Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow(() -> new IOException("/proc/meminfo has no MemTotal"));
        return new HostResources(Runtime.getRuntime().availableProcessors(), memoryKb * 1024, diskBytes(workDir));
    }

    /** Asks for the file system itself, not for its mount point: in a chroot the table of mounts may not have it. */
    private static long diskBytes(Path workDir) throws IOException {
        long bytes = workDir.toFile().getTotalSpace();
        if (bytes == 0) {
            throw new IOException("no file system has " + workDir);
        }
        return bytes;
    }

    /**
     * Adds what is not given: all cores, the memory but 1 GB (or half of less than 2 GB), the disk but 5 GB (or half of
     * less than 10 GB), ports 31000 to 32000.
     *
     * @throws IllegalArgumentException with Mesos' text where what is given is malformed
     */
    Resources complete(String given, String defaultRole) {
        Resources resources = Resources.parse(given, defaultRole);
        long memoryMb = memoryBytes >= 2 * GB ? (memoryBytes - GB) / MB : memoryBytes / 2 / MB;
        long diskMb = diskBytes >= 10 * GB ? (diskBytes - 5 * GB) / MB : diskBytes / 2 / MB;
        for (String found : new String[] {"cpus:" + cpus, "mem:" + memoryMb, "disk:" + diskMb, PORTS}) {
            if (!names(given, found.substring(0, found.indexOf(':')))) {
                resources = resources.plus(Resources.parse(found, defaultRole));
            }
        }
        return resources;
    }

    /** Looks at the text, since {@code disk:0} leaves nothing in the resources. */
    private static boolean names(String given, String name) {
        return Pattern.compile("(^|[;\\s\"])" + name + "\\s*[:(\"]")
                .matcher(given)
                .find();
    }
}

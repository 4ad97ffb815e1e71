package io.stoa.agent.isolation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How containers of processes are to be isolated; an agent's flags have the same names.
 *
 * @param isolation Mesos' isolators, comma separated; empty: cgroups where this process may use them
 * @param launcher {@code linux} (ends a container by its cgroup), {@code posix} (by its processes' descent); empty: the
 *     first where this process may
 * @param cgroupsHierarchy only cgroup mounts below it are used
 * @param cgroupsRoot the group that all containers' groups are in
 * @param features what of the groups is used
 * @param disk of the isolator {@code disk/du}
 */
public record IsolationConfig(
        Optional<String> isolation,
        Optional<String> launcher,
        Path cgroupsHierarchy,
        String cgroupsRoot,
        Features features,
        Disk disk) {

    /**
     * What of the groups is used.
     *
     * @param cfs whether a container without a limit of CPUs may take no more than it was given
     * @param limitSwap whether memory limits count swapped memory, too
     * @param revocableLowPriority whether revocable CPUs come last
     * @param countTasks whether usage tells the numbers of processes and threads
     */
    public record Features(boolean cfs, boolean limitSwap, boolean revocableLowPriority, boolean countTasks) {}

    /**
     * How disk usage is watched.
     *
     * @param enforced whether who takes more than it was given is ended
     * @param intervalMs from the end of one look to the start of the next
     */
    public record Disk(boolean enforced, long intervalMs) {}

    /** Mesos' defaults. */
    public static final IsolationConfig STANDARD = new IsolationConfig(
            Optional.empty(),
            Optional.empty(),
            Path.of("/sys/fs/cgroup"),
            "mesos",
            new Features(false, false, true, false),
            new Disk(false, 15_000));

    private static final Set<String> KNOWN = Set.of(
            "posix/cpu",
            "posix/mem",
            "cgroups/cpu",
            "cgroups/mem",
            "cgroups/pids",
            "cgroups/all",
            "disk/du",
            "posix/rlimits",
            "filesystem/posix",
            "volume/host_path",
            "volume/sandbox_path",
            "volume/secret",
            "environment_secret",
            "network/cni");

    public IsolationConfig {
        launcher.filter(name -> !name.equals("linux") && !name.equals("posix")).ifPresent(name -> {
            throw new IllegalArgumentException("Unknown or unsupported launcher: " + name);
        });
        if (disk.intervalMs <= 0) {
            throw new IllegalArgumentException(
                    "container_disk_watch_interval: " + disk.intervalMs + " ms (expected: > 0)");
        }
        boolean cgroups = isolators(isolation).stream().anyMatch(name -> name.startsWith("cgroups/"));
        if (cgroups && launcher.filter("posix"::equals).isPresent()) {
            throw new IllegalArgumentException("The 'linux' launcher must be used for cgroups isolation");
        }
    }

    /** The same without cgroups and watches. */
    public IsolationConfig posix() {
        return new IsolationConfig(
                Optional.of("posix/cpu,posix/mem"),
                Optional.of("posix"),
                cgroupsHierarchy,
                cgroupsRoot,
                features,
                disk);
    }

    /** Empty where nobody chose. */
    Set<String> isolators() {
        return isolators(isolation);
    }

    private static Set<String> isolators(Optional<String> isolation) {
        Set<String> names = new LinkedHashSet<>();
        for (String name : isolation.map(IsolationConfig::split).orElse(List.of())) {
            for (String current : currentNames(name)) {
                if (!KNOWN.contains(current)) {
                    throw new IllegalArgumentException("Unknown or unsupported isolator '" + current + "'");
                }
                if (!names.add(current)) {
                    throw new IllegalArgumentException(
                            "Duplicate entries found in --isolation flag '" + isolation.get() + "'");
                }
            }
        }
        return names;
    }

    private static List<String> split(String text) {
        List<String> names = new ArrayList<>();
        for (String name : text.split(",", -1)) {
            if (!name.isBlank()) {
                names.add(name.strip());
            }
        }
        return names;
    }

    private static List<String> currentNames(String name) {
        return switch (name) {
            case "process" -> List.of("posix/cpu", "posix/mem");
            case "cgroups" -> List.of("cgroups/cpu", "cgroups/mem");
            case "posix/disk" -> List.of("disk/du");
            default -> List.of(name);
        };
    }
}

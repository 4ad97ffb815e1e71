package io.stoa.agent;

import io.stoa.agent.isolation.IsolationConfig;
import io.stoa.flags.Flag;
import io.stoa.flags.FlagType;
import io.stoa.flags.FlagValues;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The agent's flags about what keeps processes within their limits. */
final class IsolationFlags {

    private static final Flag<String> ISOLATION = Flag.of(
            "isolation",
            FlagType.TEXT,
            "Comma separated isolators for processes: posix/cpu, posix/mem, cgroups/cpu, cgroups/mem, cgroups/pids,"
                    + " cgroups/all, disk/du. If not given, cgroups/cpu,cgroups/mem where this process may use cgroups"
                    + " and posix/cpu,posix/mem elsewhere. rlimits, volumes and secrets need no isolator.");
    private static final Flag<String> LAUNCHER = Flag.of(
            "launcher",
            FlagType.TEXT,
            "How processes are ended: linux (by a cgroup, from which nobody gets away) or posix (by their descent). If"
                    + " not given, linux where this process may use cgroups.");
    private static final Flag<Path> CGROUPS_HIERARCHY = Flag.of(
                    "cgroups_hierarchy", FlagType.PATH, "Only cgroup mounts below it are used; nothing is mounted.")
            .withDefault("/sys/fs/cgroup");
    private static final Flag<String> CGROUPS_ROOT = Flag.of(
                    "cgroups_root", FlagType.TEXT, "Name of the group that the groups of all containers are in.")
            .withDefault("mesos");
    private static final Flag<Boolean> CGROUPS_ENABLE_CFS = Flag.of(
                    "cgroups_enable_cfs",
                    FlagType.BOOLEAN,
                    "Whether a container that asked for no limit of CPUs may take no more than it was given.")
            .withDefault("false");
    private static final Flag<Boolean> CGROUPS_LIMIT_SWAP = Flag.of(
                    "cgroups_limit_swap", FlagType.BOOLEAN, "Whether memory limits count swapped memory, too.")
            .withDefault("false");
    private static final Flag<Boolean> CGROUPS_CPU_ENABLE_PIDS_AND_TIDS_COUNT = Flag.of(
                    "cgroups_cpu_enable_pids_and_tids_count",
                    FlagType.BOOLEAN,
                    "Whether usage tells the numbers of processes and threads.")
            .withDefault("false");
    private static final Flag<Boolean> REVOCABLE_CPU_LOW_PRIORITY = Flag.of(
                    "revocable_cpu_low_priority", FlagType.BOOLEAN, "Whether revocable CPUs come after all others.")
            .withDefault("true");
    private static final Flag<Boolean> ENFORCE_CONTAINER_DISK_QUOTA = Flag.of(
                    "enforce_container_disk_quota",
                    FlagType.BOOLEAN,
                    "Whether who takes more disk than it was given is ended, with disk/du.")
            .withDefault("false");
    private static final Flag<Duration> CONTAINER_DISK_WATCH_INTERVAL = Flag.of(
                    "container_disk_watch_interval",
                    FlagType.DURATION,
                    "Time between two looks at the disk usage of a sandbox, with disk/du.")
            .withDefault("15secs");

    static final List<Flag<?>> ALL = List.of(
            ISOLATION,
            LAUNCHER,
            CGROUPS_HIERARCHY,
            CGROUPS_ROOT,
            CGROUPS_ENABLE_CFS,
            CGROUPS_LIMIT_SWAP,
            CGROUPS_CPU_ENABLE_PIDS_AND_TIDS_COUNT,
            REVOCABLE_CPU_LOW_PRIORITY,
            ENFORCE_CONTAINER_DISK_QUOTA,
            CONTAINER_DISK_WATCH_INTERVAL);

    private IsolationFlags() {}

    static IsolationConfig config(FlagValues values) {
        return new IsolationConfig(
                values.find(ISOLATION),
                values.find(LAUNCHER),
                values.get(CGROUPS_HIERARCHY),
                values.get(CGROUPS_ROOT),
                new IsolationConfig.Features(
                        values.get(CGROUPS_ENABLE_CFS),
                        values.get(CGROUPS_LIMIT_SWAP),
                        values.get(REVOCABLE_CPU_LOW_PRIORITY),
                        values.get(CGROUPS_CPU_ENABLE_PIDS_AND_TIDS_COUNT)),
                new IsolationConfig.Disk(
                        values.get(ENFORCE_CONTAINER_DISK_QUOTA),
                        values.get(CONTAINER_DISK_WATCH_INTERVAL).toMillis()));
    }
}

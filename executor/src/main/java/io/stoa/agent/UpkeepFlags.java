package io.stoa.agent;

import io.stoa.agent.fetch.FetcherConfig;
import io.stoa.agent.sandbox.SandboxCollector;
import io.stoa.flags.Flag;
import io.stoa.flags.FlagType;
import io.stoa.flags.FlagValues;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** How an agent deals with its disk: Mesos' names, forms and defaults. */
final class UpkeepFlags {

    private static final Flag<Duration> GC_DELAY = Flag.of(
                    "gc_delay",
                    FlagType.DURATION,
                    "How long sandboxes stay after the last change in them, on an empty disk.")
            .withDefault("1weeks");
    private static final Flag<Double> GC_DISK_HEADROOM = Flag.of(
                    "gc_disk_headroom",
                    FlagType.DECIMAL,
                    "The part of the disk that is to stay free: sandboxes stay for gc_delay * max(0, 1 -"
                            + " gc_disk_headroom - the part that is used).")
            .withDefault("0.1");
    private static final Flag<Duration> DISK_WATCH_INTERVAL = Flag.of(
                    "disk_watch_interval", FlagType.DURATION, "How often the agent looks how full the disk is.")
            .withDefault("1mins");

    private static final Flag<Boolean> GC_NON_EXECUTOR_CONTAINER_SANDBOXES = Flag.of(
                    "gc_non_executor_container_sandboxes",
                    FlagType.BOOLEAN,
                    "Whether sandboxes of nested containers, a pod's tasks among them, grow old from the end of these"
                            + " containers on. Without, they go with that of their executor.")
            .withDefault("false");

    private static final Flag<Path> FETCHER_CACHE_DIR = Flag.of(
            "fetcher_cache_dir",
            FlagType.PATH,
            "Where URIs are kept that tasks want cached; the agent removes everything in it when it starts. Not given:"
                    + " fetch, in the work directory.");
    private static final Flag<Long> FETCHER_CACHE_SIZE = Flag.of(
                    "fetcher_cache_size", FlagType.BYTES, "How much is kept there at most.")
            .withDefault("2GB");
    private static final Flag<Duration> FETCHER_STALL_TIMEOUT = Flag.of(
                    "fetcher_stall_timeout", FlagType.DURATION, "How long a download may bring nothing.")
            .withDefault("1mins");
    private static final Flag<String> FRAMEWORKS_HOME = Flag.of(
                    "frameworks_home", FlagType.TEXT, "What URIs that are relative paths are relative to.")
            .withDefault("");

    static final List<Flag<?>> ALL = List.of(
            GC_DELAY,
            GC_DISK_HEADROOM,
            DISK_WATCH_INTERVAL,
            GC_NON_EXECUTOR_CONTAINER_SANDBOXES,
            FETCHER_CACHE_DIR,
            FETCHER_CACHE_SIZE,
            FETCHER_STALL_TIMEOUT,
            FRAMEWORKS_HOME);

    private UpkeepFlags() {}

    /** @param workDir where the cache is unless it is said */
    static AgentConfig.Upkeep config(FlagValues values, Path workDir) {
        return new AgentConfig.Upkeep(
                new SandboxCollector.Policy(
                        values.get(GC_DELAY).toMillis(),
                        values.get(GC_DISK_HEADROOM),
                        values.get(DISK_WATCH_INTERVAL).toMillis(),
                        values.get(GC_NON_EXECUTOR_CONTAINER_SANDBOXES)),
                FetcherConfig.STANDARD.with(
                        values.get(FETCHER_STALL_TIMEOUT).toMillis(),
                        values.get(FRAMEWORKS_HOME),
                        new FetcherConfig.Cache(
                                values.find(FETCHER_CACHE_DIR).orElse(workDir.resolve("fetch")),
                                values.get(FETCHER_CACHE_SIZE))));
    }
}

package io.stoa.agent;

import io.stoa.agent.sandbox.SandboxCollector;
import io.stoa.flags.Flag;
import io.stoa.flags.FlagType;
import io.stoa.flags.FlagValues;
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

    static final List<Flag<?>> ALL = List.of(GC_DELAY, GC_DISK_HEADROOM, DISK_WATCH_INTERVAL);

    private UpkeepFlags() {}

    static AgentConfig.Upkeep config(FlagValues values) {
        return new AgentConfig.Upkeep(new SandboxCollector.Policy(
                values.get(GC_DELAY).toMillis(),
                values.get(GC_DISK_HEADROOM),
                values.get(DISK_WATCH_INTERVAL).toMillis()));
    }
}

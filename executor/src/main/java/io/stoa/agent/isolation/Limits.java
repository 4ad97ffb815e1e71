package io.stoa.agent.isolation;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.ResourceStatistics;
import org.apache.mesos.v1.Protos.Value;

/**
 * What a container was given of CPU, memory and disk, and what it may take.
 *
 * @param cpus what it is given
 * @param revocable whether some of the CPUs are revocable
 * @param cpuLimit what it may take, where that was said; may be infinite
 * @param mem what it is given, in MB
 * @param memLimit what it may take, in MB, where that was said; may be infinite
 */
public record Limits(
        Optional<Double> cpus,
        boolean revocable,
        Optional<Double> cpuLimit,
        Optional<Double> mem,
        Optional<Double> memLimit) {

    static final long CFS_PERIOD_US = 100_000;

    private static final long MB = 1024 * 1024;
    private static final long MIN_MEMORY = 32 * MB;
    private static final long MIN_CFS_QUOTA_US = 1_000;
    private static final long SHARES_PER_CPU = 1_024;
    private static final long WEIGHT_PER_CPU = 100;
    private static final long PER_REVOCABLE_CPU = 10;
    private static final long MIN_SHARES = 2;
    private static final long MAX_WEIGHT = 10_000;

    public static Limits of(List<Resource> resources, Map<String, Value.Scalar> limits) {
        return new Limits(
                sum(resources, "cpus"),
                resources.stream().anyMatch(resource -> resource.getName().equals("cpus") && resource.hasRevocable()),
                Optional.ofNullable(limits.get("cpus")).map(Value.Scalar::getValue),
                sum(resources, "mem"),
                Optional.ofNullable(limits.get("mem")).map(Value.Scalar::getValue));
    }

    private static Optional<Double> sum(List<Resource> resources, String name) {
        return resources.stream()
                .filter(resource -> resource.getName().equals(name))
                .map(resource -> resource.getScalar().getValue())
                .reduce(Double::sum);
    }

    /** For {@code cpu.shares} of version 1. */
    long shares(boolean revocableLowPriority) {
        return Math.max(MIN_SHARES, perCpu(SHARES_PER_CPU, revocableLowPriority));
    }

    /** For {@code cpu.weight} of version 2. */
    long weight(boolean revocableLowPriority) {
        return Math.min(MAX_WEIGHT, Math.max(1, perCpu(WEIGHT_PER_CPU, revocableLowPriority)));
    }

    private long perCpu(long amount, boolean revocableLowPriority) {
        return (long) ((revocable && revocableLowPriority ? PER_REVOCABLE_CPU : amount) * cpus.orElse(0.0));
    }

    /** What it may run in a period, of all CPUs together; empty: as much as it likes. */
    OptionalLong quotaUs(boolean cfs) {
        double most = cpuLimit.orElse(cfs ? cpus.orElse(0.0) : Double.POSITIVE_INFINITY);
        return Double.isInfinite(most)
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(MIN_CFS_QUOTA_US, (long) (CFS_PERIOD_US * most)));
    }

    long softBytes() {
        return Math.max(MIN_MEMORY, (long) (mem.orElse(0.0) * MB));
    }

    /** Empty: as much as the host has. */
    OptionalLong hardBytes() {
        if (memLimit.isEmpty()) {
            return OptionalLong.of(softBytes());
        }
        double most = memLimit.get();
        return Double.isInfinite(most)
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(MIN_MEMORY, ((long) most) * MB));
    }

    /**
     * What makes the kernel prefer, on a host that is out of memory, whoever takes more than it was given; empty where
     * it cannot take more.
     */
    OptionalLong oomScoreAdj(long hostBytes) {
        OptionalLong hard = hardBytes();
        return hard.isPresent() && hard.getAsLong() <= softBytes()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, 1_000 - 1_000 * softBytes() / hostBytes));
    }

    /**
     * As {@code /monitor/statistics} says it.
     *
     * @param cfs whether it may take no more CPU than it was given, unless more was said
     */
    public void describe(ResourceStatistics.Builder statistics, boolean cfs, Host host) {
        cpus.ifPresent(statistics::setCpusSoftLimit);
        cpuLimit.or(() -> cfs ? cpus : Optional.empty())
                .ifPresent(most -> statistics.setCpusLimit(Double.isInfinite(most) ? host.cpus() : most));
        mem.ifPresent(given -> statistics.setMemSoftLimitBytes((long) (given * MB)));
        memLimit.or(() -> mem)
                .ifPresent(most ->
                        statistics.setMemLimitBytes(Double.isInfinite(most) ? host.memoryBytes() : (long) (most * MB)));
    }

    /** What an unlimited container may take. */
    public record Host(int cpus, long memoryBytes) {

        /** This one. */
        public static Host current() {
            return new Host(
                    Runtime.getRuntime().availableProcessors(),
                    ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                            .getTotalMemorySize());
        }
    }
}

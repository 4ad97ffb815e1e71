package io.stoa.agent.isolation;

import io.stoa.agent.isolation.IsolationConfig.Features;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.ResourceStatistics;

/** Version 1: a group in the hierarchy of each controller, some of which may be the same one. */
record ControllersV1(
        Optional<Group> cpu, Optional<Group> cpuacct, Optional<Group> mem, Optional<Group> pids, Features features)
        implements Controllers {

    /** The unit of {@code cpuacct.stat}: what the kernel calls USER_HZ, the same on all machines that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;

    private static final double NANOS_PER_SECOND = 1e9;

    @Override
    public List<Group> groups() {
        return Stream.of(cpu, cpuacct, mem, pids)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    @Override
    public Optional<Path> memory() {
        return mem.map(Group::directory);
    }

    @Override
    public void apply(Limits limits, boolean first) throws IOException {
        if (cpu.isPresent()) {
            Group group = cpu.get();
            group.write("cpu.shares", Long.toString(limits.shares(features.revocableLowPriority())));
            if (limits.cpuLimit().isPresent() || features.cfs() || !first) {
                group.write("cpu.cfs_period_us", Long.toString(Limits.CFS_PERIOD_US));
                group.write("cpu.cfs_quota_us", text(limits.quotaUs(features.cfs())));
            }
        }
        if (mem.isPresent()) {
            limitMemory(mem.get(), limits, first);
        }
    }

    /** The limit with swap may never be below that without. */
    private void limitMemory(Group group, Limits limits, boolean first) throws IOException {
        group.write("memory.soft_limit_in_bytes", Long.toString(limits.softBytes()));
        OptionalLong hard = limits.hardBytes();
        boolean raised = hard.orElse(Long.MAX_VALUE)
                > group.number("memory.limit_in_bytes").orElse(Long.MAX_VALUE);
        if (raised && features.limitSwap()) {
            group.write("memory.memsw.limit_in_bytes", text(hard));
        }
        if (first || raised) {
            group.write("memory.limit_in_bytes", text(hard));
        }
        if (first && features.limitSwap()) {
            group.write("memory.memsw.limit_in_bytes", text(hard));
        }
    }

    private static String text(OptionalLong limit) {
        return limit.isPresent() ? Long.toString(limit.getAsLong()) : "-1";
    }

    @Override
    public void measure(ResourceStatistics.Builder statistics) throws IOException {
        if (cpu.isPresent() && features.cfs()) {
            Map<String, Long> stat = cpu.get().numbers("cpu.stat");
            statistics
                    .setCpusNrPeriods(stat.getOrDefault("nr_periods", 0L).intValue())
                    .setCpusNrThrottled(stat.getOrDefault("nr_throttled", 0L).intValue())
                    .setCpusThrottledTimeSecs(stat.getOrDefault("throttled_time", 0L) / NANOS_PER_SECOND);
        }
        if (cpuacct.isPresent()) {
            Map<String, Long> stat = cpuacct.get().numbers("cpuacct.stat");
            statistics
                    .setCpusUserTimeSecs(stat.getOrDefault("user", 0L) / TICKS_PER_SECOND)
                    .setCpusSystemTimeSecs(stat.getOrDefault("system", 0L) / TICKS_PER_SECOND);
            if (features.countTasks()) {
                statistics
                        .setProcesses(cpuacct.get().members("cgroup.procs").size())
                        .setThreads(cpuacct.get().members("tasks").size());
            }
        }
        if (mem.isPresent()) {
            measureMemory(mem.get(), statistics);
        }
    }

    private void measureMemory(Group group, ResourceStatistics.Builder statistics) throws IOException {
        group.number("memory.usage_in_bytes").ifPresent(statistics::setMemTotalBytes);
        if (features.limitSwap()) {
            group.number("memory.memsw.usage_in_bytes").ifPresent(statistics::setMemTotalMemswBytes);
        }
        Map<String, Long> stat = group.numbers("memory.stat");
        statistics
                .setMemFileBytes(stat.getOrDefault("total_cache", 0L))
                .setMemCacheBytes(stat.getOrDefault("total_cache", 0L))
                .setMemAnonBytes(stat.getOrDefault("total_rss", 0L))
                .setMemRssBytes(stat.getOrDefault("total_rss", 0L))
                .setMemMappedFileBytes(stat.getOrDefault("total_mapped_file", 0L))
                .setMemUnevictableBytes(stat.getOrDefault("total_unevictable", 0L));
        // Without swap, the kernel has no such line.
        if (stat.containsKey("total_swap")) {
            statistics.setMemSwapBytes(stat.get("total_swap"));
        }
    }

    @Override
    public Memory memoryState() throws IOException {
        Group group = mem.orElseThrow();
        return new Memory(
                group.number("memory.limit_in_bytes"),
                group.number("memory.max_usage_in_bytes"),
                group.read("memory.stat"));
    }
}

package io.stoa.agent.isolation;

import io.stoa.agent.isolation.IsolationConfig.Features;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.mesos.v1.Protos.ResourceStatistics;

/** Version 2: one group. */
record ControllersV2(Group group, boolean cpu, boolean mem, Features features) implements Controllers {

    private static final double MICROS_PER_SECOND = 1e6;

    @Override
    public List<Group> groups() {
        return List.of(group);
    }

    @Override
    public Optional<Path> memory() {
        return mem ? Optional.of(group.directory()) : Optional.empty();
    }

    @Override
    public void apply(Limits limits, boolean first) throws IOException {
        if (cpu) {
            group.write("cpu.weight", Long.toString(limits.weight(features.revocableLowPriority())));
            group.write("cpu.max", text(limits.quotaUs(features.cfs())) + " " + Limits.CFS_PERIOD_US);
        }
        if (mem) {
            group.write("memory.low", Long.toString(limits.softBytes()));
            OptionalLong hard = limits.hardBytes();
            if (first
                    || hard.orElse(Long.MAX_VALUE) > group.number("memory.max").orElse(Long.MAX_VALUE)) {
                group.write("memory.max", text(hard));
            }
            if (first && features.limitSwap()) {
                group.write("memory.swap.max", "0");
            }
        }
    }

    private static String text(OptionalLong limit) {
        return limit.isPresent() ? Long.toString(limit.getAsLong()) : "max";
    }

    @Override
    public void measure(ResourceStatistics.Builder statistics) throws IOException {
        if (cpu) {
            Map<String, Long> stat = group.numbers("cpu.stat");
            statistics
                    .setCpusUserTimeSecs(stat.getOrDefault("user_usec", 0L) / MICROS_PER_SECOND)
                    .setCpusSystemTimeSecs(stat.getOrDefault("system_usec", 0L) / MICROS_PER_SECOND)
                    .setCpusNrPeriods(stat.getOrDefault("nr_periods", 0L).intValue())
                    .setCpusNrThrottled(stat.getOrDefault("nr_throttled", 0L).intValue())
                    .setCpusThrottledTimeSecs(stat.getOrDefault("throttled_usec", 0L) / MICROS_PER_SECOND);
            if (features.countTasks()) {
                statistics
                        .setProcesses(group.members("cgroup.procs").size())
                        .setThreads(group.members("cgroup.threads").size());
            }
        }
        if (mem) {
            group.number("memory.current").ifPresent(statistics::setMemTotalBytes);
            group.number("memory.swap.current").ifPresent(statistics::setMemSwapBytes);
            Map<String, Long> stat = group.numbers("memory.stat");
            statistics
                    .setMemFileBytes(stat.getOrDefault("file", 0L))
                    .setMemCacheBytes(stat.getOrDefault("file", 0L))
                    .setMemAnonBytes(stat.getOrDefault("anon", 0L))
                    .setMemRssBytes(stat.getOrDefault("anon", 0L))
                    .setMemMappedFileBytes(stat.getOrDefault("file_mapped", 0L))
                    .setMemUnevictableBytes(stat.getOrDefault("unevictable", 0L));
        }
    }

    @Override
    public Memory memoryState() throws IOException {
        return new Memory(group.number("memory.max"), group.number("memory.peak"), group.read("memory.stat"));
    }
}

package io.stoa.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.mesos.v1.Protos.ResourceStatistics;

/** What an engine says of what a container uses, in Mesos' form. */
final class EngineStatistics {

    private static final double NANOS_PER_SECOND = 1e9;

    private EngineStatistics() {}

    /** @param usage as {@code GET /containers/ID/stats} gives it; what is not in it is not set */
    static void read(JsonNode usage, ResourceStatistics.Builder statistics) {
        JsonNode cpu = usage.path("cpu_stats");
        JsonNode throttling = cpu.path("throttling_data");
        statistics
                .setCpusUserTimeSecs(seconds(cpu.path("cpu_usage").path("usage_in_usermode")))
                .setCpusSystemTimeSecs(seconds(cpu.path("cpu_usage").path("usage_in_kernelmode")))
                .setCpusNrPeriods(throttling.path("periods").asInt())
                .setCpusNrThrottled(throttling.path("throttled_periods").asInt())
                .setCpusThrottledTimeSecs(seconds(throttling.path("throttled_time")));
        number(usage.path("pids_stats").path("current"), count -> statistics.setThreads((int) count));
        JsonNode memory = usage.path("memory_stats");
        number(memory.path("usage"), statistics::setMemTotalBytes);
        // By the names of cgroups of version 1, then by those of version 2.
        JsonNode detail = memory.path("stats");
        first(
                detail,
                List.of("total_rss", "anon"),
                bytes -> statistics.setMemRssBytes(bytes).setMemAnonBytes(bytes));
        first(
                detail,
                List.of("total_cache", "file"),
                bytes -> statistics.setMemCacheBytes(bytes).setMemFileBytes(bytes));
        first(detail, List.of("total_mapped_file", "file_mapped"), statistics::setMemMappedFileBytes);
        first(detail, List.of("total_unevictable", "unevictable"), statistics::setMemUnevictableBytes);
        usage.path("networks").forEach(network -> add(network, statistics));
    }

    private static void add(JsonNode network, ResourceStatistics.Builder statistics) {
        statistics
                .setNetRxBytes(
                        statistics.getNetRxBytes() + network.path("rx_bytes").asLong())
                .setNetRxPackets(statistics.getNetRxPackets()
                        + network.path("rx_packets").asLong())
                .setNetRxErrors(
                        statistics.getNetRxErrors() + network.path("rx_errors").asLong())
                .setNetRxDropped(statistics.getNetRxDropped()
                        + network.path("rx_dropped").asLong())
                .setNetTxBytes(
                        statistics.getNetTxBytes() + network.path("tx_bytes").asLong())
                .setNetTxPackets(statistics.getNetTxPackets()
                        + network.path("tx_packets").asLong())
                .setNetTxErrors(
                        statistics.getNetTxErrors() + network.path("tx_errors").asLong())
                .setNetTxDropped(statistics.getNetTxDropped()
                        + network.path("tx_dropped").asLong());
    }

    private static double seconds(JsonNode nanos) {
        return nanos.asLong() / NANOS_PER_SECOND;
    }

    private static void number(JsonNode value, LongConsumer field) {
        if (value.isNumber()) {
            field.accept(value.asLong());
        }
    }

    private static void first(JsonNode of, List<String> names, LongConsumer field) {
        names.stream().filter(of::has).findFirst().ifPresent(name -> number(of.path(name), field));
    }
}

package io.stoa.examples.service;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the containers of an agent had used at a moment, as its {@code /monitor/statistics} says it. */
record UsageSample(Map<Container, Used> containers) {

    private static final double BYTES_PER_MB = 1 << 20;

    /** Short of that, what is used between two samples is mostly chance. */
    private static final double LEAST_SECONDS = 0.1;

    UsageSample {
        containers = Map.copyOf(containers);
    }

    record Container(String schedulerId, String executorId) {}

    /** @param atS in s since the epoch, by the agent's clock */
    record Used(double atS, double cpuSeconds, double memMb) {}

    /** @param answer a list with an object for each container */
    static UsageSample parse(JsonNode answer) {
        Map<Container, Used> containers = new HashMap<>();
        for (JsonNode container : answer) {
            JsonNode statistics = container.path("statistics");
            if (statistics.has("timestamp")) {
                containers.put(
                        new Container(
                                container.path("framework_id").asText(),
                                container.path("executor_id").asText()),
                        new Used(
                                statistics.path("timestamp").asDouble(),
                                statistics.path("cpus_user_time_secs").asDouble()
                                        + statistics
                                                .path("cpus_system_time_secs")
                                                .asDouble(),
                                statistics.path("mem_rss_bytes").asDouble() / BYTES_PER_MB));
            }
        }
        return new UsageSample(containers);
    }

    /**
     * What was used between an earlier sample and this one, of the containers that are in both.
     *
     * @param schedulerId whose containers are told apart
     */
    Usage since(UsageSample earlier, String schedulerId) {
        double cpus = 0;
        double memMb = 0;
        Map<String, Double> own = new HashMap<>();
        for (Map.Entry<Container, Used> container : containers.entrySet()) {
            Used now = container.getValue();
            double its = Optional.ofNullable(earlier.containers.get(container.getKey()))
                    .map(then -> cpus(then, now))
                    .orElse(0.0);
            cpus += its;
            memMb += now.memMb();
            if (container.getKey().schedulerId().equals(schedulerId)) {
                own.put(container.getKey().executorId(), its);
            }
        }
        return new Usage(cpus, memMb, own);
    }

    private static double cpus(Used then, Used now) {
        double seconds = now.atS() - then.atS();
        // A container that was started anew under the same name counts from 0.
        return seconds < LEAST_SECONDS ? 0 : Math.max(0, (now.cpuSeconds() - then.cpuSeconds()) / seconds);
    }
}

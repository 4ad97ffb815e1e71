package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What an executor with its tasks uses, or a task of a group.
 *
 * @param cpuSeconds since it began
 * @param cpus it is to have
 * @param memMb that it has in memory now
 * @param memLimitMb beyond which it is ended, where its agent isolates memory
 */
record StatsRow(
        String id, String frameworkId, String host, double cpuSeconds, double cpus, double memMb, double memLimitMb) {

    private static final double BYTES_PER_MB = 1024 * 1024;

    /** An agent knows it without having to look for it. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Asks an agent for its executors. */
    static List<StatsRow> allOn(HttpEndpoint agent, String host) {
        return rows(agent.within(PATIENCE).get("/monitor/statistics"))
                .map(usage -> of(
                        usage.path("executor_id").asText(),
                        usage.path("framework_id").asText(),
                        host,
                        usage.path("statistics")))
                .toList();
    }

    /** Asks the agent of a task that runs: the task itself where it has a container, otherwise its executor. */
    static List<StatsRow> of(TaskDetail task) {
        if (!task.inGroup()) {
            String executorId = task.executorId().isEmpty() ? task.id() : task.executorId();
            return allOn(task.agent(), task.hostname()).stream()
                    .filter(row ->
                            row.id().equals(executorId) && row.frameworkId().equals(task.frameworkId()))
                    .toList();
        }
        JsonNode answer = task.agent()
                .within(PATIENCE)
                .post("/api/v1", "{\"type\":\"GET_CONTAINERS\",\"get_containers\":{\"show_nested\":true}}");
        return rows(answer.path("get_containers").path("containers"))
                .filter(container -> TaskDetail.containerName(
                                container.path("container_status").path("container_id"))
                        .equals(task.containerId()))
                .map(container ->
                        of(task.id(), task.frameworkId(), task.hostname(), container.path("resource_statistics")))
                .toList();
    }

    private static Stream<JsonNode> rows(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static StatsRow of(String id, String frameworkId, String host, JsonNode statistics) {
        return new StatsRow(
                id,
                frameworkId,
                host,
                statistics.path("cpus_user_time_secs").asDouble()
                        + statistics.path("cpus_system_time_secs").asDouble(),
                statistics
                        .path(statistics.has("cpus_limit") ? "cpus_limit" : "cpus_soft_limit")
                        .asDouble(),
                statistics.path("mem_rss_bytes").asDouble() / BYTES_PER_MB,
                statistics.path("mem_limit_bytes").asDouble() / BYTES_PER_MB);
    }
}

package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A task, as the master's {@code /state} shows it.
 *
 * @param executorId empty for command tasks
 * @param hostname empty where the agent is not there any more
 * @param state without {@code TASK_}
 * @param active false for what has ended or is unreachable
 * @param since when its state was reached, in UTC, ISO 8601; empty before the first update
 */
record TaskRow(
        String id,
        String name,
        String frameworkId,
        String frameworkName,
        String executorId,
        String agentId,
        String hostname,
        String state,
        boolean active,
        double cpus,
        double memMb,
        String since) {

    /** The active tasks, then the unreachable ones and those that have ended, framework by framework. */
    static List<TaskRow> allOf(JsonNode state) {
        Map<String, String> hostnames = new HashMap<>();
        AgentRow.allOf(state).forEach(agent -> hostnames.put(agent.id(), agent.hostname()));
        List<TaskRow> active = new ArrayList<>();
        List<TaskRow> others = new ArrayList<>();
        for (String frameworks : List.of("frameworks", "completed_frameworks")) {
            for (JsonNode framework : state.path(frameworks)) {
                String name = framework.path("name").asText();
                framework.path("tasks").forEach(task -> active.add(of(task, name, true, hostnames)));
                framework.path("unreachable_tasks").forEach(task -> others.add(of(task, name, false, hostnames)));
                framework.path("completed_tasks").forEach(task -> others.add(of(task, name, false, hostnames)));
            }
        }
        active.addAll(others);
        return active;
    }

    private static TaskRow of(JsonNode task, String framework, boolean active, Map<String, String> hostnames) {
        String agentId = task.path("slave_id").asText();
        JsonNode statuses = task.path("statuses");
        return new TaskRow(
                task.path("id").asText(),
                task.path("name").asText(),
                task.path("framework_id").asText(),
                framework,
                task.path("executor_id").asText(),
                agentId,
                hostnames.getOrDefault(agentId, ""),
                task.path("state").asText().replaceFirst("^TASK_", ""),
                active,
                task.path("resources").path("cpus").asDouble(),
                task.path("resources").path("mem").asDouble(),
                Moment.ofSeconds(
                        statuses.path(statuses.size() - 1).path("timestamp").asDouble()));
    }
}

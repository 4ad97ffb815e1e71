package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * A framework, as the master's {@code /state} shows it.
 *
 * @param state active, inactive, disconnected or completed
 * @param door by which it is connected: http, libprocess, or rpc for a scheduler that is offered nothing since it
 *     claims what it wants; empty where it is not connected
 * @param tasks how many it has on agents
 * @param registered in UTC, ISO 8601
 */
record FrameworkRow(
        String id,
        String name,
        String user,
        List<String> roles,
        String state,
        String door,
        int tasks,
        double cpusUsed,
        double memUsedMb,
        String registered) {

    FrameworkRow {
        roles = List.copyOf(roles);
    }

    /** The known ones, then the completed ones. */
    static List<FrameworkRow> allOf(JsonNode state) {
        List<FrameworkRow> rows = new ArrayList<>();
        state.path("frameworks").forEach(framework -> rows.add(of(framework, stateOf(framework))));
        state.path("completed_frameworks").forEach(framework -> rows.add(of(framework, "completed")));
        return rows;
    }

    boolean isCompleted() {
        return state.equals("completed");
    }

    private static FrameworkRow of(JsonNode framework, String state) {
        JsonNode roles = framework.has("roles") ? framework.path("roles") : Json.arrayOf(framework.path("role"));
        return new FrameworkRow(
                framework.path("id").asText(),
                framework.path("name").asText(),
                framework.path("user").asText(),
                StreamSupport.stream(roles.spliterator(), false)
                        .map(JsonNode::asText)
                        .toList(),
                state,
                doorOf(framework),
                framework.path("tasks").size(),
                framework.path("used_resources").path("cpus").asDouble(),
                framework.path("used_resources").path("mem").asDouble(),
                Moment.ofSeconds(framework.path("registered_time").asDouble()));
    }

    private static String stateOf(JsonNode framework) {
        if (framework.path("active").asBoolean()) {
            return "active";
        }
        return framework.path("connected").asBoolean() ? "inactive" : "disconnected";
    }

    /** Mesos tells libprocess from HTTP by the pid, and knows no third. */
    private static String doorOf(JsonNode framework) {
        if (!framework.path("connected").asBoolean()) {
            return "";
        }
        return framework.path("stoa_door").asText(framework.has("pid") ? "libprocess" : "http");
    }
}

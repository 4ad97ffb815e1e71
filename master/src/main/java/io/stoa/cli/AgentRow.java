package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;

/**
 * A host, as the master's {@code /state} shows it.
 *
 * @param address of its HTTP endpoints, {@code ip:port}
 * @param state active, deactivated, draining, drained or disconnected
 * @param registered in UTC, ISO 8601
 */
record AgentRow(
        String id,
        String hostname,
        String address,
        String state,
        double cpus,
        double cpusUsed,
        double memMb,
        double memUsedMb,
        double diskMb,
        double diskUsedMb,
        String registered) {

    static List<AgentRow> allOf(JsonNode state) {
        return StreamSupport.stream(state.path("slaves").spliterator(), false)
                .map(AgentRow::of)
                .toList();
    }

    HttpEndpoint endpoint() {
        return HttpEndpoint.ofAgent(address);
    }

    private static AgentRow of(JsonNode agent) {
        JsonNode total = agent.path("resources");
        JsonNode used = agent.path("used_resources");
        String pid = agent.path("pid").asText();
        return new AgentRow(
                agent.path("id").asText(),
                agent.path("hostname").asText(),
                pid.substring(pid.indexOf('@') + 1),
                stateOf(agent),
                total.path("cpus").asDouble(),
                used.path("cpus").asDouble(),
                total.path("mem").asDouble(),
                used.path("mem").asDouble(),
                total.path("disk").asDouble(),
                used.path("disk").asDouble(),
                Moment.ofSeconds(agent.path("registered_time").asDouble()));
    }

    private static String stateOf(JsonNode agent) {
        if (agent.path("deactivated").asBoolean()) {
            return agent.path("drain_info").path("state").asText("deactivated").toLowerCase(Locale.ROOT);
        }
        return agent.path("active").asBoolean() ? "active" : "disconnected";
    }
}

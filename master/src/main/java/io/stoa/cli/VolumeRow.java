package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A persistent volume, as the master's {@code /slaves} shows it.
 *
 * @param path in the containers that use it
 * @param shared whether several tasks may use it at once
 */
record VolumeRow(String id, String role, String agentId, String hostname, String path, double sizeMb, boolean shared) {

    static List<VolumeRow> allOf(JsonNode answer) {
        List<VolumeRow> rows = new ArrayList<>();
        for (JsonNode agent : answer.path("slaves")) {
            agent.path("reserved_resources_full").properties().forEach(role -> {
                for (JsonNode resource : role.getValue()) {
                    if (resource.path("disk").has("persistence")) {
                        rows.add(of(resource, role.getKey(), agent));
                    }
                }
            });
        }
        return rows;
    }

    private static VolumeRow of(JsonNode resource, String role, JsonNode agent) {
        JsonNode disk = resource.path("disk");
        return new VolumeRow(
                disk.path("persistence").path("id").asText(),
                role,
                agent.path("id").asText(),
                agent.path("hostname").asText(),
                disk.path("volume").path("container_path").asText(),
                resource.path("scalar").path("value").asDouble(),
                resource.has("shared"));
    }
}

package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * A role with everything below it, as the master's {@code /roles} shows it.
 *
 * @param frameworks ids of those in the role itself
 * @param consumed what counts against the limits
 */
record RoleRow(
        String role,
        double weight,
        List<String> frameworks,
        SortedMap<String, Double> allocated,
        SortedMap<String, Double> offered,
        SortedMap<String, Double> reserved,
        SortedMap<String, Double> consumed,
        SortedMap<String, Double> guarantees,
        SortedMap<String, Double> limits) {

    RoleRow {
        frameworks = List.copyOf(frameworks);
    }

    static List<RoleRow> allOf(JsonNode answer) {
        List<RoleRow> rows = new ArrayList<>();
        answer.path("roles").forEach(role -> rows.add(of(role)));
        return rows;
    }

    private static RoleRow of(JsonNode role) {
        List<String> frameworks = new ArrayList<>();
        role.path("frameworks").forEach(id -> frameworks.add(id.asText()));
        JsonNode quota = role.path("quota");
        return new RoleRow(
                role.path("name").asText(),
                role.path("weight").asDouble(),
                frameworks,
                ResourceText.read(role.path("allocated")),
                ResourceText.read(role.path("offered")),
                ResourceText.read(role.path("reserved")),
                ResourceText.read(quota.path("consumed")),
                ResourceText.read(quota.path("guarantee")),
                ResourceText.read(quota.path("limit")));
    }
}

package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** How people name an agent: by its id, its host name, or what its id begins or ends with. */
record AgentName(String text) {

    private static final String AGENTS = "/slaves";
    private static final int MAX_NAMED = 3;

    /**
     * As the master's {@code /slaves} shows it.
     *
     * @throws CommandException not found, or usage where several may be meant
     */
    JsonNode find(HttpEndpoint master) {
        List<JsonNode> found = all(master);
        if (found.isEmpty()) {
            throw new CommandException(ExitCode.NOT_FOUND, "the master knows no agent " + text);
        }
        return found.get(0);
    }

    /** Its id; what is named itself where the master lists no such agent, as where it is unreachable. */
    String id(HttpEndpoint master) {
        List<JsonNode> found = all(master);
        return found.isEmpty() ? text : id(found.get(0));
    }

    /** One or none. */
    private List<JsonNode> all(HttpEndpoint master) {
        JsonNode agents = master.get(AGENTS).path("slaves");
        List<Predicate<JsonNode>> ways = List.of(
                each -> id(each).equals(text),
                each -> hostname(each).equals(text),
                each -> !text.isEmpty() && (id(each).startsWith(text) || id(each).endsWith(text)));
        for (Predicate<JsonNode> way : ways) {
            List<JsonNode> found = StreamSupport.stream(agents.spliterator(), false)
                    .filter(way)
                    .toList();
            if (found.size() > 1) {
                throw new CommandException(ExitCode.USAGE, several(found));
            }
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }

    private String several(List<JsonNode> found) {
        return "'" + text + "' may be one of several agents: "
                + found.stream()
                        .limit(MAX_NAMED)
                        .map(each -> hostname(each) + " (" + id(each) + ")")
                        .collect(Collectors.joining(", "))
                + (found.size() > MAX_NAMED ? " and " + (found.size() - MAX_NAMED) + " more" : "");
    }

    /** @param agent as {@link #find} gives it */
    static String id(JsonNode agent) {
        return agent.path("id").asText();
    }

    private static String hostname(JsonNode agent) {
        return agent.path("hostname").asText();
    }
}

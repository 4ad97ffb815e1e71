package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Option;

/** The agent that a command is about, as people name it. */
final class AgentOption {

    private static final String AGENTS = "/slaves";
    private static final int MAX_NAMED = 3;

    @Option(
            names = "--agent",
            required = true,
            paramLabel = "AGENT",
            description = "The agent's id, its host name, or what its id begins or ends with.")
    private String agent = "";

    /**
     * As the master's {@code /slaves} shows it.
     *
     * @throws CommandException not found, or usage where several may be meant
     */
    JsonNode find(HttpEndpoint master) {
        JsonNode agents = master.get(AGENTS).path("slaves");
        List<Predicate<JsonNode>> ways = List.of(
                each -> id(each).equals(agent),
                each -> hostname(each).equals(agent),
                each -> !agent.isEmpty() && (id(each).startsWith(agent) || id(each).endsWith(agent)));
        for (Predicate<JsonNode> way : ways) {
            List<JsonNode> found = StreamSupport.stream(agents.spliterator(), false)
                    .filter(way)
                    .toList();
            if (found.size() > 1) {
                throw new CommandException(ExitCode.USAGE, several(found));
            }
            if (!found.isEmpty()) {
                return found.get(0);
            }
        }
        throw new CommandException(ExitCode.NOT_FOUND, "the master knows no agent " + agent);
    }

    private String several(List<JsonNode> found) {
        return "'" + agent + "' may be one of several agents: "
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

package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Option;

/** The agent that a command is about, as people name it. */
final class AgentOption {

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
        return new AgentName(agent).find(master);
    }

    /** @param agent as {@link #find} gives it */
    static String id(JsonNode agent) {
        return AgentName.id(agent);
    }
}

package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.apache.mesos.v1.Protos.Resource;
import picocli.CommandLine.Option;

/** Which of an agent's disks is meant. */
final class DiskOption {

    @Option(
            names = "--disk",
            paramLabel = "ROOT",
            description = "The root of the agent's PATH or MOUNT disk that is meant, instead of its own disk.")
    private Optional<String> root = Optional.empty();

    /**
     * So much of what the agent has.
     *
     * @param wanted by name and amount
     * @param role for which it is reserved; empty for what is not
     * @throws CommandException not found where the agent has none of it
     */
    Resource part(JsonNode agent, Resource wanted, Optional<String> role) {
        Resource whole = new AgentResources(agent)
                .holding(wanted, role, root)
                .orElseThrow(() -> new CommandException(ExitCode.NOT_FOUND, missing(agent, wanted.getName(), role)));
        Resource.Builder part = whole.toBuilder();
        switch (wanted.getType()) {
            case SCALAR -> part.setScalar(wanted.getScalar());
            case RANGES -> part.setRanges(wanted.getRanges());
            default -> part.setSet(wanted.getSet());
        }
        return part.build();
    }

    private String missing(JsonNode agent, String name, Optional<String> role) {
        return "agent " + AgentOption.id(agent) + " has no "
                + (role.isPresent() ? "" : "unreserved ") + name
                + (name.equals("disk") ? root.map(" of "::concat).orElse("") : "")
                + role.map(" reserved for "::concat).orElse("");
    }
}

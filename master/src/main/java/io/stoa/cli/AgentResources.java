package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import io.stoa.state.resources.Resources;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;

/**
 * What an agent has: resources are told by all that belongs to them, which nobody wants to type. Reservations are
 * stacks here.
 *
 * @param agent as the master's {@code /slaves} shows it
 */
record AgentResources(JsonNode agent) {

    /** @param id of a volume */
    Optional<Resource> volume(String id) {
        return StreamSupport.stream(agent.path("reserved_resources_full").spliterator(), false)
                .flatMap(role -> StreamSupport.stream(role.spliterator(), false))
                .filter(resource -> resource.at("/disk/persistence/id").asText().equals(id))
                .map(AgentResources::read)
                .findFirst();
    }

    /**
     * That part of what the agent has of which the wanted is to be: the first one that is large enough, or the first.
     *
     * @param wanted by name and amount
     * @param role for which it is reserved; empty for what is not
     * @param root of the disk, where it is no part of the agent's own
     */
    Optional<Resource> holding(Resource wanted, Optional<String> role, Optional<String> root) {
        JsonNode all = role.map(
                        reserved -> agent.path("reserved_resources_full").path(reserved))
                .orElse(agent.path("unreserved_resources_full"));
        Predicate<Resource> fits = resource -> resource.getName().equals(wanted.getName())
                && !resource.getDisk().hasPersistence()
                && (!wanted.getName().equals("disk") || root(resource).equals(root));
        List<Resource> found = StreamSupport.stream(all.spliterator(), false)
                .map(AgentResources::read)
                .filter(fits)
                .toList();
        return found.stream()
                .filter(resource ->
                        resource.getScalar().getValue() >= wanted.getScalar().getValue())
                .findFirst()
                .or(() -> found.stream().findFirst());
    }

    private static Optional<String> root(Resource resource) {
        DiskInfo.Source source = resource.getDisk().getSource();
        return switch (source.getType()) {
            case PATH -> Optional.of(source.getPath().getRoot());
            case MOUNT -> Optional.of(source.getMount().getRoot());
            default -> Optional.empty();
        };
    }

    private static Resource read(JsonNode resource) {
        try {
            return Resources.refined(
                    MesosJson.parse(resource.toString().getBytes(StandardCharsets.UTF_8), Resource.newBuilder())
                            .build());
        } catch (MesosJsonException e) {
            throw new CommandException(ExitCode.FAILED, "the master shows no resource: " + e.getMessage());
        }
    }
}

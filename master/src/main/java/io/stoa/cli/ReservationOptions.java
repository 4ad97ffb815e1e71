package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is reserved where, and for whom. */
final class ReservationOptions {

    @Mixin
    private AgentOption agent = new AgentOption();

    @Option(names = "--role", required = true, paramLabel = "ROLE", description = "The role they are for.")
    private String role = "";

    @Mixin
    private DiskOption disk = new DiskOption();

    @Parameters(paramLabel = "RESOURCES", description = "As in cpus:1;mem:128;ports:[31000-31009].")
    private String resources = "";

    JsonNode agent(HttpEndpoint master) {
        return agent.find(master);
    }

    static AgentID id(JsonNode agent) {
        return AgentID.newBuilder().setValue(AgentOption.id(agent)).build();
    }

    String role() {
        return role;
    }

    /** With this reservation on top of those of the role it refines, if it does. */
    List<Resource> toReserve(JsonNode agent, Optional<String> refined) {
        ReservationInfo reservation = ReservationInfo.newBuilder()
                .setType(ReservationInfo.Type.DYNAMIC)
                .setRole(role)
                .build();
        return ResourceText.parse(resources).toProto().stream()
                .map(wanted -> disk.part(agent, wanted, refined).toBuilder()
                        .addReservations(reservation)
                        .build())
                .toList();
    }

    /** As they are reserved, be it by a framework or as a refinement. */
    List<Resource> reserved(JsonNode agent) {
        return ResourceText.parse(resources).toProto().stream()
                .map(wanted -> disk.part(agent, wanted, Optional.of(role)))
                .toList();
    }
}

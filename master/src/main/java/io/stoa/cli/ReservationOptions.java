package io.stoa.cli;

import io.stoa.state.resources.Resources;
import java.util.List;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is reserved where, and for whom. */
final class ReservationOptions {

    @Option(names = "--agent", required = true, paramLabel = "ID", description = "The agent they are of.")
    private String agent = "";

    @Option(names = "--role", required = true, paramLabel = "ROLE", description = "The role they are for.")
    private String role = "";

    @Parameters(paramLabel = "RESOURCES", description = "As in cpus:1;mem:128;ports:[31000-31009].")
    private String resources = "";

    AgentID agent() {
        return AgentID.newBuilder().setValue(agent).build();
    }

    String role() {
        return role;
    }

    List<Resource> resources() {
        return reserved(ResourceText.parse(resources), role);
    }

    /** The same resources, reserved dynamically. */
    @SuppressWarnings("deprecation") // The role of what is not reserved.
    static List<Resource> reserved(Resources resources, String role) {
        return resources.toProto().stream()
                .map(resource -> resource.toBuilder()
                        .clearRole()
                        .addReservations(ReservationInfo.newBuilder()
                                .setType(ReservationInfo.Type.DYNAMIC)
                                .setRole(role))
                        .build())
                .toList();
    }
}

package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.mesos.v1.master.Protos.Call;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "unreserve", description = "End the reservation of resources that nobody uses.")
final class UnreserveCommand extends CallCommand {

    @Mixin
    private ReservationOptions what = new ReservationOptions();

    @Override
    Call call(HttpEndpoint master) {
        JsonNode agent = what.agent(master);
        return Call.newBuilder()
                .setType(Call.Type.UNRESERVE_RESOURCES)
                .setUnreserveResources(Call.UnreserveResources.newBuilder()
                        .setAgentId(ReservationOptions.id(agent))
                        .addAllResources(what.reserved(agent)))
                .build();
    }

    @Override
    String done() {
        return "no longer reserved for " + what.role();
    }
}

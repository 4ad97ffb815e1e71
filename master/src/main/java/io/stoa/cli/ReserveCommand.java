package io.stoa.cli;

import org.apache.mesos.v1.master.Protos.Call;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "reserve",
        description = {
            "Reserve resources of an agent for a role.",
            "Nobody may use them; what is on offer is taken back where needed."
        })
final class ReserveCommand extends CallCommand {

    @Mixin
    private ReservationOptions what = new ReservationOptions();

    @Override
    Call call(HttpEndpoint master) {
        return Call.newBuilder()
                .setType(Call.Type.RESERVE_RESOURCES)
                .setReserveResources(Call.ReserveResources.newBuilder()
                        .setAgentId(what.agent())
                        .addAllResources(what.resources()))
                .build();
    }

    @Override
    String done() {
        return "reserved for " + what.role();
    }
}

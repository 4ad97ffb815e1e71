package io.stoa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.apache.mesos.v1.master.Protos.Call;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "reserve",
        description = {
            "Reserve resources of an agent for a role.",
            "Nobody may use them; what is on offer is taken back where needed.",
            "With --refine what is reserved for a role already is reserved for one below it."
        })
final class ReserveCommand extends CallCommand {

    @Mixin
    private ReservationOptions what = new ReservationOptions();

    @Option(
            names = "--refine",
            paramLabel = "ROLE",
            description = "The role they are reserved for, as in --refine=eng --role=eng/web.")
    private Optional<String> refined = Optional.empty();

    @Override
    Call call(HttpEndpoint master) {
        JsonNode agent = what.agent(master);
        return Call.newBuilder()
                .setType(Call.Type.RESERVE_RESOURCES)
                .setReserveResources(Call.ReserveResources.newBuilder()
                        .setAgentId(ReservationOptions.id(agent))
                        .addAllResources(what.toReserve(agent, refined)))
                .build();
    }

    @Override
    String done() {
        return "reserved for " + what.role();
    }
}

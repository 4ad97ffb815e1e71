package io.stoa.master.operator;

import io.stoa.http.PiecedBody;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.Offer;

/** Prints Mesos' {@code /slaves}: agents with all that there is to say of their resources. */
final class SlavesReport {

    private final ClusterSnapshot snapshot;
    private final SoftState soft;
    private final Map<AgentId, List<Offer>> offers;

    SlavesReport(ClusterSnapshot snapshot, SoftState soft) {
        this.snapshot = snapshot;
        this.soft = soft;
        offers = soft.openOffers().stream()
                .collect(Collectors.groupingBy(
                        offer -> new AgentId(offer.getAgentId().getValue())));
    }

    /** What an agent's text depends on beside the agent itself. */
    record Beside(List<Offer> offers, boolean connected) {}

    /**
     * @param agents those to be shown
     * @param printed what is known of them
     */
    PiecedBody print(Predicate<AgentId> agents, PrintedBeside<Agent, Beside> printed) {
        List<byte[]> registered = new ArrayList<>();
        List<Agent> recovered = new ArrayList<>();
        for (Agent agent : snapshot.agents()) {
            if (!agents.test(agent.id())) {
                continue;
            }
            if (soft.isRecovered(agent.id())) {
                recovered.add(agent);
            } else if (agent.status() == AgentStatus.REGISTERED) {
                registered.add(print(agent, printed));
            }
        }
        return JsonParts.print(parts -> {
            parts.out().writeStartObject();
            parts.array("slaves", registered);
            parts.out().writeArrayFieldStart("recovered_slaves");
            AgentWriter writer = new AgentWriter(parts.out());
            for (Agent agent : recovered) {
                writer.writeRecovered(agent);
            }
            parts.out().writeEndArray();
            parts.out().writeEndObject();
        });
    }

    private byte[] print(Agent agent, PrintedBeside<Agent, Beside> printed) {
        Beside beside = new Beside(offers.getOrDefault(agent.id(), List.of()), soft.isConnected(agent.id()));
        return printed.of(
                agent,
                beside,
                () -> JsonParts.element(out -> new AgentWriter(out)
                        .writeInFull(
                                agent,
                                beside.offers(),
                                beside.connected(),
                                AllocatedResources.usedOn(agent.id(), snapshot).toProto())));
    }
}

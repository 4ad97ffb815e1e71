package io.stoa.master.operator;

import io.stoa.state.model.Agent;
import io.stoa.state.model.ClusterSnapshot;
import java.util.List;
import org.apache.mesos.v1.Protos.Offer;

/**
 * An agent with what is shown of it and is not the agent's own.
 *
 * @param offers the open ones of this agent
 * @param snapshot where its tasks are
 */
public record ShownAgent(Agent agent, List<Offer> offers, boolean connected, ClusterSnapshot snapshot) {

    /** Agents are added up by how many of them are offered. */
    public static PrintedArray.Kind<ShownAgent, Integer> printedBy(PrintedArray.Printer<ShownAgent> printer) {
        return new PrintedArray.Kind<>(shown -> shown.agent().id(), ShownAgent::isSame, printer, ShownAgent::active);
    }

    /** An agent that changes becomes another one, and it does when what its tasks hold changes. */
    @SuppressWarnings("ReferenceEquality")
    boolean isSame(ShownAgent other) {
        return agent == other.agent && connected == other.connected && offers.equals(other.offers);
    }

    private static int active(List<ShownAgent> agents) {
        return (int) agents.stream().filter(ShownAgent::active).count();
    }

    /** Whether it is offered. */
    public boolean active() {
        return connected && agent.activation().isActive();
    }

    /** What its tasks and executors hold. */
    public AllocatedResources used() {
        return AllocatedResources.used(snapshot.tasksOn(agent.id()), snapshot.executorsOn(agent.id()));
    }
}

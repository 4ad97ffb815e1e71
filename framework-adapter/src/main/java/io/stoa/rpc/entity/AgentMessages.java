package io.stoa.rpc.entity;

import io.stoa.proto.v1.Agent;
import io.stoa.proto.v1.AgentResources;
import io.stoa.state.model.Activation;
import io.stoa.state.model.AgentStatus;

/** Hosts as messages. */
public final class AgentMessages {

    private AgentMessages() {}

    /** All that is said of an agent. */
    public static Agent whole(io.stoa.state.model.Agent agent) {
        Agent.Builder message = Agent.newBuilder()
                .setAgentId(agent.id().value())
                .setHostname(agent.info().getHostname())
                .setIp(agent.ip())
                .setPort(agent.port())
                .addAllAttributes(agent.info().getAttributesList())
                .setState(state(agent.status()))
                .addAllTotal(agent.total().toProto())
                .addAllFree(agent.free().toProto())
                .setChangedAt(agent.changedAt().value())
                .setRegisteredAtMs(agent.registeredAtMs())
                .setReregisteredAtMs(agent.reregisteredAtMs())
                .setUnreachableAtMs(agent.unreachableAtMs())
                .setActivation(activation(agent.activation()));
        if (agent.activation() instanceof Activation.Drain drain) {
            message.setDrainingSinceMs(drain.sinceMs());
        }
        if (agent.info().hasDomain()) {
            message.setDomain(agent.info().getDomain());
        }
        return message.build();
    }

    private static Agent.State state(AgentStatus status) {
        return switch (status) {
            case REGISTERED -> Agent.State.REGISTERED;
            case UNREACHABLE -> Agent.State.UNREACHABLE;
        };
    }

    private static Agent.Activation activation(Activation activation) {
        if (activation instanceof Activation.Drain drain) {
            return drain.done() ? Agent.Activation.DRAINED : Agent.Activation.DRAINING;
        }
        return activation.isActive() ? Agent.Activation.ACTIVE : Agent.Activation.DEACTIVATED;
    }

    /** What can be claimed of an agent. */
    public static AgentResources resources(io.stoa.state.model.Agent agent) {
        return AgentResources.newBuilder()
                .setAgentId(agent.id().value())
                .addAllFree(agent.free().toProto())
                .setChangedAt(agent.changedAt().value())
                .build();
    }
}

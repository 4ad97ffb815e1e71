package io.stoa.state.transaction;

import io.stoa.state.model.Activation;
import io.stoa.state.model.Activation.Drain;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterState;
import io.stoa.state.transaction.StateMutation.DeactivateAgent;
import io.stoa.state.transaction.StateMutation.DrainAgent;
import io.stoa.state.transaction.StateMutation.FinishDrain;
import io.stoa.state.transaction.StateMutation.ReactivateAgent;
import org.jspecify.annotations.Nullable;

/** What operators may want of agents, in Mesos' order; and what that means for new work. */
final class ActivationRules {

    private ActivationRules() {}

    /** Why operators do not let an agent take new work; null where they do. */
    static @Nullable Conflict refusal(Agent agent) {
        if (agent.activation() instanceof Drain drain) {
            return new Conflict.AgentIsDraining(agent.id(), drain.done());
        }
        return agent.activation().isActive() ? null : new Conflict.AgentIsDeactivated(agent.id());
    }

    static Verdict decide(ClusterState state, DeactivateAgent deactivate) {
        AgentId id = deactivate.agentId();
        return state.agent(id)
                .map(agent ->
                        agent.activation().isActive() ? changed(id, new Activation.Deactivated()) : Verdict.NOTHING)
                .orElseGet(() -> absent(id));
    }

    static Verdict decide(ClusterState state, DrainAgent drain) {
        AgentId id = drain.agentId();
        return state.agent(id).isPresent()
                ? changed(id, new Drain(drain.maxGraceNs(), drain.markGone(), drain.timeMs(), false))
                : absent(id);
    }

    static Verdict decide(ClusterState state, FinishDrain finish) {
        AgentId id = finish.agentId();
        return state.agent(id)
                .filter(agent -> agent.status() == AgentStatus.REGISTERED)
                .flatMap(agent -> agent.activation().unfinishedDrain())
                // In this order: only of a host that drains it is worth the look at every framework.
                .filter(drain -> !drain.markGone() && !state.isInUse(id))
                .map(drain -> changed(id, drain.finished()))
                .orElse(Verdict.NOTHING);
    }

    static Verdict decide(ClusterState state, ReactivateAgent reactivate) {
        AgentId id = reactivate.agentId();
        Activation activation = state.agent(id).map(Agent::activation).orElse(new Activation.Active());
        if (activation.isActive()) {
            return Verdict.refused(new Conflict.AgentIsActive(id));
        }
        return activation.isDraining()
                ? Verdict.refused(new Conflict.AgentIsDraining(id, false))
                : changed(id, new Activation.Active());
    }

    private static Verdict changed(AgentId id, Activation activation) {
        return Verdict.of(new StateChange.AgentActivationChanged(id, activation));
    }

    private static Verdict absent(AgentId id) {
        return Verdict.refused(new Conflict.AgentUnavailable(id));
    }
}

package io.stoa.state.transaction;

import io.stoa.state.model.Activation;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterState;
import io.stoa.state.model.GoneAgent;
import io.stoa.state.model.StateVersion;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation.AdmitAgent;
import io.stoa.state.transaction.StateMutation.ForgetAgent;
import io.stoa.state.transaction.StateMutation.MarkAgentGone;
import io.stoa.state.transaction.StateMutation.MarkAgentUnreachable;
import io.stoa.state.transaction.StateMutation.RemoveAgent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How agents come and go. */
final class AgentRules {

    /** The most of one scalar that an agent may have, in thousandths: sums over a whole cluster stay exact. */
    static final long MAX_SCALAR_MILLI = 100_000_000_000_000L;

    private AgentRules() {}

    /** @param version of the transaction */
    static Verdict decide(ClusterState state, AdmitAgent admit, StateVersion version) {
        String named = admit.info().getId().getValue();
        if (!named.equals(admit.agentId().value())) {
            return Verdict.refused(
                    new Conflict.Invalid("id of the AgentInfo: " + named + " (expected: " + admit.agentId() + ")"));
        }
        if (state.isGone(admit.agentId())) {
            return Verdict.refused(new Conflict.AgentIsGone(admit.agentId()));
        }
        Agent known = state.agent(admit.agentId()).orElse(null);
        if (known != null && admit.repeats(known)) {
            return Verdict.of(new StateChange.AgentAdmitted(known.returned(admit.timeMs(), version), true));
        }
        Optional<String> absurd = admit.total().scalarAbove(MAX_SCALAR_MILLI);
        if (absurd.isPresent()) {
            return Verdict.refused(
                    new Conflict.Invalid(absurd.get() + " (expected: <= " + MAX_SCALAR_MILLI / 1000 + ")"));
        }
        Resources claimed = known == null ? Resources.EMPTY : known.claimed();
        Resources total = known == null ? admit.total() : admit.said();
        Conversion conversion = known == null ? null : known.conversion().orElse(null);
        if (conversion != null) {
            total = admit.said().apply(conversion).orElse(null);
            if (total == null) {
                return Verdict.refused(
                        new Conflict.InsufficientResources(admit.agentId(), conversion.consumed(), admit.said()));
            }
        }
        if (!total.contains(claimed)) {
            return Verdict.refused(new Conflict.InsufficientResources(admit.agentId(), claimed, total));
        }
        Agent admitted = new Agent(
                admit.agentId(),
                admit.info(),
                admit.info().toByteString(),
                admit.capabilities(),
                admit.mesosVersion(),
                admit.ip(),
                admit.port(),
                total,
                claimed,
                AgentStatus.REGISTERED,
                known == null ? new Activation.Active() : known.activation(),
                known == null ? admit.timeMs() : known.registeredAtMs(),
                known == null ? 0 : admit.timeMs(),
                0,
                version);
        return Verdict.of(new StateChange.AgentAdmitted(admitted, false));
    }

    static Verdict decide(ClusterState state, MarkAgentUnreachable mark) {
        Agent agent = state.agent(mark.agentId()).orElse(null);
        if (agent == null) {
            return Verdict.refused(new Conflict.AgentUnavailable(mark.agentId()));
        }
        return agent.status() == AgentStatus.REGISTERED
                ? Verdict.of(new StateChange.AgentBecameUnreachable(mark.agentId(), mark.timeMs()))
                : Verdict.NOTHING;
    }

    static Verdict decide(ClusterState state, RemoveAgent remove) {
        return state.agent(remove.agentId()).isEmpty()
                ? Verdict.refused(new Conflict.AgentUnavailable(remove.agentId()))
                : Verdict.of(Cascade.removal(state, remove.agentId()));
    }

    static Verdict decide(ClusterState state, MarkAgentGone mark) {
        if (state.isGone(mark.agentId())) {
            return Verdict.NOTHING;
        }
        if (state.agent(mark.agentId()).isEmpty()) {
            return Verdict.refused(new Conflict.AgentUnavailable(mark.agentId()));
        }
        List<StateChange> changes = new ArrayList<>(Cascade.removal(state, mark.agentId()));
        changes.add(new StateChange.AgentMarkedGone(new GoneAgent(mark.agentId(), mark.timeMs())));
        return Verdict.of(changes);
    }

    static Verdict decide(ClusterState state, ForgetAgent forget) {
        AgentId id = forget.agentId();
        boolean isAway = state.agent(id)
                .filter(agent -> agent.status() == AgentStatus.UNREACHABLE)
                .isPresent();
        return isAway || state.isGone(id) ? Verdict.of(Cascade.forgetting(state, id)) : Verdict.NOTHING;
    }
}

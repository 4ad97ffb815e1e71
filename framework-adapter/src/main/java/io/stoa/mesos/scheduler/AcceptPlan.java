package io.stoa.mesos.scheduler;

import io.stoa.mesos.offer.TakenOffers;
import io.stoa.state.model.Agent;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import java.util.ArrayList;
import java.util.List;

/** What one ACCEPT asks of the state, operation by operation; each finds what the ones before it leave. */
final class AcceptPlan {

    private final List<StateMutation> mutations = new ArrayList<>();
    private Resources total;
    private Resources used;
    private Resources remaining;

    AcceptPlan(TakenOffers taken, Agent agent) {
        this.total = agent.total();
        this.used = agent.claimed();
        this.remaining = taken.total();
    }

    /** What is asked of the state, in the order of the operations. */
    List<StateMutation> mutations() {
        return mutations;
    }

    /** What is left of the accepted offers; what is shared stays, whoever uses it. */
    Resources remaining() {
        return remaining;
    }

    /** Everything the agent has. */
    Resources total() {
        return total;
    }

    /** What tasks and executors hold on the agent. */
    Resources used() {
        return used;
    }

    /** @param claim of one task or a group */
    void claim(StateMutation claim, Resources resources) {
        mutations.add(claim);
        used = used.plus(resources);
        remaining = remaining.minus(resources.unshared());
    }

    /** @param left what is left of the accepted offers */
    void convert(StateMutation.ConvertResources conversion, Resources left) {
        mutations.add(conversion);
        remaining = left;
        for (Conversion each : conversion.conversions()) {
            // Where the snapshot is behind, the commit decides.
            total = total.apply(each).orElse(total);
        }
    }
}

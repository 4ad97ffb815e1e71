package io.stoa.mesos.offer;

import io.stoa.mesos.offer.OfferDecision.Refusal;
import io.stoa.state.model.Agent;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;

/** What a client is offered of an agent: its own conditions first, then the quotas, then its filters. */
final class OfferRules {

    /** For what sake something is offered. */
    enum Purpose {
        /** Guarantees that are not satisfied yet: only to roles that have some, and these get them whatever else. */
        GUARANTEES,
        /** Everything else. */
        SHARES
    }

    private final AllocatableMinimum minimum;
    private final RefusalFilters filters;
    private final QuotaLedger quotas;

    OfferRules(AllocatableMinimum minimum, RefusalFilters filters, QuotaLedger quotas) {
        this.minimum = minimum;
        this.filters = filters;
        this.quotas = quotas;
    }

    /** @param free what is free on the agent and may be allocated to the client's role */
    OfferDecision decide(Client client, Subscription subscription, Agent agent, Resources free, Purpose purpose) {
        Resources available = subscription.usable(free);
        if (available.isEmpty()) {
            return Refusal.NOTHING_FREE;
        }
        if (!subscription.takesGpus() && agent.total().scalarMilli("gpus") > 0) {
            return Refusal.GPUS;
        }
        AllocatableMinimum least = subscription.minimum(client.role(), minimum);
        if (!least.isMetBy(available)) {
            return Refusal.BELOW_MINIMUM;
        }
        OfferDecision decision = withinQuota(client.quota(), available, least, purpose);
        return decision instanceof OfferDecision.Takes takes && filters.refuses(client, agent.id(), takes.resources())
                ? Refusal.FILTERED
                : decision;
    }

    private OfferDecision withinQuota(
            QuotaAccount account, Resources available, AllocatableMinimum least, Purpose purpose) {
        if (purpose == Purpose.SHARES && account.quota().limits().isEmpty() && !quotas.owes()) {
            return new OfferDecision.Takes(available, false);
        }
        Resources counting = available.unreservedScalars();
        Resources guaranteed =
                purpose == Purpose.GUARANTEES ? counting.scalarsWithin(account.unsatisfied()::milli) : Resources.EMPTY;
        if (purpose == Purpose.GUARANTEES && guaranteed.isEmpty()) {
            return Refusal.SATISFIED;
        }
        ResourceQuantities given = guaranteed.quantities();
        Resources more = counting.minus(guaranteed)
                .scalarsWithin(name -> Math.min(
                        account.roomMilli(name) - Math.min(account.roomMilli(name), given.milli(name)),
                        quotas.owes() ? quotas.surplusMilli(name) : Long.MAX_VALUE));
        Resources allowed = guaranteed.plus(more);
        boolean chopped = !allowed.contains(counting);
        Resources offered = chopped ? available.minus(counting).plus(allowed) : available;
        return least.isMetBy(offered) ? new OfferDecision.Takes(offered, chopped) : Refusal.QUOTA;
    }
}

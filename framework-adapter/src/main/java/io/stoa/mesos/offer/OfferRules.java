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

    private final OfferPolicy policy;
    private final RefusalFilters filters;
    private final QuotaLedger quotas;

    OfferRules(OfferPolicy policy, RefusalFilters filters, QuotaLedger quotas) {
        this.policy = policy;
        this.filters = filters;
        this.quotas = quotas;
    }

    /**
     * What is free on an agent and may be allocated to a role.
     *
     * @param agent whose it is
     * @param all everything of it
     * @param counting the part of it that counts against quotas
     */
    record Available(Agent agent, Resources all, Resources counting) {

        static Available of(Agent agent, Resources all) {
            return new Available(agent, all, all.unreservedScalars());
        }

        /** What a framework does not know how to use is reserved or revocable: without that, nothing is taken out. */
        private Available to(Subscription subscription) {
            return all.isUnreserved() && !all.hasRevocable() ? this : of(agent, subscription.usable(all));
        }
    }

    OfferDecision decide(Client client, Subscription subscription, Available toRole, Purpose purpose) {
        Available available = toRole.to(subscription);
        Agent agent = available.agent;
        if (available.all.isEmpty()) {
            return Refusal.NOTHING_FREE;
        }
        if (filters.refuses(client, agent.id(), available.all)) {
            return Refusal.FILTERED;
        }
        if (policy.filterGpus() && !subscription.takesGpus() && agent.total().scalarMilli("gpus") > 0) {
            return Refusal.GPUS;
        }
        if (!subscription.isRegionAware() && policy.isRemote(agent.info())) {
            return Refusal.REMOTE;
        }
        if (subscription.excludes(client.role(), agent)) {
            return Refusal.CONSTRAINTS;
        }
        AllocatableMinimum least = subscription.minimum(client.role(), policy.minimum());
        if (!least.isMetBy(available.all)) {
            return Refusal.BELOW_MINIMUM;
        }
        QuotaAccount account = client.quota();
        if (purpose == Purpose.SHARES && account.quota().limits().isEmpty() && !quotas.owes()) {
            return new OfferDecision.Takes(available.all, false);
        }
        OfferDecision decision = purpose == Purpose.GUARANTEES
                ? promised(account, available, least)
                : withinQuota(account, available, Resources.EMPTY, least);
        return decision instanceof OfferDecision.Takes takes
                        && takes.chopped()
                        && filters.refuses(client, agent.id(), takes.resources())
                ? Refusal.FILTERED
                : decision;
    }

    private OfferDecision promised(QuotaAccount account, Available available, AllocatableMinimum least) {
        Resources promised = available.counting.scalarsWithin(account.unsatisfied()::milli);
        return promised.isEmpty() ? Refusal.SATISFIED : withinQuota(account, available, promised, least);
    }

    /** @param promised is given in any case */
    private OfferDecision withinQuota(
            QuotaAccount account, Available available, Resources promised, AllocatableMinimum least) {
        if (promised.isEmpty() && !least.isMetBy(name -> mostMilli(account, available, name))) {
            return Refusal.QUOTA;
        }
        Resources allowed = allowed(account, available, promised);
        if (allowed.contains(available.counting)) {
            return new OfferDecision.Takes(available.all, false);
        }
        Resources offered = available.all.minus(available.counting).plus(allowed);
        return least.isMetBy(offered) ? new OfferDecision.Takes(offered, true) : Refusal.QUOTA;
    }

    /** @param promised is given in any case */
    private Resources allowed(QuotaAccount account, Available available, Resources promised) {
        ResourceQuantities given = promised.quantities();
        Resources more = available
                .counting
                .minus(promised)
                .scalarsWithin(name -> Math.min(
                        account.roomMilli(name) - Math.min(account.roomMilli(name), given.milli(name)),
                        surplusMilli(name)));
        return promised.plus(more);
    }

    /**
     * What quotas keep from a client of what is free on an agent.
     *
     * @param byLimits of its own role
     * @param forOthers what is promised to other roles
     */
    record Withheld(Resources byLimits, Resources forOthers) {}

    Withheld withheld(Client client, Subscription subscription, Available toRole) {
        Available available = toRole.to(subscription);
        QuotaAccount account = client.quota();
        Resources promised = available.counting.scalarsWithin(account.unsatisfied()::milli);
        Resources within = available.counting.scalarsWithin(account::roomMilli);
        return new Withheld(available.counting.minus(within), within.minus(allowed(account, available, promised)));
    }

    /**
     * False where quotas leave nothing of what counts, and nothing else is enough: a cheap look at a role before one at
     * its clients. Holds where nothing is reserved and no client has a minimum of its own.
     */
    boolean mayOffer(QuotaAccount account, Available available) {
        return policy.minimum().isMetBy(name -> mostMilli(account, available, name));
    }

    /** Whether the role's own limits, whatever others are promised, leave less than the least. */
    boolean isLimited(Client client, Subscription subscription, Available toRole) {
        Available available = toRole.to(subscription);
        QuotaAccount account = client.quota();
        return !subscription
                .minimum(client.role(), policy.minimum())
                .isMetBy(name -> mostMilli(available, name, account.roomMilli(name)));
    }

    /** What the quotas leave of that name at most: tells cheaply that it is too little. */
    private long mostMilli(QuotaAccount account, Available available, String name) {
        return mostMilli(available, name, Math.min(account.roomMilli(name), surplusMilli(name)));
    }

    /** @param most of what counts */
    private static long mostMilli(Available available, String name, long most) {
        long counting = available.counting.quantityMilli(name);
        return available.all.quantityMilli(name) - counting + Math.min(counting, most);
    }

    private long surplusMilli(String name) {
        return quotas.owes() ? quotas.surplusMilli(name) : Long.MAX_VALUE;
    }
}

package io.stoa.mesos.offer;

import io.stoa.mesos.offer.OfferDecision.Refusal;
import io.stoa.mesos.offer.OfferExplanation.InRole;
import io.stoa.mesos.offer.OfferExplanation.QuotaUse;
import io.stoa.mesos.offer.OfferRules.Available;
import io.stoa.mesos.offer.OfferRules.Purpose;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import io.stoa.state.resources.Roles;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;

/**
 * Asks the allocator's rules about every agent, as if it were offered now to one framework in one of its roles, and
 * gives nothing. What the rules call too little is traced back to what made it so.
 */
final class OfferInquiry {

    /** Takes a few ms; whatever else the allocator has to do may come between. */
    static final int AGENTS_AT_A_TIME = 1_000;

    private final OfferBook book;
    private final OfferMaker offers;
    private final OfferRules rules;
    private final RefusalFilters filters;
    private final ClusterAccounts accounts;
    private final Demand demand;
    private final OfferPolicy policy;

    OfferInquiry(
            OfferBook book,
            OfferMaker offers,
            OfferRules rules,
            RefusalFilters filters,
            ClusterAccounts accounts,
            Demand demand,
            OfferPolicy policy) {
        this.book = book;
        this.offers = offers;
        this.rules = rules;
        this.filters = filters;
        this.accounts = accounts;
        this.demand = demand;
        this.policy = policy;
    }

    /** Begins to ask about a framework in one of its roles, whether it wants offers in it or not. */
    Question ask(FrameworkId id, String role, ClusterSnapshot snapshot) {
        return new Question(id, role, snapshot);
    }

    /** One that is answered step by step. What happens between two steps is seen by the later ones only. */
    final class Question {

        private final FrameworkId id;
        private final String role;
        private final Iterator<Agent> agents;
        private final CauseTally causes = new CauseTally();
        private final CauseTally cuts = new CauseTally();
        private Optional<InRole> answer = Optional.empty();

        private Question(FrameworkId id, String role, ClusterSnapshot snapshot) {
            this.id = id;
            this.role = role;
            agents = snapshot.agents().iterator();
        }

        /** Looks at some agents; true when there are no more, or the framework is not in that role any more. */
        boolean step(long nowMs) {
            Optional<Subscription> subscription =
                    demand.find(id).filter(known -> known.roles().contains(role));
            if (subscription.isEmpty()) {
                return true;
            }
            View view = new View(accounts.tree().client(id, role), subscription.get(), causes, cuts, nowMs);
            for (int i = 0; i < AGENTS_AT_A_TIME && agents.hasNext(); i++) {
                view.look(agents.next());
            }
            if (!agents.hasNext()) {
                answer = Optional.of(view.summary());
            }
            demand.forgetEmpty(id);
            return answer.isPresent();
        }

        /** Empty where the framework is not subscribed in that role any more. */
        Optional<InRole> answer() {
            return answer;
        }
    }

    private QuotaUse quotaUse(QuotaAccount account) {
        QuotaLedger quotas = accounts.quotas();
        SortedMap<String, ResourceQuantities> owed = quotas.owedByRole();
        owed.remove(account.role());
        while (owed.size() > OfferExplanation.MAX_EXAMPLES) {
            owed.remove(owed.lastKey());
        }
        ResourceQuantities offered = onOffer(account);
        return new QuotaUse(
                account.role(),
                account.quota(),
                account.consumed().minus(offered),
                offered,
                owed,
                quotas.owed().minus(account.unsatisfied()),
                quotas.free());
    }

    private ResourceQuantities onOffer(QuotaAccount account) {
        ResourceQuantities offered = ResourceQuantities.EMPTY;
        for (BookedOffer offer : book.all()) {
            if (Roles.topLevel(offer.role()).equals(account.role())) {
                offered = offered.plus(offer.resources().unreservedScalars().quantities());
            }
        }
        return offered;
    }

    /** The cluster as one client sees it. */
    private final class View {

        private final Client client;
        private final Subscription subscription;
        private final AllocatableMinimum least;
        private final long nowMs;
        private final CauseTally causes;
        private final CauseTally cuts;

        View(Client client, Subscription subscription, CauseTally causes, CauseTally cuts, long nowMs) {
            this.client = client;
            this.subscription = subscription;
            this.causes = causes;
            this.cuts = cuts;
            this.nowMs = nowMs;
            least = subscription.minimum(client.role(), policy.minimum());
        }

        InRole summary() {
            return new InRole(
                    client.role(),
                    !subscription.wantsOffersIn(client.role()),
                    least,
                    quotaUse(client.quota()),
                    causes.toList(),
                    cuts.toList());
        }

        void look(Agent agent) {
            if (agent.status() != AgentStatus.REGISTERED) {
                causes.add(OfferCause.UNREACHABLE, agent, usable(agent.total()));
            } else if (!offers.isConnected(agent.id())) {
                causes.add(OfferCause.DISCONNECTED, agent, usable(agent.free()));
            } else if (!agent.activation().isActive()) {
                causes.add(OfferCause.DEACTIVATED, agent, usable(agent.unheld()));
            } else if (isOffered(agent)) {
                cut(Available.of(agent, free(agent).allocatableTo(client.role())));
            } else if (!offers.isListed(agent)) {
                causes.add(OfferCause.UNLISTED, agent, usable(agent.free()));
            } else {
                decide(agent);
            }
        }

        /** What may be offered to the client of what it has no offer of. */
        private Resources free(Agent agent) {
            OfferMaker.Leftover left = offers.leftover(agent);
            return subscription.mode(policy.mode()) == OfferMode.OPTIMISTIC
                    ? left.free().minus(left.shown().getOrDefault(client.frameworkId(), Resources.EMPTY))
                    : left.free();
        }

        private void cut(Available available) {
            OfferRules.Withheld withheld = rules.withheld(client, subscription, available);
            if (!withheld.byLimits().isEmpty()) {
                cuts.add(OfferCause.LIMITED, available.agent(), withheld.byLimits());
            }
            if (!withheld.forOthers().isEmpty()) {
                cuts.add(OfferCause.GUARANTEED, available.agent(), withheld.forOthers());
            }
        }

        private Resources usable(Resources resources) {
            return subscription.usable(resources.allocatableTo(client.role()));
        }

        private boolean isOffered(Agent agent) {
            Resources offered = Resources.EMPTY;
            long madeAtMs = nowMs;
            for (BookedOffer offer : book.on(agent.id())) {
                if (offer.frameworkId().equals(client.frameworkId())
                        && offer.role().equals(client.role())
                        && book.isOpen(offer)) {
                    offered = offered.plus(offer.resources());
                    madeAtMs = Math.min(madeAtMs, offer.madeAtMs());
                }
            }
            if (offered.isEmpty()) {
                return false;
            }
            causes.add(OfferCause.OFFERED, agent, offered, OptionalLong.of(nowMs - madeAtMs));
            return true;
        }

        private void decide(Agent agent) {
            Resources free = free(agent);
            Available available = Available.of(agent, free.allocatableTo(client.role()));
            OfferDecision decision = decision(available);
            Resources usable = usable(free);
            if (decision instanceof OfferDecision.Takes takes) {
                causes.add(OfferCause.DUE, agent, takes.resources());
                cut(available);
            } else if (decision instanceof Refusal refusal) {
                switch (refusal) {
                    case FILTERED -> causes.add(OfferCause.FILTERED, agent, usable, filteredForMs(agent, usable));
                    case GPUS -> causes.add(OfferCause.GPUS, agent, usable);
                    case REMOTE -> causes.add(OfferCause.REGION, agent, usable);
                    case CONSTRAINTS -> causes.add(OfferCause.CONSTRAINTS, agent, usable);
                    case NOTHING_FREE, BELOW_MINIMUM -> tooLittle(agent, usable);
                    case QUOTA, SATISFIED ->
                        causes.add(
                                rules.isLimited(client, subscription, available)
                                        ? OfferCause.LIMITED
                                        : OfferCause.GUARANTEED,
                                agent,
                                usable);
                }
            }
        }

        /** As in an allocation, guarantees come first. */
        private OfferDecision decision(Available available) {
            if (!client.quota().unsatisfied().isEmpty()) {
                OfferDecision promised = rules.decide(client, subscription, available, Purpose.GUARANTEES);
                if (promised instanceof OfferDecision.Takes) {
                    return promised;
                }
            }
            return rules.decide(client, subscription, available, Purpose.SHARES);
        }

        private OptionalLong filteredForMs(Agent agent, Resources usable) {
            OptionalLong untilMs = filters.refusedUntilMs(client, agent.id(), usable);
            return untilMs.isPresent() ? OptionalLong.of(untilMs.getAsLong() - nowMs) : untilMs;
        }

        /** From what can never be otherwise to what may be so in a moment. */
        private void tooLittle(Agent agent, Resources usable) {
            if (!least.isMetBy(agent.total())) {
                causes.add(OfferCause.TOO_SMALL, agent, usable);
            } else if (!least.isMetBy(agent.total().allocatableTo(client.role()))) {
                causes.add(OfferCause.RESERVED, agent, usable);
            } else if (!least.isMetBy(usable(agent.total()))) {
                causes.add(OfferCause.UNUSABLE, agent, usable);
            } else if (!least.isMetBy(usable(agent.free()))) {
                causes.add(OfferCause.IN_USE, agent, usable);
            } else {
                List<BookedOffer> held = book.on(agent.id());
                held.forEach(offer -> causes.hold(offer, nowMs - offer.madeAtMs()));
                causes.add(OfferCause.ON_OFFER, agent, usable);
            }
        }
    }
}

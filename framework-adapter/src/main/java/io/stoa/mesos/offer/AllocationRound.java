package io.stoa.mesos.offer;

import io.stoa.mesos.offer.OfferDecision.Refusal;
import io.stoa.mesos.offer.OfferRules.Available;
import io.stoa.mesos.offer.OfferRules.Purpose;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.resources.Resources;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One allocation: decides what is offered to whom, agent by agent. First those roles are served that have less than
 * they are promised, then everybody.
 */
final class AllocationRound {

    private final ClusterAccounts accounts;
    private final Demand demand;
    private final OfferRules rules;
    private final Map<AgentId, Candidate> candidates = new LinkedHashMap<>();

    AllocationRound(ClusterAccounts accounts, Demand demand, OfferRules rules) {
        this.accounts = accounts;
        this.demand = demand;
        this.rules = rules;
    }

    /** An agent with what is left of it and what was given of it. */
    static final class Candidate {

        private final Agent agent;
        private final Ranking ranking;
        private final Map<Client, Resources> grants = new LinkedHashMap<>();
        private Resources left;

        private Candidate(Agent agent, Resources left, Ranking ranking) {
            this.agent = agent;
            this.left = left;
            this.ranking = ranking;
        }

        Agent agent() {
            return agent;
        }

        /** What nobody was given. */
        Resources left() {
            return left;
        }

        /** Who was given what. */
        Map<Client, Resources> grants() {
            return grants;
        }
    }

    /** @param ranking who is asked whether they want something of it */
    void add(Agent agent, Resources free, Ranking ranking) {
        candidates.put(agent.id(), new Candidate(agent, free, ranking));
    }

    /** All of them, in the order in which they were added, with what was given. */
    Collection<Candidate> run() {
        for (Purpose purpose : Purpose.values()) {
            if (purpose == Purpose.SHARES || accounts.quotas().owes()) {
                candidates.values().forEach(candidate -> offer(candidate, purpose));
            }
        }
        return candidates.values();
    }

    /** Shares are those from before the agent was divided, as in Mesos; so the ranking stays while it is visited. */
    private void offer(Candidate candidate, Purpose purpose) {
        if (candidate.left.isEmpty()) {
            return;
        }
        Map<Client, Resources> given = new LinkedHashMap<>();
        candidate.ranking.visit(new Division(candidate, purpose, given));
        given.forEach((client, resources) -> {
            accounts.shares().offered(client, resources.scalars().quantities());
            candidate.grants.merge(client, resources, Resources::plus);
        });
    }

    /** The visit of the clients that an agent is divided among. */
    private final class Division implements Ranking.Visitor {

        private final Candidate candidate;
        private final Purpose purpose;
        private final Map<Client, Resources> given;
        private String role = "";
        private Available available;
        private boolean sameForAll;

        Division(Candidate candidate, Purpose purpose, Map<Client, Resources> given) {
            this.candidate = candidate;
            this.purpose = purpose;
            this.given = given;
            look();
        }

        @Override
        public boolean enters(QuotaAccount role) {
            if (purpose == Purpose.GUARANTEES) {
                return !role.unsatisfied().isEmpty();
            }
            boolean may = !sameForAll || demand.hasOwnMinimums() || rules.mayOffer(role, available);
            if (!may) {
                accounts.quotas().keptFrom(role);
            }
            return may;
        }

        @Override
        public boolean visits(Client client) {
            if (!client.role().equals(role)) {
                role = client.role();
                if (!sameForAll) {
                    look();
                }
            }
            OfferDecision decision = rules.decide(client, demand.of(client), available, purpose);
            if (decision instanceof OfferDecision.Takes takes) {
                give(client, takes.resources());
            }
            if (decision == Refusal.QUOTA || (decision instanceof OfferDecision.Takes takes && takes.chopped())) {
                accounts.quotas().keptFrom(client.quota());
            }
            return !candidate.left.isEmpty();
        }

        private void give(Client client, Resources resources) {
            accounts.quotas().use(client.quota(), resources.unreservedScalars().quantities());
            given.merge(client, resources, Resources::plus);
            candidate.left = candidate.left.minus(resources);
            look();
        }

        private void look() {
            available = Available.of(candidate.agent, candidate.left.allocatableTo(role));
            sameForAll = candidate.left.isUnreserved();
        }
    }
}

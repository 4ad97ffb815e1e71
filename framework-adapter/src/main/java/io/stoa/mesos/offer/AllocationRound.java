package io.stoa.mesos.offer;

import io.stoa.mesos.offer.OfferDecision.Refusal;
import io.stoa.mesos.offer.OfferRules.Available;
import io.stoa.mesos.offer.OfferRules.Purpose;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.resources.Resources;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One allocation: decides what is offered to whom, agent by agent. First those roles are served that have less than
 * they are promised, then everybody. What is left over by the frameworks that want it for themselves is offered to each
 * of the others as if it were the only one.
 */
final class AllocationRound {

    private final ClusterAccounts accounts;
    private final Demand demand;
    private final OfferRules rules;
    private final OfferMode otherwise;
    private final Map<AgentId, Candidate> candidates = new LinkedHashMap<>();

    /** @param otherwise the mode of frameworks that ask for none */
    AllocationRound(ClusterAccounts accounts, Demand demand, OfferRules rules, OfferMode otherwise) {
        this.accounts = accounts;
        this.demand = demand;
        this.rules = rules;
        this.otherwise = otherwise;
    }

    /** An agent with what is left of it and what was given of it. */
    static final class Candidate {

        private final Agent agent;
        private final Ranking ranking;
        private final Map<OfferMode, Map<Client, Resources>> grants = new EnumMap<>(OfferMode.class);
        private final Map<FrameworkId, Resources> shown;
        private Resources left;

        private Candidate(Agent agent, Resources left, Map<FrameworkId, Resources> shown, Ranking ranking) {
            this.agent = agent;
            this.left = left;
            this.shown = shown;
            this.ranking = ranking;
        }

        Agent agent() {
            return agent;
        }

        /** What nobody was given for itself. */
        Resources left() {
            return left;
        }

        /** What is left but for what that framework has on offer already, optimistically. */
        private Resources leftFor(FrameworkId id) {
            Resources known = shown.get(id);
            return known == null ? left : left.minus(known);
        }

        /** Who was given what, in that mode. */
        Map<Client, Resources> grants(OfferMode mode) {
            return grants.getOrDefault(mode, Map.of());
        }

        /** Whether optimistic offers may have lost their resources to exclusive ones. */
        boolean displaces() {
            return !shown.isEmpty() && !grants(OfferMode.EXCLUSIVE).isEmpty();
        }
    }

    /**
     * @param free what nobody has for itself
     * @param shown what frameworks have of it on optimistic offer
     * @param ranking who is asked whether they want something of it
     */
    void add(Agent agent, Resources free, Map<FrameworkId, Resources> shown, Ranking ranking) {
        candidates.put(agent.id(), new Candidate(agent, free, shown, ranking));
    }

    /** All of them, in the order in which they were added, with what was given. */
    Collection<Candidate> run() {
        run(OfferMode.EXCLUSIVE);
        if (otherwise == OfferMode.OPTIMISTIC || demand.hasOwnModes()) {
            run(OfferMode.OPTIMISTIC);
        }
        return candidates.values();
    }

    private void run(OfferMode mode) {
        for (Purpose purpose : Purpose.values()) {
            if (purpose == Purpose.SHARES || accounts.quotas().owes()) {
                candidates.values().forEach(candidate -> offer(candidate, mode, purpose));
            }
        }
    }

    /** Shares are those from before the agent was divided, as in Mesos; so the ranking stays while it is visited. */
    private void offer(Candidate candidate, OfferMode mode, Purpose purpose) {
        if (candidate.left.isEmpty()) {
            return;
        }
        Map<Client, Resources> given = new LinkedHashMap<>();
        candidate.ranking.visit(new Division(candidate, mode, purpose, given));
        given.forEach((client, resources) -> {
            accounts.offered(client, resources, mode);
            candidate
                    .grants
                    .computeIfAbsent(mode, same -> new LinkedHashMap<>())
                    .merge(client, resources, Resources::plus);
        });
    }

    /** The visit of the clients that an agent is divided among. */
    private final class Division implements Ranking.Visitor {

        private final Candidate candidate;
        private final OfferMode mode;
        private final Purpose purpose;
        private final Map<Client, Resources> given;
        private String role = "";
        private Available available;
        private boolean sameForAll;

        Division(Candidate candidate, OfferMode mode, Purpose purpose, Map<Client, Resources> given) {
            this.candidate = candidate;
            this.mode = mode;
            this.purpose = purpose;
            this.given = given;
            look(candidate.left);
        }

        @Override
        public boolean enters(QuotaAccount role) {
            if (purpose == Purpose.GUARANTEES) {
                return !role.unsatisfied().isEmpty();
            }
            boolean may = mode == OfferMode.OPTIMISTIC
                    || !sameForAll
                    || demand.hasOwnMinimums()
                    || rules.mayOffer(role, available);
            if (!may) {
                accounts.quotas().keptFrom(role);
            }
            return may;
        }

        @Override
        public boolean visits(Client client) {
            if (demand.of(client).mode(otherwise) != mode) {
                return true;
            }
            if (mode == OfferMode.OPTIMISTIC) {
                role = client.role();
                look(candidate.leftFor(client.frameworkId()));
            } else if (!client.role().equals(role)) {
                role = client.role();
                if (!sameForAll) {
                    look(candidate.left);
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
            if (mode == OfferMode.OPTIMISTIC) {
                candidate.shown.merge(client.frameworkId(), resources, Resources::plus);
            } else {
                candidate.left = candidate.left.minus(resources);
                look(candidate.left);
            }
        }

        private void look(Resources left) {
            available = Available.of(candidate.agent, left.allocatableTo(role));
            sameForAll = left.isUnreserved();
        }
    }
}

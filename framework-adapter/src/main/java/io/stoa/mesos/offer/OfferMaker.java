package io.stoa.mesos.offer;

import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.resources.Resources;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.v1.Protos.Offer;

/**
 * Makes offers of what is free. An agent is looked at by everybody when something on it came free; where something on
 * it is left over, only by clients that want or may have more than when everybody refused it.
 */
final class OfferMaker {

    private final OfferBook book;
    private final OfferMessages messages;
    private final ClusterAccounts accounts;
    private final Demand demand;
    private final OfferRules rules;
    private final Set<AgentId> connected = new HashSet<>();
    private final Set<AgentId> freed = new LinkedHashSet<>();
    private final Set<AgentId> leftOver = new LinkedHashSet<>();

    OfferMaker(OfferBook book, OfferMessages messages, ClusterAccounts accounts, Demand demand, OfferRules rules) {
        this.book = book;
        this.messages = messages;
        this.accounts = accounts;
        this.demand = demand;
        this.rules = rules;
    }

    /** Nothing is offered of an agent that is not connected. */
    void connect(AgentId id) {
        connected.add(id);
        freed.add(id);
    }

    void disconnect(AgentId id) {
        connected.remove(id);
    }

    /** Something may be free on the agent that was not before. */
    void freed(AgentId id) {
        freed.add(id);
    }

    /** What nobody has claimed of the agent; nothing where it is not connected. */
    Resources free(AgentId id, ClusterSnapshot snapshot) {
        return connected.contains(id) ? snapshot.agent(id).map(Agent::free).orElse(Resources.EMPTY) : Resources.EMPTY;
    }

    /** Offers leave at the end, so that whatever their receiver does meets a finished allocation. */
    void makeOffers(ClusterSnapshot snapshot, long nowMs) {
        demand.wakeUp(accounts.quotas());
        Map<FrameworkId, List<Offer>> made = new LinkedHashMap<>();
        for (AllocationRound.Candidate candidate : round(snapshot).run()) {
            candidate
                    .grants()
                    .forEach((client, resources) -> made.computeIfAbsent(client.frameworkId(), id -> new ArrayList<>())
                            .add(offer(client, candidate.agent(), resources, snapshot, nowMs)));
            if (!candidate.left().isEmpty()) {
                leftOver.add(candidate.agent().id());
            }
        }
        accounts.shares().hungry().clear();
        made.forEach((frameworkId, offers) -> demand.find(frameworkId)
                .ifPresent(subscription -> subscription.sink().offers(offers)));
    }

    private AllocationRound round(ClusterSnapshot snapshot) {
        AllocationRound round = new AllocationRound(accounts, demand, rules);
        Ranking hungry = accounts.shares().hungry();
        leftOver.removeAll(freed);
        freed.forEach(id -> add(round, id, snapshot, accounts.shares().wanting()));
        freed.clear();
        if (!hungry.isEmpty()) {
            leftOver.forEach(id -> add(round, id, snapshot, hungry));
            leftOver.clear();
        }
        return round;
    }

    private void add(AllocationRound round, AgentId id, ClusterSnapshot snapshot, Ranking ranking) {
        snapshot.agent(id).filter(agent -> connected.contains(id)).ifPresent(agent -> {
            Resources free = agent.free();
            for (BookedOffer offer : book.on(id)) {
                free = free.minus(offer.resources().unshared());
            }
            if (!free.isEmpty()) {
                round.add(agent, free, ranking);
            }
        });
    }

    private Offer offer(Client client, Agent agent, Resources resources, ClusterSnapshot snapshot, long nowMs) {
        Offer offer = messages.write(snapshot, demand.of(client), client.role(), agent, resources);
        book.add(new BookedOffer(offer, client.frameworkId(), agent.id(), client.role(), resources, nowMs));
        return offer;
    }
}

package io.stoa.mesos.offer;

import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.resources.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.Offer;
import org.jspecify.annotations.Nullable;

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
    private final OfferMode otherwise;
    private final Set<AgentId> connected = new HashSet<>();
    private final Set<AgentId> freed = new LinkedHashSet<>();
    private final Set<AgentId> leftOver = new LinkedHashSet<>();
    /** Null for all. */
    private @Nullable Set<String> listed;

    /** @param otherwise the mode of frameworks that ask for none */
    OfferMaker(
            OfferBook book,
            OfferMessages messages,
            ClusterAccounts accounts,
            Demand demand,
            OfferRules rules,
            OfferMode otherwise) {
        this.book = book;
        this.messages = messages;
        this.accounts = accounts;
        this.demand = demand;
        this.rules = rules;
        this.otherwise = otherwise;
    }

    /** Nothing is offered of an agent that is not connected. */
    void connect(AgentId id) {
        connected.add(id);
        freed.add(id);
    }

    void disconnect(AgentId id) {
        connected.remove(id);
    }

    boolean isConnected(AgentId id) {
        return connected.contains(id);
    }

    void offerOnly(Set<String> hostnames) {
        listed = hostnames;
        freed.addAll(connected);
    }

    boolean isListed(Agent agent) {
        return listed == null || listed.contains(agent.info().getHostname());
    }

    /** Something may be free on the agent that was not before. */
    void freed(AgentId id) {
        freed.add(id);
    }

    /** What nobody has claimed of the agent; nothing where it is not connected. */
    Resources free(AgentId id, ClusterSnapshot snapshot) {
        return isConnected(id) ? snapshot.agent(id).map(Agent::free).orElse(Resources.EMPTY) : Resources.EMPTY;
    }

    /**
     * Offers leave at the end, so that whatever their receiver does meets a finished allocation.
     *
     * @param displaced is told, before they leave, of agents on which optimistic offers may not fit any more
     */
    void makeOffers(ClusterSnapshot snapshot, long nowMs, Consumer<AgentId> displaced) {
        demand.wakeUp(accounts.quotas());
        Map<FrameworkId, List<Offer>> made = new LinkedHashMap<>();
        List<AgentId> crowded = new ArrayList<>();
        for (AllocationRound.Candidate candidate : round(snapshot).run()) {
            for (OfferMode mode : OfferMode.values()) {
                candidate
                        .grants(mode)
                        .forEach((client, resources) -> made.computeIfAbsent(
                                        client.frameworkId(), id -> new ArrayList<>())
                                .add(offer(client, candidate.agent(), resources, mode, snapshot, nowMs)));
            }
            if (!candidate.left().isEmpty()) {
                leftOver.add(candidate.agent().id());
            }
            if (candidate.displaces()) {
                crowded.add(candidate.agent().id());
            }
        }
        accounts.shares().hungry().clear();
        crowded.forEach(displaced);
        made.forEach((frameworkId, offers) -> demand.find(frameworkId)
                .ifPresent(subscription -> subscription.sink().offers(offers)));
    }

    private AllocationRound round(ClusterSnapshot snapshot) {
        AllocationRound round = new AllocationRound(accounts, demand, rules, otherwise);
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
        snapshot.agent(id).filter(agent -> isConnected(id) && isListed(agent)).ifPresent(agent -> {
            Leftover left = leftover(agent);
            if (!left.free().isEmpty()) {
                round.add(agent, left.free(), left.shown(), ranking);
            }
        });
    }

    /**
     * What may be offered of an agent that is connected.
     *
     * @param free what nobody has for itself
     * @param shown what frameworks have of it on optimistic offer
     */
    record Leftover(Resources free, Map<FrameworkId, Resources> shown) {}

    Leftover leftover(Agent agent) {
        Resources free = agent.free();
        Map<FrameworkId, Resources> shown = new HashMap<>();
        for (BookedOffer offer : book.on(agent.id())) {
            if (offer.mode() == OfferMode.OPTIMISTIC && book.isOpen(offer)) {
                shown.merge(offer.frameworkId(), offer.resources(), Resources::plus);
            } else {
                // What was taken is kept for its taker until the commit is decided, in either mode.
                free = free.minus(offer.resources().unshared());
            }
        }
        return new Leftover(free, shown);
    }

    private Offer offer(
            Client client, Agent agent, Resources resources, OfferMode mode, ClusterSnapshot snapshot, long nowMs) {
        Offer offer = messages.write(snapshot, demand.of(client), client.role(), agent, resources);
        book.add(new BookedOffer(
                OfferMessages.allocated(offer, client.role()),
                client.frameworkId(),
                agent.id(),
                client.role(),
                resources,
                mode,
                nowMs));
        return offer;
    }
}

package io.stoa.mesos.offer;

import io.stoa.state.SharedState;
import io.stoa.state.StateListener;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Executor;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.StateVersion;
import io.stoa.state.model.Task;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateChange;
import io.stoa.time.Time;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.mesos.v1.Protos.Filters;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.jspecify.annotations.Nullable;

/**
 * Offers whole free agents, exclusively, to who has the smallest dominant share.
 *
 * <p>What is free is never remembered here: it is the newest snapshot's, less what the book holds. An agent is looked
 * at when something on it came free (it is dirty), or, if something on it is left over, by the clients that want more
 * than when everybody refused it (they are hungry). So a change on one agent costs a look at this agent.
 *
 * <p>What came free waits for the next cycle, as in Mesos; agents and frameworks that appear, and REVIVE, are served at
 * once, all that are waiting in one go.
 */
public final class DrfAllocator implements Allocator, StateListener, AutoCloseable {

    private final SharedState state;
    private final AllocatorSettings settings;
    private final Time time;
    private final java.util.concurrent.Executor executor;

    private final OfferBook book = new OfferBook();
    private final OfferMessages messages;
    private final RefusalFilters filters;
    private final FairShares shares;
    private final Map<FrameworkId, Subscription> subscriptions = new HashMap<>();
    private final Set<AgentId> connected = new HashSet<>();
    private final Set<AgentId> dirty = new LinkedHashSet<>();
    private final Set<AgentId> leftOver = new LinkedHashSet<>();
    private @Nullable StateVersion counted;
    private boolean allocationIsDue;
    private boolean closed;

    /** @param executor of one thread, the allocator's; everything but taking and closing offers happens there */
    public DrfAllocator(
            SharedState state, AllocatorSettings settings, Time time, java.util.concurrent.Executor executor) {
        this.state = state;
        this.settings = settings;
        this.time = time;
        this.executor = executor;
        messages = new OfferMessages(settings.masterId());
        filters = new RefusalFilters(settings.allocationIntervalMs());
        shares = new FairShares(settings.weights());
    }

    /** Begins to listen to the state, and the cycles. */
    public void start() {
        state.addListener(this);
        executor.execute(() -> count(state.snapshot()));
        nextCycle();
    }

    /** Ends the cycles; what is asked afterwards has no effect. */
    @Override
    public void close() {
        executor.execute(() -> closed = true);
    }

    /** The offers that frameworks have and may accept. Safe for use by any thread. */
    public Collection<Offer> openOffers() {
        return book.open().stream().map(BookedOffer::offer).toList();
    }

    @Override
    public void activate(FrameworkId id, FrameworkInfo info, Set<String> suppressedRoles, OfferSink sink) {
        Subscription subscription = Subscription.of(id, info, suppressedRoles, sink);
        executor.execute(() -> {
            end(id);
            change(subscription.withSuppressed(subscription.roles()), subscription);
            allocateSoon();
        });
    }

    @Override
    public CompletionStage<Void> update(FrameworkId id, FrameworkInfo info, Set<String> suppressedRoles) {
        return CompletableFuture.runAsync(
                () -> {
                    Subscription before = subscriptions.get(id);
                    if (before != null) {
                        Subscription now = Subscription.of(id, info, suppressedRoles, before.sink());
                        book.of(id).stream()
                                .filter(offer -> !now.roles().contains(offer.role()))
                                .forEach(this::rescind);
                        change(before, now);
                    }
                },
                executor);
    }

    @Override
    public void deactivate(FrameworkId id) {
        executor.execute(() -> end(id));
    }

    @Override
    public void remove(FrameworkId id) {
        executor.execute(() -> {
            end(id);
            shares.forgetIfEmpty(id);
        });
    }

    @Override
    public void revive(FrameworkId id, Set<String> roles) {
        executor.execute(() -> {
            Subscription before = subscriptions.get(id);
            if (before != null) {
                Set<String> revived = roles.isEmpty() ? before.roles() : roles;
                Set<String> suppressed = new HashSet<>(before.suppressed());
                suppressed.removeAll(revived);
                Subscription now = before.withSuppressed(suppressed);
                change(before, now);
                revived.stream().filter(now::wantsOffersIn).forEach(role -> makeHungry(shares.client(id, role)));
                allocateSoon();
            }
        });
    }

    @Override
    public void suppress(FrameworkId id, Set<String> roles) {
        executor.execute(() -> {
            Subscription before = subscriptions.get(id);
            if (before != null) {
                Set<String> suppressed = new HashSet<>(roles.isEmpty() ? before.roles() : roles);
                suppressed.retainAll(before.roles());
                suppressed.addAll(before.suppressed());
                change(before, before.withSuppressed(suppressed));
            }
        });
    }

    @Override
    public void decline(FrameworkId id, List<OfferID> offerIds, Filters refused) {
        List<BookedOffer> declined = book.close(id, offerIds);
        if (!declined.isEmpty()) {
            executor.execute(() -> declined.forEach(offer -> {
                release(offer);
                refuse(id, offer.role(), offer.agentId(), offer.resources(), refused);
            }));
        }
    }

    @Override
    public OfferTake take(FrameworkId id, List<OfferID> offerIds) {
        return book.take(id, offerIds, goodOnes -> executor.execute(() -> goodOnes.forEach(this::release)));
    }

    @Override
    public void settle(TakenOffers taken, Resources claimed, Filters refused) {
        executor.execute(() -> {
            for (Offer offer : taken.offers()) {
                book.held(offer).ifPresent(this::release);
            }
            refuse(
                    taken.frameworkId(),
                    taken.role(),
                    taken.agentId(),
                    taken.total().minus(claimed),
                    refused);
        });
    }

    @Override
    public void agentConnected(AgentId id) {
        executor.execute(() -> {
            connected.add(id);
            dirty.add(id);
            allocateSoon();
        });
    }

    @Override
    public void agentDisconnected(AgentId id) {
        executor.execute(() -> {
            connected.remove(id);
            rescindWhatDoesNotFit(id);
        });
    }

    @Override
    public void committed(ClusterSnapshot snapshot, List<StateChange> changes) {
        executor.execute(() -> {
            // What an earlier batch says is in the snapshot that was counted.
            if (counted != null && snapshot.version().compareTo(counted) > 0) {
                Set<AgentId> recheck = new LinkedHashSet<>();
                changes.forEach(change -> apply(change, recheck));
                recheck.forEach(this::rescindWhatDoesNotFit);
            }
        });
    }

    private void count(ClusterSnapshot snapshot) {
        snapshot.agents().forEach(agent -> shares.setTotal(agent.id(), countedTotal(agent)));
        snapshot.tasks().stream().filter(task -> !task.isTerminal()).forEach(this::gained);
        snapshot.agents().forEach(agent -> snapshot.executorsOn(agent.id()).forEach(this::gained));
        counted = snapshot.version();
    }

    private static Resources countedTotal(Agent agent) {
        return agent.status() == AgentStatus.REGISTERED ? agent.total() : Resources.EMPTY;
    }

    private void apply(StateChange change, Set<AgentId> recheck) {
        if (change instanceof StateChange.TaskClaimed claimed) {
            gained(claimed.task());
            recheck.add(claimed.task().agentId());
        } else if (change instanceof StateChange.TaskStatusChanged changed && changed.released()) {
            lost(changed.task());
        } else if (change instanceof StateChange.TaskRemoved removed
                && !removed.task().isTerminal()) {
            lost(removed.task());
        } else if (change instanceof StateChange.ExecutorClaimed claimed) {
            gained(claimed.executor());
            recheck.add(claimed.executor().key().agentId());
        } else if (change instanceof StateChange.ExecutorRemoved removed) {
            lost(removed.executor());
        } else if (change instanceof StateChange.AgentAdmitted admitted) {
            shares.setTotal(admitted.agent().id(), countedTotal(admitted.agent()));
            recheck.add(admitted.agent().id());
            dirty.add(admitted.agent().id());
            allocateSoon();
        } else if (change instanceof StateChange.AgentBecameUnreachable unreachable) {
            gone(unreachable.agentId(), recheck);
        } else if (change instanceof StateChange.AgentRemoved removed) {
            gone(removed.agentId(), recheck);
        } else if (change instanceof StateChange.FrameworkRemoved removed) {
            end(removed.frameworkId());
            book.of(removed.frameworkId()).forEach(this::release);
            shares.forgetIfEmpty(removed.frameworkId());
        }
    }

    /** Whoever refused it before is asked anew if it comes back. */
    private void gone(AgentId agentId, Set<AgentId> recheck) {
        shares.setTotal(agentId, Resources.EMPTY);
        subscriptions
                .values()
                .forEach(subscription -> subscription
                        .roles()
                        .forEach(role -> filters.clear(shares.client(subscription.id(), role), agentId)));
        recheck.add(agentId);
    }

    private void gained(Task task) {
        shares.gained(shares.client(task.key().frameworkId(), task.role()), task.resources());
    }

    private void gained(Executor executor) {
        shares.gained(shares.client(executor.key().frameworkId(), executor.role()), executor.resources());
    }

    private void lost(Task task) {
        shares.lost(shares.client(task.key().frameworkId(), task.role()), task.resources());
        dirty.add(task.agentId());
    }

    private void lost(Executor executor) {
        shares.lost(shares.client(executor.key().frameworkId(), executor.role()), executor.resources());
        dirty.add(executor.key().agentId());
    }

    private void end(FrameworkId id) {
        Subscription ended = subscriptions.get(id);
        if (ended != null) {
            book.of(id).stream().filter(book::close).forEach(this::release);
            change(ended, ended.withSuppressed(ended.roles()));
            subscriptions.remove(id);
        }
    }

    /** A role that is wanted no more loses its place and its filters, one that is wanted anew comes without any. */
    private void change(Subscription before, Subscription now) {
        before.roles().stream()
                .filter(role -> before.wantsOffersIn(role) && !now.wantsOffersIn(role))
                .map(role -> shares.client(before.id(), role))
                .forEach(client -> {
                    shares.unrank(client);
                    filters.clear(client);
                });
        now.roles().stream()
                .filter(role -> now.wantsOffersIn(role) && !before.wantsOffersIn(role))
                .forEach(role -> makeHungry(shares.client(now.id(), role)));
        subscriptions.put(now.id(), now);
    }

    private void makeHungry(Client client) {
        filters.clear(client);
        shares.rank(client);
    }

    private void refuse(FrameworkId id, String role, AgentId agentId, Resources refused, Filters how) {
        Subscription subscription = subscriptions.get(id);
        if (subscription != null && subscription.wantsOffersIn(role)) {
            filters.add(shares.client(id, role), agentId, refused, how, time.monotonicMs());
        }
    }

    private void release(BookedOffer offer) {
        book.release(offer);
        shares.lost(shares.client(offer.frameworkId(), offer.role()), offer.resources());
        dirty.add(offer.agentId());
    }

    private void rescind(BookedOffer offer) {
        if (book.close(offer)) {
            release(offer);
            Subscription subscription = subscriptions.get(offer.frameworkId());
            if (subscription != null) {
                subscription.sink().rescind(offer.offer().getId());
            }
        }
    }

    /**
     * Something else took of what is on offer, or all of it is gone. Offers that were taken do not count: whether their
     * claims are in the snapshot already is unknown here, and the commit decides about them.
     */
    private void rescindWhatDoesNotFit(AgentId agentId) {
        Resources left = free(agentId, state.snapshot());
        for (BookedOffer offer : book.on(agentId)) {
            if (book.isOpen(offer)) {
                if (left.contains(offer.resources())) {
                    left = left.minus(offer.resources());
                } else {
                    rescind(offer);
                }
            }
        }
    }

    private Resources free(AgentId agentId, ClusterSnapshot snapshot) {
        return connected.contains(agentId)
                ? snapshot.agent(agentId).map(Agent::free).orElse(Resources.EMPTY)
                : Resources.EMPTY;
    }

    private void nextCycle() {
        time.after(settings.allocationIntervalMs(), executor, this::cycle);
    }

    private void cycle() {
        if (!closed) {
            long nowMs = time.monotonicMs();
            book.madeUntil(nowMs - settings.offerTimeoutMs()).forEach(this::rescind);
            filters.expire(nowMs, dirty::add);
            allocate();
            nextCycle();
        }
    }

    private void allocateSoon() {
        if (!allocationIsDue) {
            allocationIsDue = true;
            executor.execute(this::allocate);
        }
    }

    /** Offers leave at the end, so that whatever their receiver does meets a finished allocation. */
    private void allocate() {
        allocationIsDue = false;
        if (closed) {
            return;
        }
        ClusterSnapshot snapshot = state.snapshot();
        Map<FrameworkId, List<Offer>> made = new LinkedHashMap<>();
        Set<AgentId> freed = new LinkedHashSet<>(dirty);
        dirty.clear();
        freed.forEach(agentId -> offer(agentId, snapshot, shares.wanting(), made));
        if (!shares.hungry().isEmpty()) {
            for (AgentId agentId : List.copyOf(leftOver)) {
                if (!freed.contains(agentId)) {
                    offer(agentId, snapshot, shares.hungry(), made);
                }
            }
            shares.hungry().clear();
        }
        made.forEach((frameworkId, offers) -> {
            Subscription subscription = subscriptions.get(frameworkId);
            if (subscription != null) {
                subscription.sink().offers(offers);
            }
        });
    }

    private void offer(AgentId agentId, ClusterSnapshot snapshot, Ranking ranking, Map<FrameworkId, List<Offer>> made) {
        leftOver.remove(agentId);
        Resources free = free(agentId, snapshot);
        for (BookedOffer offer : book.on(agentId)) {
            free = free.minus(offer.resources());
        }
        if (free.isEmpty()) {
            return;
        }
        Agent agent = snapshot.agent(agentId).orElseThrow();
        for (Client taker = firstTaker(ranking, agent, free); taker != null; taker = firstTaker(ranking, agent, free)) {
            Resources offered = free.allocatableTo(taker.role().name());
            made.computeIfAbsent(taker.frameworkId(), id -> new ArrayList<>())
                    .add(book(taker, agent, offered, snapshot));
            free = free.minus(offered);
        }
        if (!free.isEmpty()) {
            leftOver.add(agentId);
        }
    }

    private @Nullable Client firstTaker(Ranking ranking, Agent agent, Resources free) {
        for (Map.Entry<Share, ? extends Set<Client>> role : ranking.byRole().entrySet()) {
            Resources offerable = free.allocatableTo(role.getKey().name());
            if (!offerable.isEmpty()) {
                for (Client client : role.getValue()) {
                    if (takes(client, agent, offerable)) {
                        return client;
                    }
                }
            }
        }
        return null;
    }

    private boolean takes(Client client, Agent agent, Resources offerable) {
        Subscription subscription = subscription(client);
        return subscription.minimum(client.role().name(), settings.minimum()).isMetBy(offerable)
                && (subscription.takesGpus() || agent.total().scalarMilli("gpus") == 0)
                && !filters.refuses(client, agent.id(), offerable);
    }

    private Subscription subscription(Client client) {
        return Objects.requireNonNull(
                subscriptions.get(client.frameworkId()), "a client is ranked only while it is subscribed");
    }

    private Offer book(Client client, Agent agent, Resources offered, ClusterSnapshot snapshot) {
        String role = client.role().name();
        Offer offer = messages.write(snapshot, subscription(client), role, agent, offered);
        book.add(new BookedOffer(offer, client.frameworkId(), agent.id(), role, offered, time.monotonicMs()));
        shares.offered(client, offered);
        return offer;
    }
}

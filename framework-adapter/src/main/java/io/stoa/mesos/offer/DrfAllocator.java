package io.stoa.mesos.offer;

import io.stoa.mesos.offer.OfferExplanation.InRole;
import io.stoa.state.SharedState;
import io.stoa.state.StateListener;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.StateVersion;
import io.stoa.state.model.Task;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateChange;
import io.stoa.time.Time;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.Filters;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.jspecify.annotations.Nullable;

/**
 * Offers free agents to who has the smallest dominant share, within the quotas of roles: exclusively, or, where a
 * framework wants that, what is left over then to several at once.
 *
 * <p>What is free is never remembered here: it is the newest snapshot's, less what the book holds. A change on one
 * agent costs a look at this agent.
 *
 * <p>What came free waits for the next cycle, as in Mesos; agents and frameworks that appear, and REVIVE, are served at
 * once, all that are waiting in one go.
 */
public final class DrfAllocator implements Allocator, StateListener, AutoCloseable {

    private final SharedState state;
    private final AllocatorSettings settings;
    private final Time time;
    private final Executor executor;

    private final OfferBook book = new OfferBook();
    private final ClusterAccounts accounts;
    private final RefusalFilters filters;
    private final Demand demand;
    private final OfferMaker offers;
    private final OfferDesk desk;
    private final OfferInquiry inquiry;
    private final Queue<Unsettled> unsettled = new ArrayDeque<>();
    private @Nullable ClusterSnapshot counted;
    private final AllocatorFigures figures;
    private boolean allocationIsDue;
    private boolean closed;

    /**
     * Offers that were taken are held until the accounts know what came of them. Else their role would have room for as
     * much again in between, since who accepts hears of a commit before listeners do.
     */
    private record Unsettled(StateVersion decided, Runnable action) {}

    /** @param executor of one thread, the allocator's; everything but taking and closing offers happens there */
    public DrfAllocator(SharedState state, AllocatorSettings settings, Time time, Executor executor) {
        this.state = state;
        this.settings = settings;
        this.time = time;
        figures = new AllocatorFigures(time);
        this.executor = figures.counting(executor);
        accounts = new ClusterAccounts(settings.policy().scarce());
        filters = new RefusalFilters(settings.allocationIntervalMs());
        demand = new Demand(accounts, filters);
        OfferRules rules = new OfferRules(settings.policy(), filters, accounts.quotas());
        offers = new OfferMaker(
                book,
                new OfferMessages(settings.masterId()),
                accounts,
                demand,
                rules,
                settings.policy().mode());
        desk = new OfferDesk(book, accounts, demand, offers::freed);
        inquiry = new OfferInquiry(book, offers, rules, filters, accounts, demand, settings.policy());
    }

    /** Begins to listen to the state, and the cycles. */
    public void start() {
        state.addListener(this);
        executor.execute(() -> {
            ClusterSnapshot snapshot = state.snapshot();
            accounts.count(snapshot);
            counted = snapshot;
        });
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

    /** What Mesos' metrics say of it, by name. Safe for use by any thread. */
    public CompletableFuture<SortedMap<String, Double>> figures() {
        return CompletableFuture.supplyAsync(
                () -> {
                    SortedMap<String, Double> all = figures.collect();
                    accounts.tree().forEachRole((role, share) -> {
                        all.put("allocator/mesos/roles/" + role + "/shares/dominant", share.dominant());
                        all.put("allocator/mesos/offer_filters/roles/" + role + "/active", (double)
                                filters.count(role));
                    });
                    return all;
                },
                executor);
    }

    /**
     * Says why the framework has the offers that it has, and no others. Safe for use by any thread; agents are looked
     * at some at a time, so that nothing else waits for long.
     *
     * @param role the only one to look at, where it is one of the framework's
     * @return empty where the framework is not subscribed
     */
    public CompletableFuture<Optional<OfferExplanation>> explain(FrameworkId id, Optional<String> role) {
        return CompletableFuture.supplyAsync(() -> demand.find(id), executor)
                .thenCompose(found -> found.isPresent()
                        ? explain(found.get(), role).thenApply(Optional::of)
                        : CompletableFuture.completedFuture(Optional.empty()));
    }

    private CompletableFuture<OfferExplanation> explain(Subscription subscription, Optional<String> role) {
        List<String> roles = subscription.roles().stream()
                .filter(own -> role.isEmpty() || role.get().equals(own))
                .sorted()
                .toList();
        List<String> looked = roles.subList(0, Math.min(roles.size(), OfferExplanation.MAX_ROLES));
        CompletableFuture<List<InRole>> explained = CompletableFuture.completedFuture(new ArrayList<>());
        for (String own : looked) {
            explained = explained.thenCompose(before -> answer(inquiry.ask(subscription.id(), own, state.snapshot()))
                    .thenApply(answer -> {
                        answer.ifPresent(before::add);
                        return before;
                    }));
        }
        return explained.thenApply(all -> new OfferExplanation(
                subscription.mode(settings.policy().mode()),
                settings.allocationIntervalMs(),
                settings.offerTimeoutMs(),
                all,
                roles.size() - looked.size()));
    }

    private CompletableFuture<Optional<InRole>> answer(OfferInquiry.Question question) {
        return CompletableFuture.supplyAsync(() -> question.step(time.monotonicMs()), executor)
                .thenCompose(
                        finished -> finished ? CompletableFuture.completedFuture(question.answer()) : answer(question));
    }

    /** Offers agents on these hosts only, from the next cycle on; what is on offer stays so, as in Mesos. */
    public void offerOnly(Set<String> hostnames) {
        executor.execute(() -> offers.offerOnly(hostnames));
    }

    /** What the frameworks that are subscribed want now. */
    public CompletableFuture<List<OfferWishes>> wishes() {
        return CompletableFuture.supplyAsync(demand::wishes, executor);
    }

    @Override
    public void activate(FrameworkId id, OfferWishes wishes, OfferSink sink) {
        Subscription subscription = new Subscription(wishes, sink);
        executor.execute(() -> {
            end(id);
            demand.begin(subscription);
            allocateSoon();
        });
    }

    @Override
    public void resume(FrameworkId id, OfferWishes wishes, OfferSink sink) {
        executor.execute(
                () -> desk.withdraw(id, offer -> sink.rescind(offer.offer().getId())));
        activate(id, wishes, sink);
    }

    @Override
    public void suspend(FrameworkId id) {
        executor.execute(() -> {
            book.of(id).forEach(desk::rescind);
            end(id);
        });
    }

    @Override
    public CompletionStage<Void> update(FrameworkId id, OfferWishes wishes) {
        return CompletableFuture.runAsync(
                () -> demand.find(id).ifPresent(before -> {
                    Subscription now = new Subscription(wishes, before.sink());
                    book.of(id).stream()
                            .filter(offer -> !now.roles().contains(offer.role()))
                            .forEach(desk::rescind);
                    demand.update(before, now);
                }),
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
            demand.forgetEmpty(id);
        });
    }

    @Override
    public void revive(FrameworkId id, Set<String> roles) {
        executor.execute(() -> demand.find(id).ifPresent(before -> {
            demand.revive(before, roles.isEmpty() ? before.roles() : roles);
            allocateSoon();
        }));
    }

    @Override
    public void suppress(FrameworkId id, Set<String> roles) {
        executor.execute(() ->
                demand.find(id).ifPresent(before -> demand.suppress(before, roles.isEmpty() ? before.roles() : roles)));
    }

    @Override
    public void decline(FrameworkId id, List<OfferID> offerIds, Filters refused) {
        List<BookedOffer> declined = book.close(id, offerIds);
        if (!declined.isEmpty()) {
            executor.execute(() -> declined.forEach(offer -> {
                desk.release(offer);
                demand.refuse(id, offer.role(), offer.agentId(), offer.resources(), refused, time.monotonicMs());
            }));
        }
    }

    @Override
    public OfferTake take(FrameworkId id, List<OfferID> offerIds) {
        return book.take(id, offerIds, goodOnes -> executor.execute(() -> goodOnes.forEach(desk::release)));
    }

    @Override
    public void settle(TakenOffers taken, Resources claimed, Filters refused) {
        StateVersion decided = state.snapshot().version();
        executor.execute(() -> {
            unsettled.add(new Unsettled(decided, () -> settled(taken, claimed, refused)));
            settleWhatIsCounted();
        });
    }

    private void settleWhatIsCounted() {
        while (counted != null
                && !unsettled.isEmpty()
                && unsettled.peek().decided().compareTo(counted.version()) <= 0) {
            unsettled.remove().action().run();
        }
    }

    private void settled(TakenOffers taken, Resources claimed, Filters refused) {
        for (Offer offer : taken.offers()) {
            book.held(offer).ifPresent(desk::release);
        }
        demand.refuse(
                taken.frameworkId(),
                taken.role(),
                taken.agentId(),
                taken.total().minus(claimed),
                refused,
                time.monotonicMs());
    }

    @Override
    public void agentConnected(AgentId id) {
        executor.execute(() -> {
            offers.connect(id);
            allocateSoon();
        });
    }

    @Override
    public void agentDisconnected(AgentId id) {
        executor.execute(() -> {
            offers.disconnect(id);
            desk.rescindWhatDoesNotFit(id, Resources.EMPTY);
        });
    }

    @Override
    public void committed(ClusterSnapshot snapshot, List<StateChange> changes) {
        executor.execute(() -> {
            // What an earlier batch says is in the snapshot that was counted.
            ClusterSnapshot before = counted;
            if (before != null && snapshot.version().compareTo(before.version()) > 0) {
                accounts.follow(before, snapshot, changes);
                clearFiltersOfChangedAgents(before, changes);
                counted = snapshot;
                Set<AgentId> recheck = new LinkedHashSet<>();
                changes.forEach(change -> apply(change, recheck));
                recheck.forEach(id -> desk.rescindWhatDoesNotFit(id, offers.free(id, state.snapshot())));
                settleWhatIsCounted();
                desk.rescindBeyondLimits();
            }
        });
    }

    /** Who refused an agent for its attributes is asked anew when it has others, as in Mesos. */
    private void clearFiltersOfChangedAgents(ClusterSnapshot before, List<StateChange> changes) {
        for (StateChange change : changes) {
            if (change instanceof StateChange.AgentAdmitted admitted) {
                AgentInfo now = admitted.agent().info();
                before.agent(admitted.agent().id())
                        .filter(old -> !old.info().getAttributesList().equals(now.getAttributesList()))
                        .ifPresent(old -> filters.clear(old.id()));
            }
        }
    }

    private void apply(StateChange change, Set<AgentId> recheck) {
        if (change instanceof StateChange.TaskClaimed claimed) {
            Task task = claimed.task();
            desk.claimed(task.key().frameworkId(), task.agentId(), task.role(), task.resources());
            recheck.add(task.agentId());
        } else if (change instanceof StateChange.TaskMoved moved && moved.released()) {
            offers.freed(moved.task().agentId());
        } else if (change instanceof StateChange.TaskRemoved removed) {
            offers.freed(removed.task().agentId());
        } else if (change instanceof StateChange.ExecutorClaimed claimed) {
            ExecutorKey key = claimed.executor().key();
            desk.claimed(
                    key.frameworkId(),
                    key.agentId(),
                    claimed.executor().role(),
                    claimed.executor().resources());
            recheck.add(key.agentId());
        } else if (change instanceof StateChange.ExecutorRemoved removed) {
            offers.freed(removed.executor().key().agentId());
        } else if (change instanceof StateChange.AgentAdmitted admitted) {
            recheck.add(admitted.agent().id());
            offers.freed(admitted.agent().id());
            allocateSoon();
        } else if (change instanceof StateChange.ResourcesConverted converted) {
            recheck.add(converted.agentId());
            offers.freed(converted.agentId());
        } else if (change instanceof StateChange.AgentActivationChanged changed) {
            // Nothing is free on an agent that is not active; what was on offer there is rescinded.
            recheck.add(changed.agentId());
            offers.freed(changed.agentId());
        } else if (change instanceof StateChange.AgentBecameUnreachable unreachable) {
            gone(unreachable.agentId(), recheck);
        } else if (change instanceof StateChange.AgentRemoved removed) {
            gone(removed.agentId(), recheck);
        } else if (change instanceof StateChange.FrameworkRemoved removed) {
            end(removed.frameworkId());
            book.of(removed.frameworkId()).forEach(desk::release);
            demand.forgetEmpty(removed.frameworkId());
        } else if (change instanceof StateChange.WeightsUpdated updated) {
            if (updated.weights().keySet().stream().anyMatch(accounts.tree()::isInhabited)) {
                desk.rescindAll();
            }
        } else if (change instanceof StateChange.QuotaUpdated updated) {
            updated.quota().ifPresent(quota -> desk.rescindFor(updated.role(), quota));
        }
    }

    /** Whoever refused it before is asked anew if it comes back. */
    private void gone(AgentId agentId, Set<AgentId> recheck) {
        filters.clear(agentId);
        recheck.add(agentId);
    }

    private void end(FrameworkId id) {
        if (demand.find(id).isPresent()) {
            desk.withdraw(id);
            demand.end(id);
        }
    }

    private void nextCycle() {
        time.after(settings.allocationIntervalMs(), executor, this::cycle);
    }

    private void cycle() {
        if (!closed) {
            long nowMs = time.monotonicMs();
            book.madeUntil(nowMs - settings.offerTimeoutMs()).forEach(desk::rescind);
            filters.expire(nowMs, offers::freed);
            allocate(time.monotonicNanos());
            nextCycle();
        }
    }

    private void allocateSoon() {
        if (!allocationIsDue) {
            allocationIsDue = true;
            long dueNanos = time.monotonicNanos();
            executor.execute(() -> allocate(dueNanos));
        }
    }

    private void allocate(long dueNanos) {
        allocationIsDue = false;
        if (!closed) {
            ClusterSnapshot snapshot = state.snapshot();
            figures.run(
                    dueNanos,
                    () -> offers.makeOffers(
                            snapshot,
                            time.monotonicMs(),
                            id -> desk.rescindWhatDoesNotFit(id, offers.free(id, snapshot))));
        }
    }
}

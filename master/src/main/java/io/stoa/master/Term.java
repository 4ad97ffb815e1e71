package io.stoa.master;

import io.stoa.http.HttpHandler;
import io.stoa.master.link.AgentLinks;
import io.stoa.master.link.TaskEnder;
import io.stoa.master.operator.AgentActions;
import io.stoa.master.operator.ClusterMetrics;
import io.stoa.master.operator.ConstraintsHandler;
import io.stoa.master.operator.History;
import io.stoa.master.operator.MasterFacts;
import io.stoa.master.operator.OperatorContext;
import io.stoa.master.operator.explain.ExplainHandler;
import io.stoa.master.operator.explain.Insight;
import io.stoa.master.operator.explain.LaunchTimes;
import io.stoa.mesos.Recovered;
import io.stoa.mesos.offer.DrfAllocator;
import io.stoa.mesos.offer.OfferExplanation;
import io.stoa.mesos.scheduler.SchedulerApi;
import io.stoa.mesos.scheduler.SchedulerContext;
import io.stoa.proto.v1.Scheduler;
import io.stoa.rpc.cluster.ClusterDesk;
import io.stoa.rpc.cluster.WatchLog;
import io.stoa.rpc.scheduler.SchedulerDesk;
import io.stoa.state.SharedState;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.time.Time;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.MasterInfo;

/**
 * A time in which this process leads: everything that is soft begins with it and ends with it. The ids it gives out
 * begin with the id of its MasterInfo, which no other term has.
 */
final class Term implements AutoCloseable {

    private final MasterInfo info;
    private final SortedMap<String, Double> initialWeights;
    private final TermState state;
    private final AgentLinks links;
    private final DrfAllocator allocator;
    private final Optional<WhitelistWatch> whitelist;
    private final SchedulerApi scheduler;
    private final OperatorContext operator;
    private final LaunchTimes launches;
    private final ExplainHandler explain;
    private final ConstraintsHandler constraints;
    private final Recovered recovered;
    private final TaskEnder ender;
    private final ClusterDesk cluster;
    private final SchedulerDesk schedulers;

    /**
     * @param metrics of this master, whether it leads or not
     * @param overwhelmed is told why this master is to end
     */
    Term(
            MasterFacts facts,
            MasterConfig config,
            SharedState shared,
            ClusterMetrics metrics,
            Time time,
            Workers workers,
            Consumer<String> overwhelmed) {
        info = facts.info();
        initialWeights = config.allocator().weights();
        state = new TermState(shared);
        links = new AgentLinks(state, info, config.links(), metrics.counts(), time, workers.links(), overwhelmed);
        allocator = new DrfAllocator(state, config.allocator().withMasterId(info.getId()), time, workers.allocator());
        whitelist = config.allocator()
                .whitelist()
                .map(file -> new WhitelistWatch(file, time, workers.reads(), this::listed));
        recovered = new Recovered(state.snapshot());
        scheduler = new SchedulerApi(
                new SchedulerContext(state, allocator, links, recovered, info, time, config.scheduler()),
                metrics.counts());
        operator = new OperatorContext(
                facts,
                state,
                new TermSoftState(links, scheduler, allocator, recovered),
                new AgentActions(links::killTask, links::markGone),
                metrics::collect,
                new History(state.snapshot(), config.history(), time),
                workers.reads());
        launches = new LaunchTimes(time);
        constraints = new ConstraintsHandler(operator, allocator::wishes);
        explain = new ExplainHandler(operator, new Unseen(), launches, time);
        ender = new TaskEnder(state, links, scheduler.agentEvents());
        cluster = new ClusterDesk(state::snapshot, this::door, workers.watchLog(), workers.rpc());
        schedulers = new SchedulerDesk(
                scheduler, state, links, config.authentication().httpFrameworks(), metrics.counts());
    }

    private void listed(Set<String> hostnames) {
        allocator.offerOnly(hostnames);
        schedulers.claimOnly(hostnames);
    }

    /**
     * Who works for a term.
     *
     * @param allocator where offers are made; one thread
     * @param links where timers of agents' links run
     * @param reads where operators are answered
     * @param rpc where readers over RPC get what takes long
     * @param watchLog of what changes, whether this master leads or not
     */
    record Workers(Executor allocator, Executor links, Executor reads, Executor rpc, WatchLog watchLog) {}

    /** A launch leaves before its framework hears of it, and both before what is left is offered again. */
    void start(EffectDispatcher effects) {
        state.addListener(links);
        state.addListener(scheduler.stateListener());
        state.addListener(operator.history());
        state.addListener(launches);
        state.addListener(recovered);
        effects.dispatchTo(state);
        InitialWeights.set(state, initialWeights);
        whitelist.ifPresent(WhitelistWatch::start);
        allocator.start();
        scheduler.start();
        links.start(new AgentEventFanout(ender, allocator));
    }

    MasterInfo info() {
        return info;
    }

    AgentLinks links() {
        return links;
    }

    SchedulerApi scheduler() {
        return scheduler;
    }

    /** Who answers readers over RPC. */
    ClusterDesk cluster() {
        return cluster;
    }

    /** Who serves native schedulers. */
    SchedulerDesk schedulers() {
        return schedulers;
    }

    private Scheduler.Door door(FrameworkId id) {
        return scheduler
                .transport(id)
                .map(transport -> switch (transport) {
                    case RPC -> Scheduler.Door.RPC;
                    case HTTP -> Scheduler.Door.HTTP;
                    case LIBPROCESS -> Scheduler.Door.LIBPROCESS;
                })
                .orElse(Scheduler.Door.NONE);
    }

    OperatorContext operator() {
        return operator;
    }

    /** Who answers {@code /stoa/explain}. */
    HttpHandler explain() {
        return explain;
    }

    /** Who answers {@code /allocator/offer_constraints_debug}. */
    HttpHandler constraints() {
        return constraints;
    }

    ClusterMetrics.Leading figures() {
        return new ClusterMetrics.Leading(operator, allocator::figures);
    }

    /**
     * Ends every framework's stream and kills all tasks, those of agents that are away when they come back; completes
     * when none runs any more.
     */
    CompletableFuture<Void> endTasks() {
        scheduler.stop();
        return ender.begin();
    }

    @Override
    public void close() {
        operator.history().end();
        scheduler.stop();
        links.close();
        whitelist.ifPresent(WhitelistWatch::close);
        allocator.close();
    }

    /** What explanations need beyond what operators see. */
    private final class Unseen implements Insight {

        @Override
        public CompletableFuture<Optional<OfferExplanation>> offers(FrameworkId id, Optional<String> role) {
            return allocator.explain(id, role);
        }

        @Override
        public boolean isKilled(Task task) {
            return links.isKilled(task.agentId(), task.key());
        }

        @Override
        public boolean isUnacknowledged(Task task) {
            return links.isUnacknowledged(task.key());
        }

        @Override
        public OptionalLong givenUpInMs(AgentId id) {
            return links.givenUpInMs(id);
        }

        @Override
        public OptionalLong removedInMs(FrameworkId id) {
            return scheduler.removedInMs(id);
        }
    }
}

package io.stoa.master;

import io.stoa.master.link.AgentLinks;
import io.stoa.mesos.offer.AllocatorSettings;
import io.stoa.mesos.offer.DrfAllocator;
import io.stoa.mesos.scheduler.SchedulerApi;
import io.stoa.mesos.scheduler.SchedulerContext;
import io.stoa.state.SharedState;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.TaskStates;
import io.stoa.time.Time;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.mesos.v1.Protos.MasterInfo;

/**
 * A time in which this process leads: everything that is soft begins with it and ends with it. The ids it gives out
 * begin with the id of its MasterInfo, which no other term has.
 */
final class Term implements AutoCloseable {

    private final MasterInfo info;
    private final TermState state;
    private final AgentLinks links;
    private final DrfAllocator allocator;
    private final SchedulerApi scheduler;

    /**
     * @param allocations where the allocator works, one thread
     * @param linkWork where messages to agents are encoded
     */
    Term(MasterInfo info, MasterConfig config, SharedState shared, Time time, Executor allocations, Executor linkWork) {
        this.info = info;
        state = new TermState(shared);
        links = new AgentLinks(state, info, config.links(), time, linkWork);
        allocator = new DrfAllocator(state, settings(config.allocator(), info), time, allocations);
        scheduler = new SchedulerApi(new SchedulerContext(state, allocator, links, info, time, config.scheduler()));
    }

    /** A launch leaves before its framework hears of it, and both before what is left is offered again. */
    void start(EffectDispatcher effects) {
        state.addListener(links);
        state.addListener(scheduler.stateListener());
        effects.dispatchTo(state);
        allocator.start();
        scheduler.start();
        links.start(new AgentEventFanout(scheduler.agentEvents(), allocator));
    }

    private static AllocatorSettings settings(AllocatorSettings configured, MasterInfo info) {
        return new AllocatorSettings(
                info.getId(),
                configured.allocationIntervalMs(),
                configured.offerTimeoutMs(),
                configured.weights(),
                configured.minimum());
    }

    MasterInfo info() {
        return info;
    }

    AgentLinks links() {
        return links;
    }

    DrfAllocator allocator() {
        return allocator;
    }

    SchedulerApi scheduler() {
        return scheduler;
    }

    /** Ends every framework's stream and kills all tasks; completes when none runs any more. */
    CompletableFuture<Void> endTasks() {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        scheduler.stop();
        state.addListener((snapshot, changes) -> completeIfIdle(snapshot, ended));
        ClusterSnapshot now = state.snapshot();
        now.tasks().stream()
                .filter(task -> !TaskStates.isTerminal(task.state()))
                .forEach(task -> links.killTask(task.agentId(), task.key(), Optional.empty()));
        completeIfIdle(now, ended);
        return ended;
    }

    private static void completeIfIdle(ClusterSnapshot snapshot, CompletableFuture<Void> ended) {
        if (snapshot.tasks().stream().allMatch(task -> TaskStates.isTerminal(task.state()))) {
            ended.complete(null);
        }
    }

    @Override
    public void close() {
        scheduler.stop();
        links.close();
        allocator.close();
    }
}

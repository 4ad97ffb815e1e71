package io.stoa.master.link;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.stoa.master.link.TaskLaunches.TaskLaunch;
import io.stoa.mesos.AgentEvents;
import io.stoa.mesos.AgentGateway;
import io.stoa.metrics.MasterCounts;
import io.stoa.state.SharedState;
import io.stoa.state.StateListener;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.StateChange;
import io.stoa.state.transaction.StateMutation;
import io.stoa.time.Time;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.jspecify.annotations.Nullable;

/**
 * The links to all agents during one term in which this master leads. Safe for use by any thread; what is said leaves
 * on the executor of its agent's stream.
 */
public final class AgentLinks implements AgentGateway, StateListener, AutoCloseable {

    private final SharedState state;
    private final Executor executor;
    private final AgentContacts contacts;
    private final Transactions transactions;
    private final SilenceWatch watch;
    private final MasterInfo master;
    private final LinkConfig config;
    private final MasterCounts counts;
    private final Time time;
    private final KilledTasks killed = new KilledTasks();
    private final UnacknowledgedUpdates unacknowledged = new UnacknowledgedUpdates();
    private final UnreachableTasks unreachable;
    private final AgentOblivion oblivion;
    private volatile @Nullable AdmissionDesk desk;

    /**
     * @param master this master in this term; its id is the first part of new agents' ids
     * @param counts of this master, whether it leads or not
     * @param executor where timers run and everybody is spoken to
     * @param overwhelmed is told, for people, that so many agents did not come back to this leader that it is not to
     *     give them up; from then on it gives up none
     */
    public AgentLinks(
            SharedState state,
            MasterInfo master,
            LinkConfig config,
            MasterCounts counts,
            Time time,
            Executor executor,
            Consumer<String> overwhelmed) {
        this.state = state;
        this.master = master;
        this.config = config;
        this.counts = counts;
        this.time = time;
        this.executor = executor;
        contacts = new AgentContacts(state.snapshot(), time, config);
        transactions = new Transactions(state, time, executor);
        watch = new SilenceWatch(contacts, transactions, counts, time, executor, config, overwhelmed);
        unreachable = new UnreachableTasks(state.snapshot(), config.retention().maxUnreachableTasks());
        oblivion = new AgentOblivion(state, transactions, time, executor, config.retention());
    }

    /**
     * Begins to admit agents and to ping them.
     *
     * @param events who learns what agents say
     */
    public void start(AgentEvents events) {
        LinkContext context = new LinkContext(state, transactions, contacts, events, counts, time);
        DepartureDesk departures = new DepartureDesk(context);
        Drains drains = new Drains(context, departures, killed);
        desk = new AdmissionDesk(context, departures, drains, killed, master, config);
        watch.start();
        oblivion.start();
    }

    /** Who listens to agents; null before the start and after the end. */
    @Nullable
    AdmissionDesk desk() {
        return desk;
    }

    /** How many agents have an open link. */
    public int connectedAgents() {
        return contacts.sessions().size();
    }

    /** Gives an agent up for good, as an operator wants it: its tasks are gone, and it is to end. */
    public CompletableFuture<GoneResult> markGone(AgentId id) {
        AdmissionDesk current = desk;
        return current == null
                ? CompletableFuture.completedFuture(GoneResult.NOT_STORED)
                : current.departures().markGone(id);
    }

    @Override
    public void committed(ClusterSnapshot snapshot, List<StateChange> changes) {
        killed.committed(changes);
        unacknowledged.committed(changes);
        List<StateMutation> forgotten = unreachable.committed(changes);
        if (!forgotten.isEmpty()) {
            transactions.commitEach(forgotten);
        }
        TaskLaunches launches = new TaskLaunches(launch -> launch(snapshot, launch));
        for (StateChange change : changes) {
            launches.add(change);
            if (change instanceof StateChange.ResourcesConverted converted) {
                tellTotal(snapshot, converted);
            } else if (change instanceof StateChange.AgentRemoved removed) {
                leave(snapshot, removed.agentId());
            } else if (change instanceof StateChange.AgentForgotten forgot) {
                leave(snapshot, forgot.agentId());
            } else if (change instanceof StateChange.AgentBecameUnreachable lost) {
                leave(snapshot, lost.agentId());
            }
        }
        launches.finish();
        AdmissionDesk current = desk;
        if (current != null) {
            current.drains().committed(snapshot, changes);
        }
    }

    private void launch(ClusterSnapshot snapshot, TaskLaunch launch) {
        AgentId agentId = launch.first().agentId();
        snapshot.framework(launch.first().key().frameworkId())
                .ifPresent(framework -> contacts.send(
                        agentId,
                        () -> MasterMessages.run(
                                framework, launch, state.snapshot().agent(agentId))));
    }

    /** As it is when the message leaves: what an agent hears never goes back in time. */
    private void tellTotal(ClusterSnapshot snapshot, StateChange.ResourcesConverted converted) {
        AgentId id = converted.agentId();
        List<Resource> destroyed = converted.conversions().stream()
                .flatMap(conversion -> conversion.destroyed().toProto().stream())
                .toList();
        snapshot.agent(id)
                .ifPresent(agent -> contacts.send(
                        id,
                        () -> MasterMessages.totalChanged(
                                state.snapshot().agent(id).orElse(agent).total(), destroyed)));
    }

    private void leave(ClusterSnapshot snapshot, AgentId id) {
        boolean registered = snapshot.agent(id)
                .filter(agent -> agent.status() == AgentStatus.REGISTERED)
                .isPresent();
        if (!registered) {
            contacts.forget(id);
        }
    }

    @Override
    public boolean isConnected(AgentId agentId) {
        return contacts.session(agentId) != null;
    }

    /** Whether an agent that has the task still was told to end it, or is to be when it is back. */
    public boolean isKilled(AgentId agentId, TaskKey task) {
        return killed.contains(agentId, task, state.snapshot());
    }

    /** Whether the task's newest update waits for its framework's acknowledgement, as far as this leader knows. */
    public boolean isUnacknowledged(TaskKey task) {
        return unacknowledged.contains(task);
    }

    /**
     * For how many ms the agent is waited for; empty while it is connected and answers pings.
     *
     * @param id of an agent that is registered
     */
    public OptionalLong givenUpInMs(AgentId id) {
        long leftMs = contacts.lostInMs(id);
        boolean answers = isConnected(id) && leftMs > config.pingBudgetMs() - 2 * config.pingTimeoutMs();
        return answers ? OptionalLong.empty() : OptionalLong.of(leftMs);
    }

    @Override
    public void killTask(AgentId agentId, TaskKey task, Optional<KillPolicy> policy) {
        killed.add(agentId, task, state.snapshot());
        contacts.send(agentId, () -> MasterMessages.killTask(task, policy));
    }

    @Override
    public void acknowledge(AgentId agentId, TaskKey task, ByteString uuid) {
        unacknowledged.acknowledged(task, uuid);
        contacts.send(agentId, () -> MasterMessages.acknowledgement(task, uuid));
    }

    @Override
    public void sendFrameworkMessage(ExecutorKey executorKey, ByteString data) {
        contacts.send(executorKey.agentId(), () -> MasterMessages.frameworkMessage(executorKey, data));
    }

    @Override
    public void shutdownExecutor(ExecutorKey executorKey) {
        contacts.send(executorKey.agentId(), () -> MasterMessages.shutdownExecutor(executorKey));
    }

    @Override
    public void frameworkUpdated(Framework framework) {
        executor.execute(() -> state.snapshot().tasksOf(framework.id()).stream()
                .map(Task::agentId)
                .distinct()
                .forEach(agentId -> contacts.send(agentId, () -> MasterMessages.frameworkUpdated(framework))));
    }

    /** Told to everybody, as Mesos does: the state has forgotten already where the framework's tasks were. */
    @Override
    public void shutdownFramework(FrameworkId frameworkId) {
        executor.execute(() -> contacts.sessions()
                .forEach(session -> session.stream().send(() -> MasterMessages.shutdownFramework(frameworkId))));
    }

    /** The term is over: agents look for the next leader. */
    @Override
    public void close() {
        watch.stop();
        oblivion.stop();
        AdmissionDesk current = desk;
        desk = null;
        if (current != null) {
            current.departures().close();
        }
        for (AgentSession session : contacts.sessions()) {
            session.stream().end(Status.UNAVAILABLE.withDescription("This master does not lead any more"));
        }
    }
}

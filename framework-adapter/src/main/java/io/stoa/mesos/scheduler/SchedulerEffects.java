package io.stoa.mesos.scheduler;

import com.google.protobuf.ByteString;
import io.stoa.mesos.AgentEvents;
import io.stoa.state.StateListener;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskStates;
import io.stoa.state.transaction.CommitMode;
import io.stoa.state.transaction.ConflictPolicy;
import io.stoa.state.transaction.StateChange;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Event;

/** What schedulers hear of what was committed, and of what their agents say. Called by any thread. */
final class SchedulerEffects implements StateListener, AgentEvents {

    private final SchedulerContext context;
    private final FrameworkSessions sessions;
    private final MasterStatuses statuses;

    SchedulerEffects(SchedulerContext context, FrameworkSessions sessions) {
        this.context = context;
        this.sessions = sessions;
        this.statuses = new MasterStatuses(context.time());
    }

    @Override
    public void committed(ClusterSnapshot snapshot, List<StateChange> changes) {
        Map<FrameworkId, List<Event>> updates = new LinkedHashMap<>();
        for (StateChange change : changes) {
            if (change instanceof StateChange.TaskStatusChanged changed) {
                updates.computeIfAbsent(changed.task().key().frameworkId(), id -> new ArrayList<>())
                        .add(Events.update(changed.status()));
            } else if (change instanceof StateChange.FrameworkRemoved removed) {
                updates.remove(removed.frameworkId());
                removed(removed.frameworkId());
            } else if (change instanceof StateChange.AgentBecameUnreachable unreachable) {
                post(updates);
                agentLost(unreachable.agentId());
            } else if (change instanceof StateChange.AgentRemoved removed) {
                post(updates);
                agentLost(removed.agentId());
            }
        }
        post(updates);
    }

    private void post(Map<FrameworkId, List<Event>> updates) {
        updates.forEach((id, events) -> sessions.find(id).ifPresent(session -> session.post(List.copyOf(events))));
        updates.clear();
    }

    private void removed(FrameworkId id) {
        sessions.remove(id);
        context.allocator().remove(id);
        context.gateway().shutdownFramework(id);
    }

    private void agentLost(AgentId agentId) {
        Event failure = Events.agentFailure(agentId);
        sessions.forEach(session -> session.post(failure));
    }

    @Override
    public void agentConnected(AgentId agentId) {
        // The allocator's business.
    }

    /** Without checkpointing, Mesos gives a framework's tasks up the moment their agent's connection breaks. */
    @Override
    public void agentDisconnected(AgentId agentId) {
        ClusterSnapshot snapshot = context.state().snapshot();
        String hostname =
                snapshot.agent(agentId).map(agent -> agent.info().getHostname()).orElse("");
        List<StateMutation> losses = new ArrayList<>();
        for (Task task : snapshot.tasksOn(agentId)) {
            boolean checkpoints = snapshot.framework(task.key().frameworkId())
                    .filter(framework -> framework.info().getCheckpoint())
                    .isPresent();
            if (!checkpoints && !TaskStates.isTerminal(task.state())) {
                TaskStatus lost = statuses.of(
                                task.key().taskId(),
                                TaskState.TASK_LOST,
                                TaskStatus.Reason.REASON_AGENT_DISCONNECTED,
                                "Agent " + hostname + " disconnected")
                        .setAgentId(AgentID.newBuilder().setValue(agentId.value()))
                        .build();
                losses.add(new StateMutation.UpdateTaskStatus(task.key(), lost));
                losses.add(new StateMutation.RemoveTask(task.key()));
            }
        }
        for (int from = 0; from < losses.size(); from += StateTransaction.MAX_MUTATIONS) {
            context.state()
                    .commit(new StateTransaction(
                            snapshot.version(),
                            ConflictPolicy.RESOURCE_FIT,
                            CommitMode.INCREMENTAL,
                            losses.subList(from, Math.min(losses.size(), from + StateTransaction.MAX_MUTATIONS))));
        }
    }

    @Override
    public void statusRepeated(FrameworkId frameworkId, TaskStatus status) {
        sessions.find(frameworkId).ifPresent(session -> session.post(Events.update(status)));
    }

    @Override
    public void executorMessage(ExecutorKey executor, ByteString data) {
        sessions.find(executor.frameworkId()).ifPresent(session -> session.post(Events.message(executor, data)));
    }

    @Override
    public void executorExited(ExecutorKey executor, OptionalInt waitStatus) {
        sessions.find(executor.frameworkId())
                .ifPresent(session -> session.post(Events.executorFailure(executor, waitStatus)));
    }
}

package io.stoa.mesos.scheduler;

import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.TimeInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;

/** RECONCILE: tells what is known, from the snapshot. */
final class ReconcileHandler {

    private static final int ANSWERS_AT_ONCE = 500;
    /** What waiting takes beside the call itself, roughly. */
    private static final int HELD_BYTES = 1_024;

    private final SchedulerContext context;
    private final MasterStatuses statuses;

    ReconcileHandler(SchedulerContext context) {
        this.context = context;
        this.statuses = new MasterStatuses(context.time());
    }

    void reconcile(FrameworkSession session, Call.Reconcile reconcile) {
        int heldBytes = HELD_BYTES + reconcile.getSerializedSize();
        if (reconcile.getTasksCount() == 0) {
            answer(
                    session,
                    heldBytes,
                    context.state().snapshot().tasksOf(session.id()).iterator(),
                    task -> implicitly(session, task.key()));
        } else {
            answer(session, heldBytes, reconcile.getTasksList().iterator(), asked -> explicitly(session, asked));
        }
    }

    /**
     * As fast as the framework reads: it may have more tasks than events may wait for it. Who is asked for meanwhile is
     * told as of then.
     */
    private static <T> void answer(FrameworkSession session, int heldBytes, Iterator<T> all, Consumer<T> action) {
        for (int i = 0; i < ANSWERS_AT_ONCE && all.hasNext(); i++) {
            action.accept(all.next());
        }
        if (all.hasNext()) {
            session.whenCaughtUp(heldBytes, () -> answer(session, heldBytes, all, action));
        }
    }

    private void implicitly(FrameworkSession session, TaskKey key) {
        ClusterSnapshot snapshot = context.state().snapshot();
        snapshot.task(key)
                .filter(task -> isReachable(snapshot, task))
                .ifPresent(task -> session.send(Events.update(statuses.reconciled(task))));
    }

    private void explicitly(FrameworkSession session, Call.Reconcile.Task asked) {
        Optional<AgentId> agentId =
                asked.hasAgentId() ? Optional.of(new AgentId(asked.getAgentId().getValue())) : Optional.empty();
        explicitly(session, asked.getTaskId().getValue(), agentId);
    }

    /** A task on an unreachable agent counts as unknown there, in Mesos. */
    static boolean isReachable(ClusterSnapshot snapshot, Task task) {
        return snapshot.agent(task.agentId())
                .filter(agent -> agent.status() == AgentStatus.REGISTERED)
                .isPresent();
    }

    /** @param agentId where the framework takes the task to be */
    void explicitly(FrameworkSession session, String taskId, Optional<AgentId> agentId) {
        ClusterSnapshot snapshot = context.state().snapshot();
        Optional<Task> task = snapshot.task(new TaskKey(session.id(), taskId));
        if (task.isPresent() && isReachable(snapshot, task.get())) {
            session.send(Events.update(statuses.reconciled(task.get())));
        } else if (!mayComeBack(agentId)) {
            session.send(Events.update(unknown(session, taskId, agentId, snapshot)));
        }
    }

    /** Who knows of the task may not have been heard yet by this master, which says nothing then, as Mesos. */
    private boolean mayComeBack(Optional<AgentId> agentId) {
        return agentId.map(context.recovered()::contains).orElseGet(context.recovered()::containsAgents);
    }

    private TaskStatus unknown(
            FrameworkSession session, String taskId, Optional<AgentId> agentId, ClusterSnapshot snapshot) {
        Optional<Agent> agent = agentId.flatMap(snapshot::agent);
        TaskState state = TaskState.TASK_UNKNOWN;
        String message = "Task is unknown";
        if (agent.isPresent()) {
            boolean registered = agent.get().status() == AgentStatus.REGISTERED;
            state = registered ? TaskState.TASK_GONE : TaskState.TASK_UNREACHABLE;
            message = registered ? "Task is unknown to the agent" : "Task is unreachable";
        } else if (agentId.filter(snapshot::isGone).isPresent()) {
            state = TaskState.TASK_GONE_BY_OPERATOR;
            message = "Task is gone";
        }
        TaskStatus.Builder status = statuses.of(
                taskId,
                session.isPartitionAware() ? state : TaskState.TASK_LOST,
                TaskStatus.Reason.REASON_RECONCILIATION,
                "Reconciliation: " + message);
        agentId.ifPresent(id -> status.setAgentId(AgentID.newBuilder().setValue(id.value())));
        agent.filter(known -> known.status() == AgentStatus.UNREACHABLE)
                .ifPresent(known -> status.setUnreachableTime(
                        TimeInfo.newBuilder().setNanoseconds(known.unreachableAtMs() * 1_000_000)));
        return status.build();
    }
}

package io.stoa.mesos.scheduler;

import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.TimeInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;

/** RECONCILE and RECONCILE_OPERATIONS: tells what is known, from the snapshot. */
final class ReconcileHandler {

    private final SchedulerContext context;
    private final MasterStatuses statuses;

    ReconcileHandler(SchedulerContext context) {
        this.context = context;
        this.statuses = new MasterStatuses(context.time());
    }

    void reconcile(FrameworkSession session, Call.Reconcile reconcile) {
        if (reconcile.getTasksCount() == 0) {
            implicitly(session);
        }
        for (Call.Reconcile.Task asked : reconcile.getTasksList()) {
            Optional<AgentId> agentId = asked.hasAgentId()
                    ? Optional.of(new AgentId(asked.getAgentId().getValue()))
                    : Optional.empty();
            explicitly(session, asked.getTaskId().getValue(), agentId);
        }
    }

    private void implicitly(FrameworkSession session) {
        ClusterSnapshot snapshot = context.state().snapshot();
        for (Task task : snapshot.tasksOf(session.id())) {
            if (isReachable(snapshot, task)) {
                session.send(Events.update(statuses.reconciled(task)));
            }
        }
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

    /** There are no operations yet, so each that is asked for is unknown. */
    void reconcile(FrameworkSession session, Call.ReconcileOperations reconcile) {
        ClusterSnapshot snapshot = context.state().snapshot();
        for (Call.ReconcileOperations.Operation asked : reconcile.getOperationsList()) {
            session.send(Events.operationUpdate(unknown(asked, snapshot)));
        }
    }

    private OperationStatus unknown(Call.ReconcileOperations.Operation asked, ClusterSnapshot snapshot) {
        OperationStatus.Builder status = OperationStatus.newBuilder()
                .setOperationId(asked.getOperationId())
                .setState(OperationState.OPERATION_UNKNOWN);
        if (asked.hasResourceProviderId()) {
            status.setResourceProviderId(asked.getResourceProviderId());
        }
        if (!asked.hasAgentId()) {
            return status.setMessage("Reconciliation: Operation is unknown and no 'agent_id' was provided")
                    .build();
        }
        AgentId agentId = new AgentId(asked.getAgentId().getValue());
        Optional<AgentStatus> agent = snapshot.agent(agentId).map(Agent::status);
        status.setAgentId(asked.getAgentId());
        if (context.recovered().contains(agentId)) {
            return status.setState(OperationState.OPERATION_RECOVERING)
                    .setMessage("Reconciliation: Agent is recovered but has not re-registered")
                    .build();
        }
        if (snapshot.isGone(agentId)) {
            return status.setState(OperationState.OPERATION_GONE_BY_OPERATOR)
                    .setMessage("Reconciliation: Agent marked gone by operator")
                    .build();
        }
        if (agent.isEmpty()) {
            return status.setMessage("Reconciliation: Both operation and agent are unknown")
                    .build();
        }
        return agent.get() == AgentStatus.REGISTERED
                ? status.setMessage("Reconciliation: Operation is unknown").build()
                : status.setState(OperationState.OPERATION_UNREACHABLE)
                        .setMessage("Reconciliation: Agent is unreachable")
                        .build();
    }
}

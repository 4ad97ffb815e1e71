package io.stoa.mesos.scheduler;

import io.stoa.state.model.Task;
import io.stoa.time.Time;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** Statuses that the master makes up itself: without uuid, so that nobody acknowledges them. */
final class MasterStatuses {

    private final Time time;

    MasterStatuses(Time time) {
        this.time = time;
    }

    /** Of a task that was not launched. */
    TaskStatus refused(TaskInfo task, TaskState state, TaskStatus.Reason reason, String message) {
        return of(task.getTaskId().getValue(), state, reason, message)
                .setAgentId(task.getAgentId())
                .build();
    }

    TaskStatus.Builder of(String taskId, TaskState state, TaskStatus.Reason reason, String message) {
        return TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(taskId))
                .setState(state)
                .setMessage(message)
                .setSource(TaskStatus.Source.SOURCE_MASTER)
                .setReason(reason)
                .setTimestamp(time.epochMs() / 1e3);
    }

    /** What is known of a task, for a framework that asks. */
    TaskStatus reconciled(Task task) {
        Optional<TaskStatus> latest = task.latestStatus();
        TaskStatus.Builder status = of(
                        task.key().taskId(),
                        latest.map(TaskStatus::getState).orElse(task.state()),
                        TaskStatus.Reason.REASON_RECONCILIATION,
                        "Reconciliation: Latest task state")
                .setAgentId(AgentID.newBuilder().setValue(task.agentId().value()));
        task.executorId()
                .ifPresent(id -> status.setExecutorId(ExecutorID.newBuilder().setValue(id)));
        latest.filter(TaskStatus::hasHealthy).ifPresent(known -> status.setHealthy(known.getHealthy()));
        latest.filter(TaskStatus::hasCheckStatus).ifPresent(known -> status.setCheckStatus(known.getCheckStatus()));
        latest.filter(TaskStatus::hasContainerStatus)
                .ifPresent(known -> status.setContainerStatus(known.getContainerStatus()));
        return status.build();
    }
}

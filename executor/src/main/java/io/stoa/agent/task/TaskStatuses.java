package io.stoa.agent.task;

import com.google.protobuf.ByteString;
import io.stoa.agent.check.CheckHistory;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.time.Time;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CheckStatusInfo;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskResourceLimitation;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/** The updates of one task that the agent itself speaks for, as Mesos' executors and agent word them. */
public final class TaskStatuses {

    private final TaskStatus template;
    private final Optional<CheckStatusInfo> unchecked;
    private final Time time;

    /** @param executorId that of the task where it brings no executor */
    public TaskStatuses(String agentId, String executorId, String taskId, Time time) {
        this(agentId, executorId, taskId, Optional.empty(), time);
    }

    /** @param unchecked what is said of the task's check before there is a result */
    private TaskStatuses(
            String agentId, String executorId, String taskId, Optional<CheckStatusInfo> unchecked, Time time) {
        this.unchecked = unchecked;
        this.template = TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(taskId))
                .setAgentId(AgentID.newBuilder().setValue(agentId))
                .setExecutorId(ExecutorID.newBuilder().setValue(executorId))
                .setState(TaskState.TASK_STAGING)
                .build();
        this.time = time;
    }

    public static TaskStatuses of(LiveTask task, Time time) {
        return new TaskStatuses(
                task.run().agentId(),
                task.run().executorId(),
                task.key().taskId(),
                Optional.of(task.info())
                        .filter(TaskInfo::hasCheck)
                        .map(info -> CheckHistory.withoutResult(info.getCheck())),
                time);
    }

    /** A step on the way of a task that runs. */
    public TaskStatus step(TaskState state, ContainerStatus container) {
        return next(state, TaskStatus.Source.SOURCE_EXECUTOR)
                .setContainerStatus(container)
                .build();
    }

    /** The task has a new result of its check; all else is as it was said last. */
    public TaskStatus checked(TaskStatus last, CheckStatusInfo result) {
        return stamped(last.toBuilder())
                .setReason(TaskStatus.Reason.REASON_TASK_CHECK_STATUS_UPDATED)
                .setCheckStatus(result)
                .build();
    }

    /** The task's health check has news; all else is as it was said last. */
    public TaskStatus healthChanged(TaskStatus last, boolean healthy) {
        return stamped(last.toBuilder())
                .setReason(TaskStatus.Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED)
                .setHealthy(healthy)
                .build();
    }

    /**
     * It is the agent that speaks where the task never ran, went beyond its limits, or ended unseen.
     *
     * @param container null where the task never ran
     */
    public TaskStatus end(End end, @Nullable ContainerStatus container) {
        boolean byAgent = container == null
                || !end.limited().isEmpty()
                || end.reason() == TaskStatus.Reason.REASON_EXECUTOR_TERMINATED;
        TaskStatus.Builder status =
                next(end.state(), byAgent ? TaskStatus.Source.SOURCE_AGENT : TaskStatus.Source.SOURCE_EXECUTOR);
        if (!end.message().isEmpty()) {
            status.setMessage(end.message());
        }
        if (end.reason() != null) {
            status.setReason(end.reason());
        }
        if (!end.limited().isEmpty()) {
            status.setLimitation(TaskResourceLimitation.newBuilder().addAllResources(end.limited()));
        }
        if (container != null) {
            status.setContainerStatus(container);
        }
        return status.build();
    }

    private TaskStatus.Builder next(TaskState state, TaskStatus.Source source) {
        TaskStatus.Builder status =
                stamped(template.toBuilder()).setState(state).setSource(source);
        if (source == TaskStatus.Source.SOURCE_EXECUTOR) {
            unchecked.ifPresent(status::setCheckStatus);
        }
        return status;
    }

    private TaskStatus.Builder stamped(TaskStatus.Builder status) {
        UUID uuid = UUID.randomUUID();
        ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .flip();
        return status.setTimestamp(time.epochMs() / 1_000.0).setUuid(ByteString.copyFrom(bytes));
    }
}

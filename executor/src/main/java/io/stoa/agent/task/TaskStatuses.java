package io.stoa.agent.task;

import com.google.protobuf.ByteString;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.time.Time;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/** The updates of one task that the agent itself speaks for, as Mesos' executors and agent word them. */
public final class TaskStatuses {

    private final TaskStatus template;
    private final Time time;

    /** @param executorId that of the task where it brings no executor */
    public TaskStatuses(String agentId, String executorId, String taskId, Time time) {
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
                task.run().agentId(), task.run().executorId(), task.key().taskId(), time);
    }

    /** A step on the way of a task that runs. */
    public TaskStatus step(TaskState state, ContainerStatus container) {
        return next(state, TaskStatus.Source.SOURCE_EXECUTOR)
                .setContainerStatus(container)
                .build();
    }

    /** @param container null where the task never ran: then it is the agent that speaks */
    public TaskStatus end(End end, @Nullable ContainerStatus container) {
        TaskStatus.Builder status = next(
                        end.state(),
                        container == null ? TaskStatus.Source.SOURCE_AGENT : TaskStatus.Source.SOURCE_EXECUTOR)
                .setMessage(end.message());
        if (end.reason() != null) {
            status.setReason(end.reason());
        }
        if (container != null) {
            status.setContainerStatus(container);
        }
        return status.build();
    }

    private TaskStatus.Builder next(TaskState state, TaskStatus.Source source) {
        UUID uuid = UUID.randomUUID();
        ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .flip();
        return template.toBuilder()
                .setState(state)
                .setSource(source)
                .setTimestamp(time.epochMs() / 1_000.0)
                .setUuid(ByteString.copyFrom(bytes));
    }
}

package io.stoa.v1;

import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.Task;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** A task as the v1 operator APIs show it. */
public final class TaskMessages {

    private TaskMessages() {}

    /**
     * Whose a task is and where it runs.
     *
     * @param executorId empty for a command task
     */
    public record Place(String frameworkId, Optional<String> executorId, String agentId) {}

    /**
     * @param statuses oldest first
     * @param told the newest that its framework has been sent; empty before the first
     */
    public static Task of(
            TaskInfo info, Place place, TaskState state, List<TaskStatus> statuses, Optional<TaskStatus> told) {
        Task.Builder message = Task.newBuilder()
                .setName(info.getName())
                .setTaskId(info.getTaskId())
                .setFrameworkId(FrameworkID.newBuilder().setValue(place.frameworkId()))
                .setAgentId(AgentID.newBuilder().setValue(place.agentId()))
                .setState(state)
                .addAllResources(info.getResourcesList())
                .addAllStatuses(statuses)
                .putAllLimits(info.getLimitsMap());
        place.executorId()
                .ifPresent(id -> message.setExecutorId(ExecutorID.newBuilder().setValue(id)));
        told.filter(TaskStatus::hasUuid)
                .ifPresent(status ->
                        message.setStatusUpdateState(status.getState()).setStatusUpdateUuid(status.getUuid()));
        describe(info, message);
        return message.build();
    }

    private static void describe(TaskInfo info, Task.Builder message) {
        if (info.hasLabels()) {
            message.setLabels(info.getLabels());
        }
        if (info.hasDiscovery()) {
            message.setDiscovery(info.getDiscovery());
        }
        if (info.hasContainer()) {
            message.setContainer(info.getContainer());
        }
        if (info.hasHealthCheck()) {
            message.setHealthCheck(info.getHealthCheck());
        }
        if (info.hasKillPolicy()) {
            message.setKillPolicy(info.getKillPolicy());
        }
        CommandInfo command =
                info.hasCommand() ? info.getCommand() : info.getExecutor().getCommand();
        if (command.hasUser()) {
            message.setUser(command.getUser());
        }
    }
}

package io.stoa.agent.task;

import io.stoa.agent.sandbox.AgentPaths.Run;
import java.util.List;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * A task as people see it.
 *
 * @param statuses all updates so far, oldest first; empty while it is staging
 */
public record TaskView(Run run, FrameworkInfo framework, TaskInfo task, List<TaskStatus> statuses) {

    public TaskView {
        statuses = List.copyOf(statuses);
    }

    /** True where the task has ended, acknowledged or not. */
    public boolean isCompleted() {
        return switch (state()) {
            case TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING -> false;
            default -> true;
        };
    }

    public TaskState state() {
        return statuses.isEmpty()
                ? TaskState.TASK_STAGING
                : statuses.get(statuses.size() - 1).getState();
    }
}

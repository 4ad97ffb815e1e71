package io.stoa.state.model;

import io.stoa.state.resources.Resources;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * A task from its claim until its terminal status has been acknowledged.
 *
 * @param key framework and task id
 * @param agentId the host it runs on
 * @param role the role its resources were allocated to
 * @param info what was launched, its resources with their allocation role, as the agent gets it
 * @param resources what it holds on the agent, without allocation role
 * @param executorId the custom executor that runs it; empty for command tasks
 * @param state the newest state anybody knows, TASK_STAGING at first
 * @param statuses the updates so far, oldest first; repeated states collapse into the newest, as in Mesos
 */
public record Task(
        TaskKey key,
        AgentId agentId,
        String role,
        TaskInfo info,
        Resources resources,
        Optional<String> executorId,
        TaskState state,
        List<TaskStatus> statuses) {

    public Task {
        statuses = List.copyOf(statuses);
    }

    /** The newest update, if there has been any. */
    public Optional<TaskStatus> latestStatus() {
        return statuses.isEmpty() ? Optional.empty() : Optional.of(statuses.get(statuses.size() - 1));
    }
}

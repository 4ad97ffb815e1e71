package io.stoa.state.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.proto.mesos.TaskStates;
import io.stoa.state.resources.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * A task from its claim until its terminal status has been acknowledged.
 *
 * @param key framework and task id
 * @param agentId the host it runs on
 * @param role the role its resources were allocated to
 * @param spec what was launched, its resources with their allocation role, as the agent gets it
 * @param resources what it holds on the agent, without allocation role
 * @param executorId the custom executor that runs it; empty for command tasks
 * @param group the id of the first task of the group that it was launched in; empty where it came alone
 * @param state the newest state anybody knows, TASK_STAGING at first
 * @param statuses the updates so far as they are {@linkplain StoredStatus stored}, oldest first, the newest
 *     {@link #MAX_STATUSES} of them; repeated states collapse into the newest, as in Mesos
 * @param kill how it is to be killed, since its scheduler committed that; without a grace period: as the task says.
 *     Empty where it is not to be
 */
public record Task(
        TaskKey key,
        AgentId agentId,
        String role,
        TaskSpec spec,
        Resources resources,
        Optional<String> executorId,
        Optional<String> group,
        TaskState state,
        List<TaskStatus> statuses,
        Optional<KillPolicy> kill) {

    /** A task that goes back and forth between states may not grow without limit. */
    public static final int MAX_STATUSES = 50;

    public Task {
        statuses = List.copyOf(statuses);
    }

    /**
     * A task that was just claimed: TASK_STAGING, without updates.
     *
     * @throws IllegalArgumentException where one of its resources is invalid
     */
    public static Task claimed(FrameworkId frameworkId, AgentId agentId, String role, TaskInfo info) {
        return claimed(frameworkId, agentId, role, info, TaskSpec.of(info));
    }

    /**
     * As {@link #claimed(FrameworkId, AgentId, String, TaskInfo)}.
     *
     * @throws InvalidProtocolBufferException where they are not those of a TaskInfo
     */
    public static Task claimed(FrameworkId frameworkId, AgentId agentId, String role, ByteString infoBytes)
            throws InvalidProtocolBufferException {
        TaskInfo info = TaskInfo.parseFrom(infoBytes);
        return claimed(frameworkId, agentId, role, info, TaskSpec.of(info, infoBytes));
    }

    private static Task claimed(FrameworkId frameworkId, AgentId agentId, String role, TaskInfo info, TaskSpec spec) {
        return new Task(
                new TaskKey(frameworkId, info.getTaskId().getValue()),
                agentId,
                role,
                spec,
                Resources.of(info.getResourcesList()),
                info.hasExecutor()
                        ? Optional.of(info.getExecutor().getExecutorId().getValue())
                        : Optional.empty(),
                Optional.empty(),
                TaskState.TASK_STAGING,
                List.of(),
                Optional.empty());
    }

    /** What was launched; parsed anew each time. */
    public TaskInfo info() {
        return spec.parse();
    }

    /** The task after one more update. One that has ended stays so, whatever was to be told before that. */
    public Task with(TaskStatus status) {
        List<TaskStatus> history = new ArrayList<>(statuses);
        int last = history.size() - 1;
        if (last >= 0 && history.get(last).getState() == status.getState()) {
            history.remove(last);
        }
        history.add(StoredStatus.of(status));
        int from = Math.max(0, history.size() - MAX_STATUSES);
        return with(isTerminal() ? state : status.getState(), history.subList(from, history.size()));
    }

    /** The task in a state of which no update could be told yet. */
    public Task in(TaskState newer) {
        return with(newer, statuses);
    }

    /** The task as one of a group. */
    public Task inGroup(String ofGroup) {
        return new Task(key, agentId, role, spec, resources, executorId, Optional.of(ofGroup), state, statuses, kill);
    }

    /** The task, to be killed in that way. */
    public Task toBeKilled(KillPolicy how) {
        return new Task(key, agentId, role, spec, resources, executorId, group, state, statuses, Optional.of(how));
    }

    private Task with(TaskState newState, List<TaskStatus> newStatuses) {
        return new Task(key, agentId, role, spec, resources, executorId, group, newState, newStatuses, kill);
    }

    /** True where it has ended, though its framework may not know; such a task holds nothing on its agent. */
    public boolean isTerminal() {
        return TaskStates.isTerminal(state);
    }

    /** What it holds on its agent now. */
    Resources held() {
        return isTerminal() ? Resources.EMPTY : resources;
    }

    /** True where the update of its end has come: none follows any more. */
    public boolean isEndTold() {
        return latestStatus()
                .map(TaskStatus::getState)
                .filter(TaskStates::isTerminal)
                .isPresent();
    }

    /** The newest update, if there has been any. */
    public Optional<TaskStatus> latestStatus() {
        return statuses.isEmpty() ? Optional.empty() : Optional.of(statuses.get(statuses.size() - 1));
    }
}

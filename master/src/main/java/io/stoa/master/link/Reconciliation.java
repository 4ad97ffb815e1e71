package io.stoa.master.link;

import io.stoa.master.link.Admission.ReportedTask;
import io.stoa.proto.mesos.TaskStates;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateMutation.Claim;
import io.stoa.state.transaction.StateMutation.RemoveTask;
import io.stoa.state.transaction.StateMutation.UpdateTaskStatus;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * What an agent that came back and the state make of each other. Whatever the agent knows better reaches the state by
 * the updates that it sends by itself.
 *
 * @param launch tasks whose launch the agent never saw
 * @param kill tasks that nobody wants any more
 * @param shutDown frameworks that nobody knows any more
 * @param mutations what the state did not know, or knew in vain
 */
record Reconciliation(List<Task> launch, List<TaskKey> kill, Set<FrameworkId> shutDown, List<StateMutation> mutations) {

    /**
     * @param snapshot taken after the agent was admitted and its link opened
     * @param wasUnreachable true where the state had given the agent up
     * @param reported what the agent says it has
     */
    static Reconciliation of(
            ClusterSnapshot snapshot,
            AgentId agentId,
            boolean wasUnreachable,
            Map<TaskKey, ReportedTask> reported,
            long nowMs) {
        Reconciliation result =
                new Reconciliation(new ArrayList<>(), new ArrayList<>(), new LinkedHashSet<>(), new ArrayList<>());
        for (Task task : snapshot.tasksOn(agentId)) {
            ReportedTask report = reported.get(task.key());
            if (report == null) {
                result.missing(snapshot, task, nowMs);
            } else if (task.state() == TaskState.TASK_UNREACHABLE && !TaskStates.isTerminal(report.state())) {
                result.mutations.add(
                        new UpdateTaskStatus(task.key(), reachableAgain(Statuses.ofMaster(task, nowMs), report)));
            }
        }
        reported.forEach((key, report) -> {
            if (snapshot.task(key).isEmpty()) {
                result.unknown(snapshot, agentId, wasUnreachable, key, report, nowMs);
            }
        });
        return result;
    }

    private void missing(ClusterSnapshot snapshot, Task task, long nowMs) {
        if (task.state() == TaskState.TASK_STAGING) {
            launch.add(task);
        } else if (!task.isTerminal()) {
            boolean partitionAware = snapshot.framework(task.key().frameworkId())
                    .map(LostTasks::isPartitionAware)
                    .orElse(false);
            mutations.add(new UpdateTaskStatus(
                    task.key(),
                    Statuses.ofMaster(task, nowMs)
                            .setState(partitionAware ? TaskState.TASK_DROPPED : TaskState.TASK_LOST)
                            .setReason(TaskStatus.Reason.REASON_RECONCILIATION)
                            .setMessage("Reconciliation: task unknown to the agent")
                            .build()));
            mutations.add(new RemoveTask(task.key()));
        }
    }

    private void unknown(
            ClusterSnapshot snapshot,
            AgentId agentId,
            boolean wasUnreachable,
            TaskKey key,
            ReportedTask report,
            long nowMs) {
        Optional<Framework> framework = snapshot.framework(key.frameworkId());
        if (framework.isEmpty()) {
            shutDown.add(key.frameworkId());
        } else if (!TaskStates.isTerminal(report.state())) {
            if (wasUnreachable && framework.get().info().getCheckpoint()) {
                takeBack(agentId, key, report, nowMs);
            } else {
                kill.add(key);
            }
        }
    }

    /** The framework was told that the task is lost, and is now told that it is not: so does Mesos. */
    private void takeBack(AgentId agentId, TaskKey key, ReportedTask report, long nowMs) {
        String role = report.info().getResourcesList().stream()
                .map(Resource::getAllocationInfo)
                .map(Resource.AllocationInfo::getRole)
                .findFirst()
                .orElse("*");
        TaskStatus.Builder status = TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(key.taskId()))
                .setAgentId(AgentID.newBuilder().setValue(agentId.value()))
                .setSource(TaskStatus.Source.SOURCE_MASTER)
                .setTimestamp(nowMs / 1_000.0);
        if (report.info().hasExecutor()) {
            status.setExecutorId(report.info().getExecutor().getExecutorId());
        }
        mutations.add(new Claim(key.frameworkId(), agentId, role, report.info()));
        mutations.add(new UpdateTaskStatus(key, reachableAgain(status, report)));
    }

    private static TaskStatus reachableAgain(TaskStatus.Builder status, ReportedTask report) {
        report.container().ifPresent(status::setContainerStatus);
        return status.setState(report.state())
                .setReason(TaskStatus.Reason.REASON_AGENT_REREGISTERED)
                .setMessage("Unreachable agent re-reregistered")
                .build();
    }
}

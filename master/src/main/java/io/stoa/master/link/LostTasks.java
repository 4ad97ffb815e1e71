package io.stoa.master.link;

import io.stoa.state.model.Agent;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Executor;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateMutation.MarkAgentGone;
import io.stoa.state.transaction.StateMutation.MarkAgentUnreachable;
import io.stoa.state.transaction.StateMutation.RemoveAgent;
import io.stoa.state.transaction.StateMutation.RemoveExecutor;
import io.stoa.state.transaction.StateMutation.RemoveTask;
import io.stoa.state.transaction.StateMutation.UpdateTaskStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.TimeInfo;

/**
 * What becomes of the tasks of an agent that cannot be asked: states, reasons and words are Mesos'. A status of the
 * master's needs no acknowledgement, so a task that is lost for good is forgotten with it.
 */
final class LostTasks {

    /** What everybody is told of an agent that was marked gone, itself included. */
    static final String GONE = "Agent has been marked gone";

    private final ClusterSnapshot snapshot;
    private final Agent agent;
    private final long nowMs;

    LostTasks(ClusterSnapshot snapshot, Agent agent, long nowMs) {
        this.snapshot = snapshot;
        this.agent = agent;
        this.nowMs = nowMs;
    }

    /** The agent was away for too long. */
    List<StateMutation> onUnreachable(String cause) {
        List<StateMutation> mutations = becomeUnreachable(cause);
        mutations.add(new MarkAgentUnreachable(agent.id(), nowMs));
        return mutations;
    }

    /** Those tasks that have not been said to be unreachable yet. */
    List<StateMutation> becomeUnreachable(String cause) {
        List<StateMutation> mutations = new ArrayList<>();
        for (Task task : runningTasks()) {
            if (task.state() != TaskState.TASK_UNREACHABLE) {
                TaskStatus.Builder status = Statuses.ofMaster(task, nowMs)
                        .setReason(TaskStatus.Reason.REASON_AGENT_REMOVED)
                        .setMessage(cause)
                        .setUnreachableTime(TimeInfo.newBuilder().setNanoseconds(nowMs * 1_000_000));
                boolean comesBack = isPartitionAware(task);
                status.setState(comesBack ? TaskState.TASK_UNREACHABLE : TaskState.TASK_LOST);
                mutations.add(new UpdateTaskStatus(task.key(), status.build()));
                if (!comesBack) {
                    mutations.add(new RemoveTask(task.key()));
                }
            }
        }
        return mutations;
    }

    /**
     * The agent's connection broke. Frameworks that do not checkpoint have lost what they had there, whatever else they
     * can do; the others wait for the agent.
     */
    List<StateMutation> onDisconnection() {
        List<StateMutation> mutations = new ArrayList<>();
        for (Task task : runningTasks()) {
            if (!isCheckpointing(task.key().frameworkId())) {
                TaskStatus status = lost(
                        task,
                        TaskStatus.Reason.REASON_AGENT_DISCONNECTED,
                        "Agent " + agent.info().getHostname() + " disconnected");
                mutations.add(new UpdateTaskStatus(task.key(), status));
                mutations.add(new RemoveTask(task.key()));
            }
        }
        for (Executor executor : snapshot.executorsOn(agent.id())) {
            if (!isCheckpointing(executor.key().frameworkId())) {
                mutations.add(new RemoveExecutor(executor.key()));
            }
        }
        return mutations;
    }

    private boolean isCheckpointing(FrameworkId id) {
        return snapshot.framework(id)
                .map(framework -> framework.info().getCheckpoint())
                .orElse(false);
    }

    /** The agent leaves for good. */
    List<StateMutation> onRemoval(String cause) {
        return losses(task -> removed(task, cause), new RemoveAgent(agent.id()));
    }

    TaskStatus removed(Task task, String cause) {
        return lost(
                task,
                TaskStatus.Reason.REASON_AGENT_REMOVED,
                "Agent " + agent.info().getHostname() + " removed: " + cause);
    }

    /** An operator gives the agent up for good. */
    List<StateMutation> onGone() {
        return losses(this::gone, new MarkAgentGone(agent.id(), nowMs));
    }

    TaskStatus gone(Task task) {
        return isPartitionAware(task)
                ? Statuses.ofMaster(task, nowMs)
                        .setState(TaskState.TASK_GONE_BY_OPERATOR)
                        .setReason(TaskStatus.Reason.REASON_AGENT_REMOVED_BY_OPERATOR)
                        .setMessage(GONE)
                        .build()
                : lost(task, TaskStatus.Reason.REASON_AGENT_REMOVED, GONE);
    }

    private List<StateMutation> losses(Function<Task, TaskStatus> status, StateMutation last) {
        List<StateMutation> mutations = new ArrayList<>();
        for (Task task : runningTasks()) {
            mutations.add(new UpdateTaskStatus(task.key(), status.apply(task)));
            mutations.add(new RemoveTask(task.key()));
        }
        mutations.add(last);
        return mutations;
    }

    private TaskStatus lost(Task task, TaskStatus.Reason reason, String message) {
        return Statuses.ofMaster(task, nowMs)
                .setState(TaskState.TASK_LOST)
                .setReason(reason)
                .setMessage(message)
                .build();
    }

    private List<Task> runningTasks() {
        return snapshot.tasksOn(agent.id()).stream()
                .filter(task -> !task.isEndTold())
                .toList();
    }

    private boolean isPartitionAware(Task task) {
        return snapshot.framework(task.key().frameworkId())
                .map(LostTasks::isPartitionAware)
                .orElse(false);
    }

    static boolean isPartitionAware(Framework framework) {
        return framework.info().getCapabilitiesList().stream()
                .anyMatch(capability -> capability.getType() == FrameworkInfo.Capability.Type.PARTITION_AWARE);
    }
}

package io.stoa.master.link;

import io.stoa.master.link.Admission.ReportedTask;
import io.stoa.master.link.TaskLaunches.TaskLaunch;
import io.stoa.proto.mesos.TaskStates;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Executor;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateMutation.Claim;
import io.stoa.state.transaction.StateMutation.ForgetUnreachableTask;
import io.stoa.state.transaction.StateMutation.RemoveExecutor;
import io.stoa.state.transaction.StateMutation.RemoveTask;
import io.stoa.state.transaction.StateMutation.TakeBack;
import io.stoa.state.transaction.StateMutation.UpdateTaskStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * What an agent that came back and the state make of each other. Whatever the agent knows better reaches the state by
 * the updates that it sends by itself.
 */
final class Reconciliation {

    private final ClusterSnapshot snapshot;
    private final AgentId agentId;
    private final Optional<AgentStatus> before;
    private final Set<TaskKey> killed;
    private final long nowMs;
    private final List<Task> missing = new ArrayList<>();
    /** Of which a task was seen, or is not to be launched. */
    private final Set<Group> broken = new HashSet<>();

    private final List<TaskLaunch> launch = new ArrayList<>();
    private final List<TaskKey> kill = new ArrayList<>();
    private final Set<FrameworkId> shutDown = new LinkedHashSet<>();
    private final List<StateMutation> mutations = new ArrayList<>();
    private final List<TaskKey> takenBack = new ArrayList<>();

    /** @param id unique in its framework only */
    private record Group(FrameworkId frameworkId, String id) {

        static Optional<Group> of(Task task) {
            return task.group().map(id -> new Group(task.key().frameworkId(), id));
        }
    }

    /**
     * @param snapshot taken after the agent was admitted and its link opened
     * @param before what the state thought of the agent before; empty where it did not know it
     * @param killed tasks that are to end since somebody said so
     */
    Reconciliation(
            ClusterSnapshot snapshot, AgentId agentId, Optional<AgentStatus> before, Set<TaskKey> killed, long nowMs) {
        this.snapshot = snapshot;
        this.agentId = agentId;
        this.before = before;
        this.killed = killed;
        this.nowMs = nowMs;
    }

    /** Tasks whose launch the agent never saw; those of a group together. */
    List<TaskLaunch> launch() {
        return launch;
    }

    /** Tasks that nobody wants any more. */
    List<TaskKey> kill() {
        return kill;
    }

    /** Frameworks that nobody knows any more. */
    Set<FrameworkId> shutDown() {
        return shutDown;
    }

    /** What the state did not know, or knew in vain. */
    List<StateMutation> mutations() {
        return mutations;
    }

    /** Tasks that the mutations bring back into the state, if they still fit there. */
    List<TaskKey> takenBack() {
        return takenBack;
    }

    Reconciliation with(Admission admission) {
        int expected = 0;
        for (Task task : snapshot.tasksOn(agentId)) {
            ReportedTask report = admission.tasks().get(task.key());
            if (report == null && isToLaunch(task)) {
                missing.add(task);
                continue;
            }
            Group.of(task).ifPresent(broken::add);
            if (report == null) {
                gone(task);
                continue;
            }
            expected++;
            if (!TaskStates.isTerminal(report.state())) {
                present(task, report);
            }
        }
        if (expected < admission.tasks().size()) {
            admission.tasks().forEach((key, report) -> {
                if (snapshot.task(key).isEmpty()) {
                    unknown(key, report);
                }
            });
        }
        loseBrokenGroups();
        executors(admission.executors());
        return this;
    }

    /** A group is launched as a whole or not at all. */
    private void loseBrokenGroups() {
        missing.removeIf(task -> {
            boolean isLost = Group.of(task).filter(broken::contains).isPresent();
            if (isLost) {
                gone(task);
            }
            return isLost;
        });
    }

    private boolean isToLaunch(Task task) {
        return task.state() == TaskState.TASK_STAGING && !killed.contains(task.key());
    }

    private void present(Task task, ReportedTask report) {
        if (task.state() == TaskState.TASK_UNREACHABLE) {
            mutations.add(new UpdateTaskStatus(task.key(), reachableAgain(Statuses.ofMaster(task, nowMs), report)));
        }
        if (killed.contains(task.key())) {
            kill.add(task.key());
        }
    }

    /** What was unreachable and does not come back is not spoken of: who asks is told that it is gone. */
    private void gone(Task task) {
        if (task.state() == TaskState.TASK_UNREACHABLE) {
            mutations.add(new ForgetUnreachableTask(task.key()));
        } else if (!task.isEndTold()) {
            boolean partitionAware = snapshot.framework(task.key().frameworkId())
                    .map(LostTasks::isPartitionAware)
                    .orElse(false);
            // As in Mesos, where the agent says it, of a task of which it does not know the executor.
            mutations.add(new UpdateTaskStatus(
                    task.key(),
                    Statuses.ofMaster(task, nowMs)
                            .setSource(TaskStatus.Source.SOURCE_AGENT)
                            .clearExecutorId()
                            .setState(partitionAware ? TaskState.TASK_DROPPED : TaskState.TASK_LOST)
                            .setReason(TaskStatus.Reason.REASON_RECONCILIATION)
                            .setMessage("Reconciliation: task unknown to the agent")
                            .build()));
            mutations.add(new RemoveTask(task.key()));
        }
    }

    private void unknown(TaskKey key, ReportedTask report) {
        Optional<Framework> framework = snapshot.framework(key.frameworkId());
        if (framework.isEmpty()) {
            shutDown.add(key.frameworkId());
        } else if (before.filter(AgentStatus.REGISTERED::equals).isEmpty()) {
            takeBack(key, report);
        } else if (!TaskStates.isTerminal(report.state())) {
            kill.add(key);
        }
    }

    /** The framework was told that the task is lost, and is now told that it is not: so does Mesos. */
    private void takeBack(TaskKey key, ReportedTask report) {
        TaskInfo info = report.info();
        String role = info.getResourcesList().stream()
                .map(Resource::getAllocationInfo)
                .map(Resource.AllocationInfo::getRole)
                .findFirst()
                .orElse("*");
        TaskStatus.Builder status = TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(key.taskId()))
                .setAgentId(AgentID.newBuilder().setValue(agentId.value()))
                .setSource(TaskStatus.Source.SOURCE_MASTER)
                .setTimestamp(nowMs / 1_000.0);
        if (info.hasExecutor()) {
            status.setExecutorId(info.getExecutor().getExecutorId());
        }
        mutations.add(new TakeBack(new Claim(key.frameworkId(), agentId, role, info)));
        mutations.add(new UpdateTaskStatus(key, reachableAgain(status, report)));
        if (TaskStates.isTerminal(report.state())) {
            mutations.add(new RemoveTask(key));
        } else {
            takenBack.add(key);
        }
    }

    private TaskStatus reachableAgain(TaskStatus.Builder status, ReportedTask report) {
        report.container().ifPresent(status::setContainerStatus);
        return status.setState(report.state())
                .setReason(TaskStatus.Reason.REASON_AGENT_REREGISTERED)
                .setMessage(before.isPresent() ? "Unreachable agent re-reregistered" : "Unknown agent reregistered")
                .build();
    }

    private void executors(Set<ExecutorKey> reported) {
        Set<ExecutorKey> wanted = new HashSet<>(reported);
        TaskLaunches launches = new TaskLaunches(launch::add);
        missing.sort(
                Comparator.comparing((Task task) -> task.key().frameworkId().value())
                        .thenComparing(task -> task.group().orElse("")));
        for (Task task : missing) {
            task.executorId()
                    .map(id -> new ExecutorKey(agentId, task.key().frameworkId(), id))
                    .filter(wanted::add)
                    .ifPresent(launches::start);
            launches.add(task);
        }
        launches.finish();
        snapshot.executorsOn(agentId).stream()
                .map(Executor::key)
                .filter(executor -> !wanted.contains(executor))
                .forEach(executor -> mutations.add(new RemoveExecutor(executor)));
        reported.stream()
                .map(ExecutorKey::frameworkId)
                .filter(framework -> snapshot.framework(framework).isEmpty())
                .forEach(shutDown::add);
    }
}

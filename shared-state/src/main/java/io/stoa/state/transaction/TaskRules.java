package io.stoa.state.transaction;

import io.stoa.state.model.ClusterState;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.StateMutation.AdvanceTaskState;
import io.stoa.state.transaction.StateMutation.ForgetUnreachableTask;
import io.stoa.state.transaction.StateMutation.KillTask;
import io.stoa.state.transaction.StateMutation.RemoveTask;
import io.stoa.state.transaction.StateMutation.UpdateTaskStatus;
import java.util.Optional;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** What becomes of tasks after their claim. */
final class TaskRules {

    private TaskRules() {}

    static Verdict decide(ClusterState state, UpdateTaskStatus update) {
        TaskKey key = update.key();
        TaskStatus status = update.status();
        if (!status.getTaskId().getValue().equals(key.taskId())) {
            return Verdict.refused(new Conflict.Invalid(
                    "task_id of the status: " + status.getTaskId().getValue() + " (expected: " + key.taskId() + ")"));
        }
        Task task = state.task(key).orElse(null);
        if (task == null) {
            return Verdict.refused(new Conflict.UnknownTask(key));
        }
        boolean repeated = status.hasUuid()
                && task.latestStatus()
                        .filter(latest -> latest.getUuid().equals(status.getUuid()))
                        .isPresent();
        if (repeated) {
            return Verdict.NOTHING;
        }
        return task.isEndTold()
                ? Verdict.refused(new Conflict.TaskIsTerminal(key))
                : Verdict.of(new StateChange.TaskStatusChanged(task, status));
    }

    static Verdict decide(ClusterState state, KillTask kill) {
        Task task = state.task(kill.key()).orElse(null);
        if (task == null) {
            return Verdict.refused(new Conflict.UnknownTask(kill.key()));
        }
        if (task.isTerminal()) {
            return Verdict.refused(new Conflict.TaskIsTerminal(kill.key()));
        }
        return task.kill().filter(kill.how()::equals).isPresent()
                ? Verdict.NOTHING
                : Verdict.of(new StateChange.TaskKillAsked(task, kill.how()));
    }

    static Verdict decide(ClusterState state, AdvanceTaskState advance) {
        return state.task(advance.key())
                .filter(task -> !task.isTerminal() && task.state() != advance.state())
                .map(task -> Verdict.of(new StateChange.TaskStateAdvanced(task, advance.state())))
                .orElse(Verdict.NOTHING);
    }

    static Verdict decide(ClusterState state, RemoveTask remove) {
        return removal(state.task(remove.key()));
    }

    static Verdict decide(ClusterState state, ForgetUnreachableTask forget) {
        return removal(state.task(forget.key()).filter(task -> task.state() == TaskState.TASK_UNREACHABLE));
    }

    private static Verdict removal(Optional<Task> found) {
        return found.map(task -> Verdict.of(new StateChange.TaskRemoved(task))).orElse(Verdict.NOTHING);
    }
}

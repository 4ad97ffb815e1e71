package io.stoa.master.link;

import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.StateChange;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateMutation.ForgetUnreachableTask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.v1.Protos.TaskState;

/**
 * Keeps count of each framework's unreachable tasks and has the oldest forgotten where there are too many; their agents
 * may bring them back nevertheless. Not safe for use by several threads at a time.
 */
final class UnreachableTasks {

    private final Map<FrameworkId, Set<TaskKey>> tasks = new HashMap<>();
    private final int max;

    /** @param max of each framework */
    UnreachableTasks(ClusterSnapshot begin, int max) {
        this.max = max;
        for (Task task : begin.tasks()) {
            if (task.state() == TaskState.TASK_UNREACHABLE) {
                add(task.key());
            }
        }
    }

    private void add(TaskKey task) {
        tasks.computeIfAbsent(task.frameworkId(), id -> new LinkedHashSet<>()).add(task);
    }

    /** What is to be forgotten after these changes. */
    List<StateMutation> committed(List<StateChange> changes) {
        List<StateMutation> forgotten = new ArrayList<>();
        for (StateChange change : changes) {
            if (change instanceof StateChange.TaskStatusChanged changed) {
                if (changed.status().getState() == TaskState.TASK_UNREACHABLE) {
                    add(changed.task().key());
                    forgetOldest(changed.task().key().frameworkId(), forgotten);
                } else {
                    remove(changed.task());
                }
            } else if (change instanceof StateChange.TaskRemoved removed) {
                remove(removed.task());
            }
        }
        return forgotten;
    }

    private void remove(Task before) {
        if (before.state() == TaskState.TASK_UNREACHABLE) {
            tasks.computeIfPresent(before.key().frameworkId(), (id, own) -> {
                own.remove(before.key());
                return own.isEmpty() ? null : own;
            });
        }
    }

    private void forgetOldest(FrameworkId frameworkId, List<StateMutation> forgotten) {
        Set<TaskKey> own = tasks.getOrDefault(frameworkId, Set.of());
        for (Iterator<TaskKey> oldest = own.iterator(); own.size() > max; ) {
            forgotten.add(new ForgetUnreachableTask(oldest.next()));
            oldest.remove();
        }
    }
}

package io.stoa.examples.batch;

import io.stoa.examples.States;
import io.stoa.examples.WorkId;
import io.stoa.proto.v1.Task;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.TaskState;

/**
 * The states of all tries. The cluster knows a try from its claim until the batch ends, for its end is not
 * acknowledged; only those that went with their host, or ended on one that drains, are forgotten there, and remembered
 * here by the instance that saw them.
 */
final class Tries {

    private final Map<WorkId, NavigableMap<Integer, TaskState>> ofTask = new HashMap<>();

    /** @param tasks all that the cluster knows of the scheduler's */
    void see(Collection<Task> tasks) {
        // Those that have not ended are in the view for as long.
        ofTask.values().forEach(some -> some.values().removeIf(state -> !States.isEnd(state)));
        tasks.forEach(task -> see(task.getTaskId(), task.getState()));
    }

    /** A status, which may be the last that is heard of the task: nothing follows an end. */
    void see(String taskId, TaskState state) {
        WorkId.parse(taskId)
                .ifPresent(id -> ofTask.computeIfAbsent(id.first(), first -> new TreeMap<>())
                        .merge(id.attempt(), state, (known, next) -> States.isEnd(known) ? known : next));
    }

    private NavigableMap<Integer, TaskState> of(WorkId task) {
        return ofTask.getOrDefault(task.first(), new TreeMap<>());
    }

    boolean isFinished(WorkId task) {
        return of(task).containsValue(TaskState.TASK_FINISHED);
    }

    /** Those that run, or will, the oldest first: it is the furthest. */
    List<WorkId> alive(WorkId task) {
        List<WorkId> alive = new ArrayList<>();
        of(task).forEach((attempt, state) -> {
            if (States.isAlive(state)) {
                alive.add(new WorkId(task.name(), task.number(), attempt));
            }
        });
        return alive;
    }

    /** The number of the next try: behind all that were ever seen. */
    int next(WorkId task) {
        NavigableMap<Integer, TaskState> known = of(task);
        return known.isEmpty() ? 0 : known.lastKey() + 1;
    }
}

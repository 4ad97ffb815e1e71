package io.stoa.master.operator;

import io.stoa.http.PiecedBody;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.v0.ResourceSums;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Prints Mesos' {@code /tasks}: tasks of all kinds, those with the newest first status first. */
final class TasksReport {

    private final ClusterSnapshot snapshot;
    private final History history;

    TasksReport(ClusterSnapshot snapshot, History history) {
        this.snapshot = snapshot;
        this.history = history;
    }

    /**
     * Which tasks are shown.
     *
     * @param offset how many are passed over; unsigned, as Mesos reads it
     * @param limit at most so many; unsigned
     * @param ascending the oldest first
     */
    record Selection(
            Optional<FrameworkId> frameworkId, Optional<String> taskId, long offset, long limit, boolean ascending) {

        static final long DEFAULT_LIMIT = 100;

        List<Task> cut(List<Task> tasks) {
            long end = Long.compareUnsigned(offset + limit, tasks.size()) < 0 ? offset + limit : tasks.size();
            return Long.compareUnsigned(offset, end) < 0 ? tasks.subList((int) offset, (int) end) : List.of();
        }
    }

    PiecedBody print(Selection selection) {
        List<Task> tasks = new ArrayList<>();
        for (Framework framework : snapshot.frameworks()) {
            add(framework.id(), snapshot.tasksOf(framework.id()), selection, tasks);
            add(framework.id(), history.tasksOf(framework.id()), selection, tasks);
        }
        for (History.PastFramework past : history.frameworks()) {
            FrameworkId id = past.framework().id();
            add(id, history.tasksOf(id), selection, tasks);
        }
        // A task without a status is older than any other.
        ToDoubleFunction<Task> began = task -> task.statuses().isEmpty()
                ? Double.NEGATIVE_INFINITY
                : task.statuses().get(0).getTimestamp();
        tasks.sort(
                selection.ascending()
                        ? Comparator.comparingDouble(began)
                        : Comparator.comparingDouble(began).reversed());
        return JsonParts.print(parts -> {
            parts.out().writeStartObject();
            PrintedArray<Task, ResourceSums> shown = new PrintedArray<>(StateKinds.TASKS);
            shown.show(selection.cut(tasks));
            parts.array("tasks", shown);
            parts.out().writeEndObject();
        });
    }

    private static void add(FrameworkId id, Collection<Task> candidates, Selection selection, List<Task> tasks) {
        if (selection.frameworkId().isPresent()
                && !selection.frameworkId().get().equals(id)) {
            return;
        }
        for (Task task : candidates) {
            if (selection.taskId().isEmpty()
                    || selection.taskId().get().equals(task.key().taskId())) {
                tasks.add(task);
            }
        }
    }
}

package io.stoa.master.operator;

import io.stoa.http.PiecedBody;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import io.stoa.v0.ResourceSums;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/** Prints Mesos' {@code /tasks}: tasks of all kinds, those with the newest first status first. */
final class TasksReport {

    private static final Comparator<Task> OLDEST_FIRST = Comparator.comparingDouble(TasksReport::began)
            .thenComparing(task -> task.key().taskId());

    private final ClusterView view;
    private final Selection selection;
    private final Comparator<Task> order;
    /** The first of them so far, the last of these at the head. */
    private final PriorityQueue<Task> first;

    TasksReport(ClusterView view, Selection selection) {
        this.view = view;
        this.selection = selection;
        order = selection.ascending() ? OLDEST_FIRST : OLDEST_FIRST.reversed();
        first = new PriorityQueue<>(order.reversed());
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

        /** How many tasks have to be known, those that are passed over included. */
        int wanted() {
            long end = offset + limit;
            return Long.compareUnsigned(end, Integer.MAX_VALUE) < 0 ? (int) end : Integer.MAX_VALUE;
        }

        List<Task> cut(List<Task> tasks) {
            return Long.compareUnsigned(offset, tasks.size()) < 0
                    ? tasks.subList((int) offset, tasks.size())
                    : List.of();
        }
    }

    PiecedBody print() {
        view.frameworks().forEach(framework -> add(framework.id()));
        view.pastFrameworks().forEach(past -> add(past.framework().id()));
        PrintedArray<Task, ResourceSums> shown = new PrintedArray<>(StateKinds.TASKS);
        shown.show(selection.cut(first.stream().sorted(order).toList()));
        return JsonParts.print(parts -> {
            parts.out().writeStartObject();
            parts.array("tasks", shown);
            parts.out().writeEndObject();
        });
    }

    private void add(FrameworkId id) {
        if (selection.frameworkId().filter(wanted -> !wanted.equals(id)).isPresent()) {
            return;
        }
        if (selection.taskId().isPresent()) {
            String taskId = selection.taskId().get();
            view.snapshot().task(new TaskKey(id, taskId)).ifPresent(this::add);
            view.completedTasksOf(id).stream()
                    .filter(task -> task.key().taskId().equals(taskId))
                    .forEach(this::add);
        } else {
            view.snapshot().tasksOf(id).forEach(this::add);
            view.completedTasksOf(id).forEach(this::add);
        }
    }

    private void add(Task task) {
        if (first.size() < selection.wanted()) {
            first.add(task);
        } else if (!first.isEmpty() && order.compare(task, first.element()) < 0) {
            first.remove();
            first.add(task);
        }
    }

    /** A task without a status is older than any other. */
    private static double began(Task task) {
        return task.statuses().isEmpty()
                ? Double.NEGATIVE_INFINITY
                : task.statuses().get(0).getTimestamp();
    }
}

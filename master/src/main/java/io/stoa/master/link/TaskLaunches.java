package io.stoa.master.link;

import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.Task;
import io.stoa.state.transaction.StateChange;
import io.stoa.state.transaction.StateChange.ExecutorClaimed;
import io.stoa.state.transaction.StateChange.TaskClaimed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Makes of claimed tasks, in their order, what their agents are to launch: one task, or a group of them. */
final class TaskLaunches {

    private final Consumer<TaskLaunch> sink;
    private final Set<ExecutorKey> starting = new HashSet<>();
    private final List<Task> group = new ArrayList<>();

    /**
     * What an agent launches as a whole.
     *
     * @param tasks one, or those of a group
     * @param launchesExecutor whether they are the first of an executor that they bring
     */
    record TaskLaunch(List<Task> tasks, boolean launchesExecutor) {

        TaskLaunch {
            tasks = List.copyOf(tasks);
        }

        Task first() {
            return tasks.get(0);
        }
    }

    /** @param sink gets a group when another change follows it, and with {@link #finish} */
    TaskLaunches(Consumer<TaskLaunch> sink) {
        this.sink = sink;
    }

    void add(StateChange change) {
        if (change instanceof TaskClaimed claimed) {
            add(claimed.task());
        } else {
            finish();
            if (change instanceof ExecutorClaimed claimed) {
                start(claimed.executor().key());
            }
        }
    }

    /** The next task that names this executor is its first. */
    void start(ExecutorKey executor) {
        starting.add(executor);
    }

    void add(Task task) {
        boolean sameGroup = !group.isEmpty()
                && group.get(0).group().equals(task.group())
                && group.get(0).key().frameworkId().equals(task.key().frameworkId());
        if (!sameGroup) {
            finish();
        }
        if (task.group().isPresent()) {
            group.add(task);
        } else {
            sink.accept(new TaskLaunch(List.of(task), launchesExecutor(task)));
        }
    }

    /** No more follows. */
    void finish() {
        if (!group.isEmpty()) {
            sink.accept(new TaskLaunch(group, launchesExecutor(group.get(0))));
            group.clear();
        }
    }

    private boolean launchesExecutor(Task task) {
        return task.executorId()
                .map(id -> new ExecutorKey(task.agentId(), task.key().frameworkId(), id))
                .filter(starting::remove)
                .isPresent();
    }
}

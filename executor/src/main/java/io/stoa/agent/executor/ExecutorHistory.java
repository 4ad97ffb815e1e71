package io.stoa.agent.executor;

import io.stoa.agent.task.TaskView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What has ended here, for people to look at. It is lost with the agent's process. */
final class ExecutorHistory {

    /** As many as Mesos remembers. */
    private static final int TASKS_MAX = 200;

    /** Of which no executor is there. */
    private static final int FRAMEWORKS_MAX = 50;

    private final int executorsMax;
    private final Predicate<String> isPresent;
    /** Ended tasks of executors that are there, oldest first, by the container id of the executor's run. */
    private final Map<String, Deque<TaskView>> tasks = new HashMap<>();
    /** Oldest first, by framework; behind the others that which lost one last. */
    private final Map<String, Deque<ExecutorView>> executors = new LinkedHashMap<>();

    /**
     * @param executorsMax how many of each framework are remembered
     * @param isPresent whether an executor of a framework, by its id, is there: then it is not forgotten
     */
    ExecutorHistory(int executorsMax, Predicate<String> isPresent) {
        this.executorsMax = executorsMax;
        this.isPresent = isPresent;
    }

    /** Of an executor that is there. */
    void ended(TaskView task) {
        add(tasks.computeIfAbsent(task.run().containerId(), created -> new ArrayDeque<>()), task, TASKS_MAX);
    }

    /** The last tasks that ended of an executor that is there, oldest first. */
    List<TaskView> tasks(String containerId) {
        Deque<TaskView> known = tasks.get(containerId);
        return known == null ? List.of() : List.copyOf(known);
    }

    /** @param executor with its tasks */
    void ended(ExecutorView executor) {
        tasks.remove(executor.run().containerId());
        String framework = executor.run().frameworkId();
        Deque<ExecutorView> own = executors.remove(framework);
        executors.put(framework, own == null ? new ArrayDeque<>() : own);
        add(executors.get(framework), executor, executorsMax);
        if (executors.size() > FRAMEWORKS_MAX) {
            List<String> over =
                    executors.keySet().stream().filter(isPresent.negate()).toList();
            over.stream().limit(Math.max(0, over.size() - FRAMEWORKS_MAX)).forEach(executors::remove);
        }
    }

    private static <T> void add(Deque<T> known, T ended, int max) {
        known.addLast(ended);
        if (known.size() > max) {
            known.removeFirst();
        }
    }

    /** Those of each framework oldest first. */
    List<ExecutorView> executors() {
        return executors.values().stream().flatMap(Deque::stream).toList();
    }
}

package io.stoa.master.operator;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.mesos.v1.Protos.TaskState;

/**
 * The numbers of the tasks of each agent and each framework, those that are over included. Counted by one thread, safe
 * for use by any.
 */
final class TaskTally {

    private final Map<AgentId, TaskCounts> byAgent = new ConcurrentHashMap<>();
    private final Map<FrameworkId, TaskCounts> byFramework = new ConcurrentHashMap<>();

    void add(Task task) {
        count(task, task.state(), 1);
    }

    void remove(Task task) {
        count(task, task.state(), -1);
    }

    /** @param task as it was before */
    void move(Task task, TaskState to) {
        count(task, to, 1);
        count(task, task.state(), -1);
    }

    private void count(Task task, TaskState state, int more) {
        count(byAgent, task.agentId(), state, task.key().frameworkId().value(), more);
        count(byFramework, task.key().frameworkId(), state, task.agentId().value(), more);
    }

    private static <K> void count(Map<K, TaskCounts> counts, K key, TaskState state, String other, int more) {
        TaskCounts own = counts.computeIfAbsent(key, any -> new TaskCounts());
        own.count(state, other, more);
        if (own.isEmpty()) {
            counts.remove(key);
        }
    }

    Optional<TaskCounts> on(AgentId id) {
        return Optional.ofNullable(byAgent.get(id));
    }

    Optional<TaskCounts> of(FrameworkId id) {
        return Optional.ofNullable(byFramework.get(id));
    }

    /** How many tasks of all frameworks are in that state. */
    int all(TaskState state) {
        return byFramework.values().stream()
                .mapToInt(counts -> counts.of(state))
                .sum();
    }
}

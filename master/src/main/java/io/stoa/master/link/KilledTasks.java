package io.stoa.master.link;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.StateChange;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which tasks somebody wanted to end: an agent that was away when it was told is told again when it is back. What was
 * committed is in the state; of what frameworks ask by their calls a new leader knows nothing, as in Mesos. At most all
 * tasks that there are. Safe for use by any thread.
 */
final class KilledTasks {

    private final ConcurrentHashMap<AgentId, Set<TaskKey>> tasks = new ConcurrentHashMap<>();

    /** @param snapshot a task that is in it no more is not remembered */
    void add(AgentId agentId, TaskKey task, ClusterSnapshot snapshot) {
        tasks.compute(agentId, (id, killed) -> {
            if (snapshot.task(task).isEmpty()) {
                return killed;
            }
            Set<TaskKey> own = killed == null ? ConcurrentHashMap.newKeySet() : killed;
            own.add(task);
            return own;
        });
    }

    boolean contains(AgentId agentId, TaskKey task, ClusterSnapshot snapshot) {
        return tasks.getOrDefault(agentId, Set.of()).contains(task)
                || snapshot.task(task)
                        .filter(known ->
                                known.agentId().equals(agentId) && known.kill().isPresent())
                        .isPresent();
    }

    Set<TaskKey> on(AgentId agentId, ClusterSnapshot snapshot) {
        Set<TaskKey> killed = new HashSet<>(tasks.getOrDefault(agentId, Set.of()));
        snapshot.tasksOn(agentId).stream()
                .filter(task -> task.kill().isPresent())
                .forEach(task -> killed.add(task.key()));
        return killed;
    }

    void committed(List<StateChange> changes) {
        for (StateChange change : changes) {
            if (change instanceof StateChange.TaskRemoved removed) {
                TaskKey task = removed.task().key();
                tasks.computeIfPresent(removed.task().agentId(), (id, killed) -> {
                    killed.remove(task);
                    return killed.isEmpty() ? null : killed;
                });
            }
        }
    }
}

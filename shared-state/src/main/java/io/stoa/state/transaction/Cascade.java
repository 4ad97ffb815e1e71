package io.stoa.state.transaction;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterState;
import io.stoa.state.model.FrameworkId;
import java.util.ArrayList;
import java.util.List;

/** What goes with an agent or a framework: its tasks, then its executors, then its operations, then itself. */
public final class Cascade {

    private Cascade() {}

    public static List<StateChange> removal(ClusterState state, AgentId id) {
        return departure(state, id, new StateChange.AgentRemoved(id));
    }

    /** The agent goes without a word. */
    public static List<StateChange> forgetting(ClusterState state, AgentId id) {
        return departure(state, id, new StateChange.AgentForgotten(id));
    }

    private static List<StateChange> departure(ClusterState state, AgentId id, StateChange last) {
        List<StateChange> changes = new ArrayList<>();
        state.tasksOn(id).forEach(task -> changes.add(new StateChange.TaskRemoved(task)));
        state.executorsOn(id).forEach(executor -> changes.add(new StateChange.ExecutorRemoved(executor)));
        state.frameworks()
                .forEach(framework -> state.operationsOf(framework.id()).stream()
                        .filter(operation -> operation.agentId().equals(id))
                        .forEach(operation -> changes.add(new StateChange.OperationForgotten(operation))));
        changes.add(last);
        return changes;
    }

    public static List<StateChange> removal(ClusterState state, FrameworkId id) {
        List<StateChange> changes = new ArrayList<>();
        state.tasksOf(id).forEach(task -> changes.add(new StateChange.TaskRemoved(task)));
        state.executorsOf(id).forEach(executor -> changes.add(new StateChange.ExecutorRemoved(executor)));
        state.operationsOf(id).forEach(operation -> changes.add(new StateChange.OperationForgotten(operation)));
        changes.add(new StateChange.FrameworkRemoved(id));
        return changes;
    }
}

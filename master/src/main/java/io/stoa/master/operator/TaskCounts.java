package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.mesos.v1.Protos.TaskState;
import org.jspecify.annotations.Nullable;

/**
 * How many tasks of an agent or a framework are in each state, and who is at the other end of them. Safe for use by any
 * thread.
 */
final class TaskCounts {

    /** Mesos counts the others as well, but does not say so. */
    private static final List<TaskState> SHOWN = List.of(
            TaskState.TASK_STAGING,
            TaskState.TASK_STARTING,
            TaskState.TASK_RUNNING,
            TaskState.TASK_KILLING,
            TaskState.TASK_FINISHED,
            TaskState.TASK_KILLED,
            TaskState.TASK_FAILED,
            TaskState.TASK_LOST,
            TaskState.TASK_ERROR,
            TaskState.TASK_UNREACHABLE);

    private final Map<TaskState, Integer> states = new EnumMap<>(TaskState.class);
    private final Map<String, Integer> others = new LinkedHashMap<>();
    private long changes;

    /**
     * @param other the framework of an agent's task, or the agent of a framework's
     * @param more 1 for a task that came, -1 for one that went
     */
    synchronized void count(TaskState state, String other, int more) {
        states.merge(state, more, TaskCounts::sum);
        others.merge(other, more, TaskCounts::sum);
        changes++;
    }

    private static @Nullable Integer sum(Integer before, Integer more) {
        int sum = before + more;
        return sum == 0 ? null : sum;
    }

    synchronized int of(TaskState state) {
        return states.getOrDefault(state, 0);
    }

    synchronized boolean isEmpty() {
        return others.isEmpty();
    }

    /** How often something was counted: as long as it is the same, so are all counts. */
    synchronized long changes() {
        return changes;
    }

    /** @param idsField the field with the others' ids */
    synchronized void write(String idsField, JsonGenerator out) throws IOException {
        for (TaskState state : SHOWN) {
            out.writeNumberField(state.name(), states.getOrDefault(state, 0));
        }
        out.writeArrayFieldStart(idsField);
        for (String other : others.keySet()) {
            out.writeString(other);
        }
        out.writeEndArray();
    }
}

package io.stoa.master.operator;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.v1.Protos.TaskState;

/** How many tasks of an agent or a framework are in each state, and who is at the other end of them. */
final class TaskCounts {

    static final TaskCounts NONE = new TaskCounts();

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

    private final Map<TaskState, Integer> counts = new EnumMap<>(TaskState.class);
    private final Set<String> others = new HashSet<>();

    /** @param other the framework of an agent's task, or the agent of a framework's */
    void add(TaskState state, String other) {
        counts.merge(state, 1, Integer::sum);
        others.add(other);
    }

    /** @param idsField the field with the others' ids */
    void write(String idsField, JsonGenerator out) throws IOException {
        for (TaskState state : SHOWN) {
            out.writeNumberField(state.name(), counts.getOrDefault(state, 0));
        }
        out.writeArrayFieldStart(idsField);
        for (String other : others) {
            out.writeString(other);
        }
        out.writeEndArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TaskCounts that && counts.equals(that.counts) && others.equals(that.others);
    }

    @Override
    public int hashCode() {
        return 31 * counts.hashCode() + others.hashCode();
    }
}

package io.stoa.metrics;

import io.stoa.proto.mesos.TaskStates;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.mesos.v1.Protos.Offer.Operation;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * What has happened at a master since its process began, under the names of {@code /metrics/snapshot}. Safe for use by
 * any thread.
 */
public final class MasterCounts {

    /** Operations that Mesos counts by type. */
    public static final List<Operation.Type> OPERATIONS = List.of(
            Operation.Type.RESERVE,
            Operation.Type.UNRESERVE,
            Operation.Type.CREATE,
            Operation.Type.DESTROY,
            Operation.Type.GROW_VOLUME,
            Operation.Type.SHRINK_VOLUME,
            Operation.Type.CREATE_DISK,
            Operation.Type.DESTROY_DISK);

    private static final List<OperationState> ENDS_OF_OPERATIONS = List.of(
            OperationState.OPERATION_FINISHED,
            OperationState.OPERATION_FAILED,
            OperationState.OPERATION_ERROR,
            OperationState.OPERATION_DROPPED,
            OperationState.OPERATION_GONE_BY_OPERATOR);

    private final Map<MasterEvent, LongAdder> events = new EnumMap<>(MasterEvent.class);
    private final Map<String, LongAdder> others = new ConcurrentHashMap<>();

    public MasterCounts() {
        for (MasterEvent event : MasterEvent.values()) {
            events.put(event, new LongAdder());
        }
        for (TaskState state : TaskState.values()) {
            if (TaskStates.isTerminal(state)) {
                counter(figure(state));
            }
        }
        for (OperationState state : ENDS_OF_OPERATIONS) {
            counter("master/operations/" + name(state));
            OPERATIONS.forEach(type -> counter("master/operations/" + name(type) + "/" + name(state)));
        }
    }

    public void count(MasterEvent event) {
        Objects.requireNonNull(events.get(event)).increment();
    }

    /**
     * A task has ended, or was never launched.
     *
     * @param status of a terminal state
     */
    public void taskEnded(TaskStatus status) {
        counter(figure(status.getState())).increment();
        if (status.hasReason()) {
            counter("master/" + lower(status.getState()) + "/" + old(status.getSource()) + "/"
                            + old(status.getReason()))
                    .increment();
        }
    }

    /** An operation other than a launch has ended, or was never done. */
    public void operationEnded(Operation.Type type, OperationState state) {
        if (OPERATIONS.contains(type)) {
            counter("master/operations/" + name(state)).increment();
            counter("master/operations/" + name(type) + "/" + name(state)).increment();
        }
    }

    private LongAdder counter(String figure) {
        return others.computeIfAbsent(figure, any -> new LongAdder());
    }

    /** {@code master/tasks_failed}. */
    public static String figure(TaskState state) {
        return "master/tasks" + lower(state).substring("task".length());
    }

    /** {@code grow_volume}. */
    public static String name(Operation.Type type) {
        return lower(type);
    }

    private static String name(OperationState state) {
        return lower(state).substring("operation_".length());
    }

    /** In the words that Mesos had before it said agent, which it kept for figures. */
    private static String old(Enum<?> value) {
        return lower(value).replace("agent", "slave");
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    public void addTo(Map<String, Double> figures) {
        events.forEach((event, count) -> figures.put(event.figure(), (double) count.sum()));
        others.forEach((figure, count) -> figures.put(figure, (double) count.sum()));
    }
}

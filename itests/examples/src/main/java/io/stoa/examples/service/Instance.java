package io.stoa.examples.service;

import io.stoa.client.resources.Resources;
import io.stoa.examples.States;
import io.stoa.examples.WorkId;
import io.stoa.proto.v1.Task;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * A try of one of a service's instances, as its task in the cluster shows it.
 *
 * @param held by it on its agent, until it ends
 * @param failures how often in a row the instance had ended by itself before this try
 * @param claimedAtMs by the clock of whoever claimed it
 * @param status the newest one that was told
 */
record Instance(
        WorkId id,
        String agentId,
        TaskState state,
        Resources held,
        int failures,
        long claimedAtMs,
        Optional<TaskStatus> status) {

    private static final String FAILURES = "failures";
    private static final String CLAIMED_AT_MS = "claimed-at-ms";

    /** Empty where the task is none of a service's. */
    static Optional<Instance> of(Task task) {
        return WorkId.parse(task.getTaskId())
                .map(id -> new Instance(
                        id,
                        task.getAgentId(),
                        task.getState(),
                        Resources.of(task.getResourcesList()),
                        (int) label(task, FAILURES),
                        label(task, CLAIMED_AT_MS),
                        task.hasStatus() ? Optional.of(task.getStatus()) : Optional.empty()));
    }

    private static long label(Task task, String key) {
        for (Label label : task.getLabels().getLabelsList()) {
            if (label.getKey().equals(key)) {
                return Long.parseLong(label.getValue());
            }
        }
        return 0;
    }

    /** The labels from which {@link #of} learns, by whichever instance of the scheduler, what the id does not tell. */
    static Map<String, String> labels(int failures, long nowMs) {
        return Map.of(FAILURES, Integer.toString(failures), CLAIMED_AT_MS, Long.toString(nowMs));
    }

    boolean isAlive() {
        return States.isAlive(state);
    }

    /** It is told to end, and the view shows it. */
    boolean isLeaving() {
        return state == TaskState.TASK_KILLING;
    }

    /** It ended, and nobody told it to. */
    boolean endedByItself() {
        return state == TaskState.TASK_FAILED || state == TaskState.TASK_FINISHED || state == TaskState.TASK_ERROR;
    }

    /** @return 0 where it was not told */
    long toldAtMs() {
        return status.map(last -> (long) (last.getTimestamp() * 1_000)).orElse(0L);
    }
}

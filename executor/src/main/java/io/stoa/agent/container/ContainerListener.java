package io.stoa.agent.container;

import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/** Learns what becomes of one container: {@code running} at most once, then {@code ended} exactly once. */
public interface ContainerListener {

    /** @param status with container id, network addresses and pid, as the task's updates carry it */
    void running(ContainerStatus status);

    /**
     * Nothing of the task is left on the host.
     *
     * @param end how it ended, in Mesos' words
     */
    void ended(End end);

    /**
     * How a task ended.
     *
     * @param state TASK_FINISHED, TASK_FAILED or TASK_KILLED
     * @param reason where Mesos gives one
     * @param message in Mesos' words, {@code Command exited with status 7}
     */
    record End(TaskState state, TaskStatus.@Nullable Reason reason, String message) {}
}

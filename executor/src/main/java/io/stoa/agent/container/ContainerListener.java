package io.stoa.agent.container;

import java.util.List;
import java.util.OptionalInt;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * Learns what becomes of one container: {@code starting} at most once, after it {@code running} at most once, then
 * {@code ended} exactly once. Of a container that is taken up again only what is new, or {@code running} again.
 */
public interface ContainerListener {

    /**
     * Everything that the task needs is there; from now on it is the task's executor that speaks.
     *
     * @param status with container id and network addresses, as the task's updates carry it
     */
    void starting(ContainerStatus status);

    /** @param status with container id, network addresses and, where Mesos says it, pid */
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
     * @param waitStatus how its process ended, as {@code waitpid} gives it on Linux; empty where that is not known
     * @param limited what it took of a resource of which it may not take as much
     */
    record End(
            TaskState state,
            TaskStatus.@Nullable Reason reason,
            String message,
            OptionalInt waitStatus,
            List<Resource> limited) {

        public End {
            limited = List.copyOf(limited);
        }

        /** Of which no limit was the cause. */
        public End(TaskState state, TaskStatus.@Nullable Reason reason, String message, OptionalInt waitStatus) {
            this(state, reason, message, waitStatus, List.of());
        }

        /** An end of which no process tells. */
        public End(TaskState state, TaskStatus.@Nullable Reason reason, String message) {
            this(state, reason, message, OptionalInt.empty());
        }

        /** Of what was in a container that ended: where nothing else is known to have killed it, that did. */
        End within(End around) {
            boolean exited = waitStatus.isPresent()
                    && new WaitStatus(waitStatus.getAsInt()).exitCode().isPresent();
            if (reason != null || exited) {
                return this;
            }
            return around.reason == null
                    ? new End(
                            around.state,
                            TaskStatus.Reason.REASON_EXECUTOR_TERMINATED,
                            "The container around it has ended: " + around.message,
                            waitStatus)
                    : new End(around.state, around.reason, around.message, waitStatus, around.limited);
        }

        /** A kill came before the task's command did. */
        public static End killedDuringLaunch() {
            return new End(
                    TaskState.TASK_KILLED,
                    TaskStatus.Reason.REASON_TASK_KILLED_DURING_LAUNCH,
                    "Killed before delivery to the executor");
        }
    }
}

package io.stoa.proto.mesos;

import org.apache.mesos.v1.Protos.TaskState;

/** What Mesos' task states mean. */
public final class TaskStates {

    private TaskStates() {}

    /** True where nothing follows and nothing is held any more. */
    public static boolean isTerminal(TaskState state) {
        return switch (state) {
            case TASK_FINISHED,
                    TASK_FAILED,
                    TASK_KILLED,
                    TASK_ERROR,
                    TASK_LOST,
                    TASK_DROPPED,
                    TASK_GONE,
                    TASK_GONE_BY_OPERATOR -> true;
            case TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING, TASK_UNREACHABLE, TASK_UNKNOWN -> false;
        };
    }
}

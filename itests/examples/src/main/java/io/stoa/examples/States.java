package io.stoa.examples;

import io.stoa.client.AgentView;
import io.stoa.proto.v1.Agent;
import org.apache.mesos.v1.Protos.TaskState;

/** What states of tasks, and of agents, mean to a scheduler that wants something to run. */
public final class States {

    private States() {}

    /** It runs, will run, or is about to end; what it holds is not free yet. */
    public static boolean isAlive(TaskState state) {
        return switch (state) {
            case TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING -> true;
            default -> false;
        };
    }

    /** Nothing follows. What is neither alive nor ended is away with its host, and may come back with it. */
    public static boolean isEnd(TaskState state) {
        return switch (state) {
            case TASK_FINISHED,
                    TASK_FAILED,
                    TASK_KILLED,
                    TASK_ERROR,
                    TASK_LOST,
                    TASK_DROPPED,
                    TASK_GONE,
                    TASK_GONE_BY_OPERATOR -> true;
            default -> false;
        };
    }

    /**
     * Operators take it away, and wait for it until all that ended there is acknowledged. One that is merely
     * deactivated waits for nothing.
     */
    public static boolean isDraining(AgentView agent) {
        return agent.message().getActivation() == Agent.Activation.DRAINING;
    }
}

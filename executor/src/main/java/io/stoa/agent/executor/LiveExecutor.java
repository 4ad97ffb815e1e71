package io.stoa.agent.executor;

import io.stoa.agent.sandbox.AgentPaths.Run;
import io.stoa.agent.task.LiveTask;
import io.stoa.agent.task.TaskView;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.KillPolicy;

/** Runs tasks of one framework on this host. Called on the agent's thread. */
interface LiveExecutor {

    Run run();

    ExecutorStage stage();

    /** Ends a task of it that has not ended. */
    void kill(LiveTask task, Optional<KillPolicy> policy);

    /** The framework wants an end of it: its tasks are killed, and reported. */
    void shutDown();

    /** Ends whatever is left of it; its tasks are abandoned. */
    void destroy();

    /**
     * How people see it.
     *
     * @param tasks of its, oldest first
     */
    ExecutorView view(List<TaskView> tasks);

    /** Nothing is left to tell about one of its tasks. */
    void forgotten(LiveTask task);
}

package io.stoa.mesos.validation;

import io.stoa.state.model.Agent;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.resources.Resources;
import java.util.Optional;
import org.apache.mesos.v1.Protos.ExecutorInfo;

/** What a task that is to be launched is judged against. */
public interface LaunchContext {

    FrameworkId frameworkId();

    /** Whose offers were accepted. */
    Agent agent();

    /** The role of the accepted offers. */
    String role();

    /** What is left of the accepted offers. */
    Resources available();

    /** Why the framework may not use this task id, in Mesos' words; empty where it may. */
    Optional<String> taskIdConflict(String taskId);

    /** The framework's executor of that id on the agent, if it is there or about to be. */
    Optional<ExecutorInfo> executor(String executorId);
}

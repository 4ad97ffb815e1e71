package io.stoa.mesos.validation;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.ExecutorInfo;

/** What a task that is to be launched is judged against. */
public interface LaunchContext {

    FrameworkId frameworkId();

    /** The agent that it is to be launched on. */
    AgentId agentId();

    /** What that agent can do. */
    List<AgentInfo.Capability> capabilities();

    /** To which its resources are to be allocated; the role of the accepted offers. */
    String role();

    /** Why the framework may not use this task id, in Mesos' words; empty where it may. */
    Optional<String> taskIdConflict(String taskId);

    /** The framework's executor of that id on the agent, if it is there or about to be. */
    Optional<ExecutorInfo> executor(String executorId);
}

package io.stoa.mesos;

import com.google.protobuf.ByteString;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import java.util.Optional;
import org.apache.mesos.v1.Protos.KillPolicy;

/**
 * What schedulers have to say to hosts. Launches are not here: they leave as the effect of a committed claim. Nothing
 * blocks; what is said to an agent that is not connected is dropped, since the protocol repeats it.
 */
public interface AgentGateway {

    boolean isConnected(AgentId agentId);

    /** Repeated when the agent comes back, where it is not connected or does not hear of it. */
    void killTask(AgentId agentId, TaskKey task, Optional<KillPolicy> policy);

    void acknowledge(AgentId agentId, TaskKey task, ByteString uuid);

    void sendFrameworkMessage(ExecutorKey executor, ByteString data);

    void shutdownExecutor(ExecutorKey executor);

    /**
     * The framework subscribed, or says something else of itself. Every agent that has tasks of it learns what it says
     * now, and is to send its unacknowledged updates again.
     */
    void frameworkUpdated(Framework framework);

    /** Every agent is to end what it runs for this framework. */
    void shutdownFramework(FrameworkId frameworkId);
}

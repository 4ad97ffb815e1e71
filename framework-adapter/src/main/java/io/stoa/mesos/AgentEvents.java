package io.stoa.mesos;

import com.google.protobuf.ByteString;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import java.util.OptionalInt;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * What the hosts have to say to schedulers, apart from what the state holds (status updates arrive as committed
 * changes). Called by any thread; nothing blocks.
 */
public interface AgentEvents {

    /** A link is open and the agent admitted: its resources may be offered. */
    void agentConnected(AgentId agentId);

    /** The link is gone. The agent stays admitted; its resources are not offered until it is back. */
    void agentDisconnected(AgentId agentId);

    /**
     * A status that is no committed change: an agent sent an update again whose first sending was committed before, or
     * a task went with its agent before anybody could say so.
     */
    void uncommittedStatus(FrameworkId frameworkId, TaskStatus status);

    void executorMessage(ExecutorKey executor, ByteString data);

    /**
     * A custom or default executor ended.
     *
     * @param waitStatus the raw wait status, where it is known
     */
    void executorExited(ExecutorKey executor, OptionalInt waitStatus);

    /**
     * A driver over libprocess acknowledged an update to the agent.
     *
     * @param task on that agent, as the driver says
     * @param from the pid of the driver, which may be anybody
     */
    void driverAcknowledged(AgentId agentId, TaskKey task, ByteString uuid, String from);
}

package io.stoa.master;

import com.google.protobuf.ByteString;
import io.stoa.mesos.AgentEvents;
import io.stoa.mesos.offer.Allocator;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import java.util.OptionalInt;
import org.apache.mesos.v1.Protos.TaskStatus;

/** What agents say goes to the frameworks; whether they are there matters to the offers as well. */
public record AgentEventFanout(AgentEvents frameworks, Allocator allocator) implements AgentEvents {

    @Override
    public void agentConnected(AgentId agentId) {
        frameworks.agentConnected(agentId);
        allocator.agentConnected(agentId);
    }

    @Override
    public void agentDisconnected(AgentId agentId) {
        allocator.agentDisconnected(agentId);
        frameworks.agentDisconnected(agentId);
    }

    @Override
    public void uncommittedStatus(FrameworkId frameworkId, TaskStatus status) {
        frameworks.uncommittedStatus(frameworkId, status);
    }

    @Override
    public void executorMessage(ExecutorKey executor, ByteString data) {
        frameworks.executorMessage(executor, data);
    }

    @Override
    public void executorExited(ExecutorKey executor, OptionalInt waitStatus) {
        frameworks.executorExited(executor, waitStatus);
    }

    @Override
    public void driverAcknowledged(AgentId agentId, TaskKey task, ByteString uuid, String from) {
        frameworks.driverAcknowledged(agentId, task, uuid, from);
    }
}

package io.stoa.mesos.scheduler;

import com.google.protobuf.ByteString;
import io.stoa.mesos.AgentGateway;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.mesos.v1.Protos.KillPolicy;

/** Keeps what agents would be told. */
public final class FakeGateway implements AgentGateway {

    public final List<String> calls = new CopyOnWriteArrayList<>();
    public final Set<AgentId> disconnected = ConcurrentHashMap.newKeySet();

    @Override
    public boolean isConnected(AgentId agentId) {
        return !disconnected.contains(agentId);
    }

    @Override
    public void killTask(AgentId agentId, TaskKey task, Optional<KillPolicy> policy) {
        calls.add("kill " + agentId + " " + task.taskId());
    }

    @Override
    public void acknowledge(AgentId agentId, TaskKey task, ByteString uuid) {
        calls.add("acknowledge " + agentId + " " + task.taskId());
    }

    @Override
    public void sendFrameworkMessage(ExecutorKey executor, ByteString data) {
        calls.add("message " + executor.executorId() + " " + data.toStringUtf8());
    }

    @Override
    public void shutdownExecutor(ExecutorKey executor) {
        calls.add("shutdownExecutor " + executor.executorId());
    }

    @Override
    public void frameworkUpdated(Framework framework) {
        calls.add("update " + framework.id());
    }

    @Override
    public void shutdownFramework(FrameworkId frameworkId) {
        calls.add("shutdownFramework " + frameworkId);
    }
}

package io.stoa.itests.golden;

import com.google.protobuf.ByteString;
import io.stoa.mesos.AgentEvents;
import io.stoa.mesos.AgentGateway;
import io.stoa.state.SharedState;
import io.stoa.state.StateListener;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.StateChange;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.NetworkInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * Agents that run nothing: a task of theirs starts, runs, and ends at once where its command does not sleep. As with
 * real ones the next update waits until the one before is acknowledged.
 */
final class ScriptedAgents implements AgentGateway, StateListener {

    private final SharedState state;
    private final Map<TaskKey, Deque<TaskStatus>> updates = new HashMap<>();
    private @Nullable AgentEvents events;

    ScriptedAgents(SharedState state) {
        this.state = state;
    }

    /** Who is to hear of repeated updates. */
    synchronized void tell(AgentEvents listener) {
        events = listener;
    }

    @Override
    public synchronized void committed(ClusterSnapshot snapshot, List<StateChange> changes) {
        for (StateChange change : changes) {
            if (change instanceof StateChange.TaskClaimed claimed) {
                launch(claimed.task());
            }
        }
    }

    private void launch(Task task) {
        String command = task.info().getCommand().getValue();
        String container = UUID.randomUUID().toString();
        say(task, TaskState.TASK_STARTING, "", container);
        say(task, TaskState.TASK_RUNNING, "", container);
        if (!command.contains("1000")) {
            say(task, TaskState.TASK_FINISHED, "Command exited with status 0", container);
        }
    }

    private void say(Task task, TaskState taskState, String message, String container) {
        Deque<TaskStatus> waiting = updates.computeIfAbsent(task.key(), key -> new ArrayDeque<>());
        TaskStatus.Builder status = TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(task.key().taskId()))
                .setState(taskState)
                .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
                .setAgentId(AgentID.newBuilder().setValue(task.agentId().value()))
                .setExecutorId(ExecutorID.newBuilder().setValue(task.key().taskId()))
                .setTimestamp(System.currentTimeMillis() / 1e3)
                .setUuid(uuid())
                .setContainerStatus(ContainerStatus.newBuilder()
                        .setContainerId(ContainerID.newBuilder().setValue(container))
                        .addNetworkInfos(NetworkInfo.newBuilder()
                                .addIpAddresses(NetworkInfo.IPAddress.newBuilder()
                                        .setProtocol(NetworkInfo.Protocol.IPv4)
                                        .setIpAddress("127.0.0.1")))
                        .setExecutorPid(1));
        if (!message.isEmpty()) {
            status.setMessage(message);
        }
        waiting.add(status.build());
        if (waiting.size() == 1) {
            send(task.key(), status.build());
        }
    }

    private static ByteString uuid() {
        UUID uuid = UUID.randomUUID();
        ByteBuffer bytes = ByteBuffer.allocate(16).putLong(uuid.getMostSignificantBits());
        return ByteString.copyFrom(bytes.putLong(uuid.getLeastSignificantBits()).flip());
    }

    private void send(TaskKey key, TaskStatus status) {
        state.commit(StateTransaction.of(new StateMutation.UpdateTaskStatus(key, status)));
    }

    @Override
    public boolean isConnected(AgentId agentId) {
        return state.snapshot().agent(agentId).isPresent();
    }

    @Override
    public synchronized void killTask(AgentId agentId, TaskKey task, Optional<KillPolicy> policy) {
        state.snapshot().task(task).ifPresent(known -> {
            String signal = known.info().getCommand().getValue().contains("trap") ? "Killed" : "Terminated";
            String container = known.latestStatus()
                    .map(status -> status.getContainerStatus().getContainerId().getValue())
                    .orElse("");
            say(known, TaskState.TASK_KILLED, "Command terminated with signal " + signal, container);
        });
    }

    @Override
    public synchronized void acknowledge(AgentId agentId, TaskKey task, ByteString uuid) {
        Deque<TaskStatus> waiting = updates.get(task);
        if (waiting != null && !waiting.isEmpty() && waiting.element().getUuid().equals(uuid)) {
            waiting.remove();
            if (!waiting.isEmpty()) {
                send(task, waiting.element());
            }
        }
    }

    @Override
    public synchronized void frameworkSubscribed(Framework framework) {
        updates.forEach((key, waiting) -> {
            if (events != null && key.frameworkId().equals(framework.id()) && !waiting.isEmpty()) {
                events.statusRepeated(framework.id(), waiting.element());
            }
        });
    }

    @Override
    public void sendFrameworkMessage(ExecutorKey executor, ByteString data) {}

    @Override
    public void shutdownExecutor(ExecutorKey executor) {}

    @Override
    public synchronized void shutdownFramework(FrameworkId frameworkId) {
        updates.keySet().removeIf(key -> key.frameworkId().equals(frameworkId));
    }
}

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
import io.stoa.time.Time;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * Agents that run nothing, and say of a task what the recorded ones said, at the same time after its launch or its
 * kill. As with real ones the next update waits until the one before is acknowledged, and that one is repeated after 10
 * s, 20 s, 40 s...
 */
final class ScriptedAgents implements AgentGateway, StateListener {

    private static final long FIRST_REPEAT_MS = 10_000;

    private final SharedState state;
    private final AgentScript script;
    private final Time time;
    private final Map<TaskKey, ScriptedTask> tasks = new HashMap<>();
    private @Nullable AgentEvents events;

    ScriptedAgents(SharedState state, AgentScript script, Time time) {
        this.state = state;
        this.script = script;
        this.time = time;
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
        ScriptedTask scripted = new ScriptedTask();
        tasks.put(task.key(), scripted);
        for (AgentScript.Line line : script.linesOf(task.key().taskId())) {
            TaskStatus status = translated(line, task);
            if (line.answersKill()) {
                scripted.whenKilled = () -> later(line.afterMs(), () -> say(task.key(), scripted, status));
            } else {
                later(line.afterMs(), () -> say(task.key(), scripted, status));
            }
        }
    }

    /** What the recorded agent said, with the ids of now. */
    private static TaskStatus translated(AgentScript.Line line, Task task) {
        TaskStatus.Builder status = line.status().toBuilder();
        String recordedAgent = status.getAgentId().getValue();
        status.setAgentId(AgentID.newBuilder().setValue(task.agentId().value()));
        if (status.hasMessage()) {
            status.setMessage(status.getMessage()
                    .replace(recordedAgent, task.agentId().value())
                    .replace(line.frameworkId(), task.key().frameworkId().value()));
        }
        return status.build();
    }

    private void later(long delayMs, Runnable action) {
        time.after(delayMs, Runnable::run, () -> {
            synchronized (this) {
                action.run();
            }
        });
    }

    private void say(TaskKey key, ScriptedTask task, TaskStatus status) {
        task.waiting.add(status);
        if (task.waiting.size() == 1) {
            send(key, task, status);
        }
    }

    private void send(TaskKey key, ScriptedTask task, TaskStatus status) {
        state.commit(StateTransaction.of(new StateMutation.UpdateTaskStatus(key, status)));
        later(FIRST_REPEAT_MS, () -> repeat(key, task, status, FIRST_REPEAT_MS));
    }

    private void repeat(TaskKey key, ScriptedTask task, TaskStatus status, long afterMs) {
        if (events != null && status.equals(task.waiting.peek())) {
            events.statusRepeated(key.frameworkId(), status);
            later(2 * afterMs, () -> repeat(key, task, status, 2 * afterMs));
        }
    }

    @Override
    public boolean isConnected(AgentId agentId) {
        return state.snapshot().agent(agentId).isPresent();
    }

    @Override
    public synchronized void killTask(AgentId agentId, TaskKey key, Optional<KillPolicy> policy) {
        ScriptedTask task = tasks.get(key);
        if (task != null) {
            task.whenKilled.run();
        }
    }

    @Override
    public synchronized void acknowledge(AgentId agentId, TaskKey key, ByteString uuid) {
        ScriptedTask task = tasks.get(key);
        if (task != null
                && !task.waiting.isEmpty()
                && task.waiting.element().getUuid().equals(uuid)) {
            task.waiting.remove();
            if (!task.waiting.isEmpty()) {
                send(key, task, task.waiting.element());
            }
        }
    }

    @Override
    public synchronized void frameworkSubscribed(Framework framework) {
        tasks.forEach((key, task) -> {
            if (events != null && key.frameworkId().equals(framework.id()) && !task.waiting.isEmpty()) {
                events.statusRepeated(framework.id(), task.waiting.element());
            }
        });
    }

    @Override
    public void sendFrameworkMessage(ExecutorKey executor, ByteString data) {}

    @Override
    public void shutdownExecutor(ExecutorKey executor) {}

    @Override
    public synchronized void shutdownFramework(FrameworkId frameworkId) {
        tasks.keySet().removeIf(key -> key.frameworkId().equals(frameworkId));
    }

    /** Its first waiting update is with the master, unacknowledged. */
    private static final class ScriptedTask {

        final Deque<TaskStatus> waiting = new ArrayDeque<>();
        Runnable whenKilled = () -> {};
    }
}

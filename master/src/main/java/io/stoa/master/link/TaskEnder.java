package io.stoa.master.link;

import com.google.protobuf.ByteString;
import io.stoa.mesos.AgentEvents;
import io.stoa.mesos.AgentGateway;
import io.stoa.state.SharedState;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.StateChange;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * Kills all tasks of a cluster that somebody ends, and acknowledges in place of the frameworks, which are sent away
 * first: an agent says nothing more of a task before the last thing is acknowledged. Until it begins, what agents say
 * goes on to the frameworks.
 */
public final class TaskEnder implements AgentEvents {

    private final SharedState state;
    private final AgentGateway agents;
    private final AgentEvents frameworks;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean begun;

    public TaskEnder(SharedState state, AgentGateway agents, AgentEvents frameworks) {
        this.state = state;
        this.agents = agents;
        this.frameworks = frameworks;
    }

    /**
     * Kills what runs; what runs on agents that are away, when they are back.
     *
     * @return completes when no task runs any more
     */
    public CompletableFuture<Void> begin() {
        begun = true;
        state.addListener(this::committed);
        ClusterSnapshot now = state.snapshot();
        kill(now.tasks());
        completeIfIdle(now);
        return ended;
    }

    private void committed(ClusterSnapshot snapshot, List<StateChange> changes) {
        for (StateChange change : changes) {
            if (change instanceof StateChange.TaskStatusChanged changed) {
                snapshot.task(changed.task().key()).ifPresent(this::acknowledge);
            }
        }
        completeIfIdle(snapshot);
    }

    private void kill(Collection<Task> tasks) {
        tasks.stream().filter(task -> !task.isTerminal()).forEach(task -> {
            acknowledge(task);
            agents.killTask(task.agentId(), task.key(), Optional.empty());
        });
    }

    private void acknowledge(Task task) {
        if (!task.isTerminal()) {
            task.latestStatus()
                    .filter(TaskStatus::hasUuid)
                    .ifPresent(status -> agents.acknowledge(task.agentId(), task.key(), status.getUuid()));
        }
    }

    private void completeIfIdle(ClusterSnapshot snapshot) {
        if (snapshot.tasks().stream().allMatch(Task::isTerminal)) {
            ended.complete(null);
        }
    }

    /** The link opens a moment after the agent's admission: whoever kills at the admission may speak to nobody. */
    @Override
    public void agentConnected(AgentId agentId) {
        if (begun) {
            kill(state.snapshot().tasksOn(agentId));
        } else {
            frameworks.agentConnected(agentId);
        }
    }

    @Override
    public void agentDisconnected(AgentId agentId) {
        frameworks.agentDisconnected(agentId);
    }

    @Override
    public void uncommittedStatus(FrameworkId frameworkId, TaskStatus status) {
        if (begun) {
            state.snapshot()
                    .task(new TaskKey(frameworkId, status.getTaskId().getValue()))
                    .ifPresent(this::acknowledge);
        } else {
            frameworks.uncommittedStatus(frameworkId, status);
        }
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

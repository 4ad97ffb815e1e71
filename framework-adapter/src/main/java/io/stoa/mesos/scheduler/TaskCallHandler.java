package io.stoa.mesos.scheduler;

import io.stoa.metrics.MasterCounts;
import io.stoa.metrics.MasterEvent;
import io.stoa.proto.mesos.TaskStates;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import java.util.Optional;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;

/** KILL, ACKNOWLEDGE, MESSAGE and SHUTDOWN: what schedulers have to say to running tasks and executors. */
final class TaskCallHandler {

    private final SchedulerContext context;
    private final ReconcileHandler reconciliation;
    private final MasterCounts counts;

    TaskCallHandler(SchedulerContext context, ReconcileHandler reconciliation, MasterCounts counts) {
        this.context = context;
        this.reconciliation = reconciliation;
        this.counts = counts;
    }

    void kill(FrameworkSession session, Call.Kill kill) {
        TaskKey key = new TaskKey(session.id(), kill.getTaskId().getValue());
        Optional<AgentId> agentId =
                kill.hasAgentId() ? Optional.of(new AgentId(kill.getAgentId().getValue())) : Optional.empty();
        ClusterSnapshot snapshot = context.state().snapshot();
        Optional<Task> task = snapshot.task(key).filter(known -> ReconcileHandler.isReachable(snapshot, known));
        if (task.isEmpty()) {
            reconciliation.explicitly(session, key.taskId(), agentId);
        } else if (agentId.isEmpty() || agentId.get().equals(task.get().agentId())) {
            Optional<KillPolicy> policy = kill.hasKillPolicy() ? Optional.of(kill.getKillPolicy()) : Optional.empty();
            context.gateway().killTask(task.get().agentId(), key, policy);
        }
    }

    /**
     * Passes the acknowledgement on. That of a terminal status ends the task: it is forgotten first, so that a task
     * that its agent does not report any more is not known here for ever.
     */
    void acknowledge(FrameworkSession session, Call.Acknowledge acknowledge) {
        AgentId agentId = new AgentId(acknowledge.getAgentId().getValue());
        ClusterSnapshot snapshot = context.state().snapshot();
        if (!isReachable(snapshot, agentId)) {
            counts.count(MasterEvent.INVALID_STATUS_UPDATE_ACKNOWLEDGEMENTS);
            return;
        }
        TaskKey key = new TaskKey(session.id(), acknowledge.getTaskId().getValue());
        boolean ends = snapshot.task(key)
                .filter(task -> task.agentId().equals(agentId))
                .flatMap(Task::latestStatus)
                .filter(latest -> isEnd(latest, acknowledge))
                .isPresent();
        if (!ends) {
            passOn(agentId, key, acknowledge);
            return;
        }
        context.state()
                .commit(StateTransaction.of(new StateMutation.RemoveTask(key)))
                .thenAccept(result -> {
                    // Where it was not committed the agent sends the update again, and the framework its answer.
                    if (result instanceof CommitResult.Committed) {
                        passOn(agentId, key, acknowledge);
                    }
                });
    }

    private void passOn(AgentId agentId, TaskKey key, Call.Acknowledge acknowledge) {
        context.gateway().acknowledge(agentId, key, acknowledge.getUuid());
        counts.count(MasterEvent.VALID_STATUS_UPDATE_ACKNOWLEDGEMENTS);
    }

    private static boolean isEnd(TaskStatus latest, Call.Acknowledge acknowledge) {
        return TaskStates.isTerminal(latest.getState()) && latest.getUuid().equals(acknowledge.getUuid());
    }

    void message(FrameworkSession session, Call.Message message) {
        AgentId agentId = new AgentId(message.getAgentId().getValue());
        if (!isReachable(context.state().snapshot(), agentId)) {
            counts.count(MasterEvent.INVALID_FRAMEWORK_TO_EXECUTOR_MESSAGES);
            return;
        }
        counts.count(MasterEvent.VALID_FRAMEWORK_TO_EXECUTOR_MESSAGES);
        context.gateway()
                .sendFrameworkMessage(
                        new ExecutorKey(
                                agentId, session.id(), message.getExecutorId().getValue()),
                        message.getData());
    }

    void shutdown(FrameworkSession session, Call.Shutdown shutdown) {
        AgentId agentId = new AgentId(shutdown.getAgentId().getValue());
        if (isRegistered(context.state().snapshot(), agentId)) {
            context.gateway()
                    .shutdownExecutor(new ExecutorKey(
                            agentId, session.id(), shutdown.getExecutorId().getValue()));
        }
    }

    private boolean isReachable(ClusterSnapshot snapshot, AgentId agentId) {
        return isRegistered(snapshot, agentId) && context.gateway().isConnected(agentId);
    }

    private static boolean isRegistered(ClusterSnapshot snapshot, AgentId agentId) {
        return snapshot.agent(agentId)
                .map(Agent::status)
                .filter(AgentStatus.REGISTERED::equals)
                .isPresent();
    }
}

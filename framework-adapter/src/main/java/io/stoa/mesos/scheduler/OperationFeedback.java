package io.stoa.mesos.scheduler;

import io.stoa.metrics.MasterCounts;
import io.stoa.metrics.MasterEvent;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Operation;
import io.stoa.state.model.OperationKey;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import java.util.Optional;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;

/**
 * Tells frameworks what became of their operations, again and again until they acknowledge, and on request. What is to
 * be told is in the state: only the timers, which end with the subscription, are here.
 */
final class OperationFeedback {

    private static final long FIRST_RETRY_MS = 10_000;
    private static final long MAX_RETRY_MS = 600_000;

    private final SchedulerContext context;
    private final MasterCounts counts;

    OperationFeedback(SchedulerContext context, MasterCounts counts) {
        this.context = context;
        this.counts = counts;
    }

    /** From anywhere: an operation of the framework has become durable. */
    void finished(FrameworkSession session, Operation operation) {
        session.executor().execute(() -> tell(session, operation, FIRST_RETRY_MS));
    }

    /** On the session's executor: the framework has subscribed. */
    void subscribed(FrameworkSession session) {
        context.state()
                .snapshot()
                .operationsOf(session.id())
                .forEach(operation -> tell(session, operation, FIRST_RETRY_MS));
    }

    /** Nobody cancels this: a timer that finds the operation acknowledged is the last one. */
    private void tell(FrameworkSession session, Operation operation, long retryMs) {
        boolean due = context.state()
                .snapshot()
                .operation(operation.key())
                .filter(known -> known.uuid().equals(operation.uuid()))
                .isPresent();
        if (due && !session.isOver()) {
            session.send(OperationStatuses.finished(operation));
            context.time()
                    .after(
                            retryMs,
                            session.executor(),
                            () -> tell(session, operation, Math.min(2 * retryMs, MAX_RETRY_MS)));
        }
    }

    void acknowledge(FrameworkSession session, Call.AcknowledgeOperationStatus acknowledge) {
        OperationKey key =
                new OperationKey(session.id(), acknowledge.getOperationId().getValue());
        Optional<Operation> operation = context.state().snapshot().operation(key);
        boolean valid = operation
                .filter(known -> known.uuid().equals(acknowledge.getUuid()))
                .isPresent();
        counts.count(
                valid ? MasterEvent.VALID_OPERATION_ACKNOWLEDGEMENTS : MasterEvent.INVALID_OPERATION_ACKNOWLEDGEMENTS);
        if (valid) {
            context.state()
                    .commit(StateTransaction.of(new StateMutation.AcknowledgeOperation(key, acknowledge.getUuid())));
        }
    }

    /** Tells what is known of the operations that are named, or of all that are known. */
    void reconcile(FrameworkSession session, Call.ReconcileOperations reconcile) {
        ClusterSnapshot snapshot = context.state().snapshot();
        if (reconcile.getOperationsCount() == 0) {
            snapshot.operationsOf(session.id())
                    .forEach(operation -> session.send(OperationStatuses.reconciled(operation)));
        }
        for (Call.ReconcileOperations.Operation asked : reconcile.getOperationsList()) {
            OperationKey key =
                    new OperationKey(session.id(), asked.getOperationId().getValue());
            session.send(snapshot.operation(key)
                    .map(OperationStatuses::reconciled)
                    .orElseGet(() -> Events.operationUpdate(unknown(asked, snapshot))));
        }
    }

    private OperationStatus unknown(Call.ReconcileOperations.Operation asked, ClusterSnapshot snapshot) {
        OperationStatus.Builder status = OperationStatus.newBuilder()
                .setOperationId(asked.getOperationId())
                .setState(OperationState.OPERATION_UNKNOWN);
        if (asked.hasResourceProviderId()) {
            status.setResourceProviderId(asked.getResourceProviderId());
        }
        if (!asked.hasAgentId()) {
            return status.setMessage("Reconciliation: Operation is unknown and no 'agent_id' was provided")
                    .build();
        }
        AgentId agentId = new AgentId(asked.getAgentId().getValue());
        status.setAgentId(asked.getAgentId());
        if (context.recovered().contains(agentId)) {
            return status.setState(OperationState.OPERATION_RECOVERING)
                    .setMessage("Reconciliation: Agent is recovered but has not re-registered")
                    .build();
        }
        if (snapshot.isGone(agentId)) {
            return status.setState(OperationState.OPERATION_GONE_BY_OPERATOR)
                    .setMessage("Reconciliation: Agent marked gone by operator")
                    .build();
        }
        Optional<AgentStatus> agent = snapshot.agent(agentId).map(Agent::status);
        if (agent.isEmpty()) {
            return status.setMessage("Reconciliation: Both operation and agent are unknown")
                    .build();
        }
        return agent.get() == AgentStatus.REGISTERED
                ? status.setMessage("Reconciliation: Operation is unknown").build()
                : status.setState(OperationState.OPERATION_UNREACHABLE)
                        .setMessage("Reconciliation: Agent is unreachable")
                        .build();
    }
}

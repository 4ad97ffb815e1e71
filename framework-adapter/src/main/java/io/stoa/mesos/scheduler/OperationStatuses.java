package io.stoa.mesos.scheduler;

import io.stoa.state.model.Operation;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.UUID;
import org.apache.mesos.v1.scheduler.Protos.Event;

/** How a framework learns what became of an operation other than a launch. */
final class OperationStatuses {

    private OperationStatuses() {}

    /** Empty where the framework asked for no feedback: such operations are dropped without a word. */
    static Optional<Event> refused(Offer.Operation operation, OperationState state, String message) {
        return operation.hasId() && operation.getType() != Offer.Operation.Type.UNKNOWN
                ? Optional.of(Events.operationUpdate(OperationStatus.newBuilder()
                        .setOperationId(operation.getId())
                        .setState(state)
                        .setMessage(message)
                        .build()))
                : Optional.empty();
    }

    /** To be acknowledged. */
    static Event finished(Operation operation) {
        return Events.operationUpdate(status(operation)
                .setUuid(UUID.newBuilder().setValue(operation.uuid()))
                .build());
    }

    /** Told because the framework asked: nothing to acknowledge. */
    static Event reconciled(Operation operation) {
        return Events.operationUpdate(status(operation).build());
    }

    private static OperationStatus.Builder status(Operation operation) {
        return OperationStatus.newBuilder()
                .setOperationId(operation.info().getId())
                .setState(OperationState.OPERATION_FINISHED)
                .setAgentId(AgentID.newBuilder().setValue(operation.agentId().value()));
    }
}

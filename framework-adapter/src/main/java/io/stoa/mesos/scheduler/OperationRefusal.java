package io.stoa.mesos.scheduler;

import java.util.Optional;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.scheduler.Protos.Event;

/** How a framework learns that an operation other than a launch was not done. */
final class OperationRefusal {

    private OperationRefusal() {}

    /** Empty where the framework asked for no feedback: such operations are dropped without a word. */
    static Optional<Event> of(Offer.Operation operation, String message) {
        return operation.hasId() && operation.getType() != Offer.Operation.Type.UNKNOWN
                ? Optional.of(Events.operationUpdate(OperationStatus.newBuilder()
                        .setOperationId(operation.getId())
                        .setState(OperationState.OPERATION_ERROR)
                        .setMessage(message)
                        .build()))
                : Optional.empty();
    }
}

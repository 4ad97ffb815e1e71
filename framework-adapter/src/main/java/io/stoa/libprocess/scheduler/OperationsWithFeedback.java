package io.stoa.libprocess.scheduler;

import java.util.List;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.scheduler.Protos.Call;

/** Operations whose ids ask for feedback, for which libprocess has no message: Mesos refuses them. */
final class OperationsWithFeedback {

    static final String REFUSAL =
            "The 'id' field was set in an offer operation, but operation feedback is not supported"
                    + " for the SchedulerDriver API; please use the HTTP scheduler API for this feature";

    private OperationsWithFeedback() {}

    static boolean areIn(Call.Accept accept) {
        return accept.getOperationsList().stream().anyMatch(OperationsWithFeedback::asks);
    }

    /** @param call of type ACCEPT */
    static Call without(Call call) {
        List<Offer.Operation> rest = call.getAccept().getOperationsList().stream()
                .filter(operation -> !asks(operation))
                .toList();
        Call.Builder others = call.toBuilder();
        others.getAcceptBuilder().clearOperations().addAllOperations(rest);
        return others.build();
    }

    /** Launches with an id are refused by another rule. */
    private static boolean asks(Offer.Operation operation) {
        return operation.hasId()
                && operation.getType() != Offer.Operation.Type.LAUNCH
                && operation.getType() != Offer.Operation.Type.LAUNCH_GROUP
                && operation.getType() != Offer.Operation.Type.UNKNOWN;
    }
}

package io.stoa.mesos.scheduler;

import io.stoa.metrics.MasterCounts;
import io.stoa.metrics.MasterEvent;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.scheduler.Protos.Call;

/** Counts calls that a session has let through, under the names of the messages that they once were. */
final class CallCounts {

    private CallCounts() {}

    static void count(Call call, MasterCounts counts) {
        switch (call.getType()) {
            case ACCEPT -> accept(call.getAccept(), counts);
            case DECLINE -> counts.count(MasterEvent.DECLINE_OFFERS);
            case REVIVE -> counts.count(MasterEvent.REVIVE_OFFERS);
            case SUPPRESS -> counts.count(MasterEvent.SUPPRESS_OFFERS);
            case ACKNOWLEDGE -> counts.count(MasterEvent.STATUS_UPDATE_ACKNOWLEDGEMENT);
            case ACKNOWLEDGE_OPERATION_STATUS -> counts.count(MasterEvent.OPERATION_STATUS_UPDATE_ACKNOWLEDGEMENT);
            case KILL -> counts.count(MasterEvent.KILL_TASK);
            case RECONCILE -> counts.count(MasterEvent.RECONCILE_TASKS);
            case RECONCILE_OPERATIONS -> counts.count(MasterEvent.RECONCILE_OPERATIONS);
            case MESSAGE -> counts.count(MasterEvent.FRAMEWORK_TO_EXECUTOR);
            case REQUEST -> counts.count(MasterEvent.RESOURCE_REQUEST);
            default -> {
                // TEARDOWN is counted where it is done, also for frameworks that are away; the others never.
            }
        }
    }

    private static void accept(Call.Accept accept, MasterCounts counts) {
        for (Offer.Operation operation : accept.getOperationsList()) {
            if (operation.getType() == Offer.Operation.Type.LAUNCH) {
                counts.count(
                        operation.getLaunch().getTaskInfosCount() > 0
                                ? MasterEvent.LAUNCH_TASKS
                                : MasterEvent.DECLINE_OFFERS);
            }
        }
    }
}

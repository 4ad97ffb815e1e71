package io.stoa.mesos.scheduler;

import io.stoa.metrics.MasterCounts;
import java.util.List;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** Tells a framework what of its ACCEPT does not come true, and counts it. On the session's executor. */
final class Refusals {

    private final FrameworkSession session;
    private final MasterStatuses statuses;
    private final MasterCounts counts;

    Refusals(FrameworkSession session, MasterStatuses statuses, MasterCounts counts) {
        this.session = session;
        this.statuses = statuses;
        this.counts = counts;
    }

    /** Something is wrong with the tasks. */
    void invalid(List<TaskInfo> tasks, TaskStatus.Reason reason, String message) {
        tasks.forEach(task -> tell(task, TaskState.TASK_ERROR, reason, message));
    }

    /** Something else is wrong, of which the framework need not know. */
    void lost(TaskInfo task, TaskStatus.Reason reason, String message) {
        tell(task, session.isPartitionAware() ? TaskState.TASK_DROPPED : TaskState.TASK_LOST, reason, message);
    }

    private void tell(TaskInfo task, TaskState state, TaskStatus.Reason reason, String message) {
        TaskStatus status = statuses.refused(task, state, reason, message);
        counts.taskEnded(status);
        session.send(Events.update(status));
    }

    void invalid(Offer.Operation operation, String message) {
        tell(operation, OperationState.OPERATION_ERROR, message);
    }

    void dropped(Offer.Operation operation, String message) {
        tell(operation, OperationState.OPERATION_DROPPED, message);
    }

    /** A framework that asked for no feedback is told nothing. */
    private void tell(Offer.Operation operation, OperationState state, String message) {
        counts.operationEnded(operation.getType(), state);
        OperationStatuses.refused(operation, state, message).ifPresent(session::send);
    }
}

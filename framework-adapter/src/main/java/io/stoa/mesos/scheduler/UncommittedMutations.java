package io.stoa.mesos.scheduler;

import io.stoa.mesos.offer.TakenOffers;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.Conflict;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateMutation.Claim;
import io.stoa.state.transaction.StateMutation.ClaimGroup;
import io.stoa.state.transaction.StateMutation.ConvertResources;
import java.util.List;
import java.util.Map;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a framework what of its ACCEPT was not committed, and why. On the session's executor. */
final class UncommittedMutations {

    private static final Logger log = LoggerFactory.getLogger(UncommittedMutations.class);

    private final Refusals refusals;
    private final TakenOffers taken;

    UncommittedMutations(Refusals refusals, TakenOffers taken) {
        this.refusals = refusals;
        this.taken = taken;
    }

    void tell(List<StateMutation> batch, Map<Integer, Conflict> conflicts) {
        conflicts.forEach((index, conflict) -> {
            if (batch.get(index) instanceof Claim claim) {
                tell(claim.task(), conflict, TaskStatus.Reason.REASON_TASK_INVALID);
            } else if (batch.get(index) instanceof ClaimGroup group) {
                group.tasks().forEach(task -> tell(task, conflict, TaskStatus.Reason.REASON_TASK_GROUP_INVALID));
            } else if (batch.get(index) instanceof ConvertResources convert) {
                log.debug("operation conflicted framework={} conflict={}", taken.frameworkId(), conflict);
                String message = conflict instanceof Conflict.DuplicateOperation duplicate
                        ? "Operation has duplicate ID: " + duplicate.key().operationId()
                        : "Operation attempted with invalid offers: " + noLongerValid();
                convert.operation().ifPresent(operation -> refusals.invalid(operation.info(), message));
            }
        });
    }

    /** A claim that does not fit any more is, in Mesos' words, one on an offer that was rescinded in between. */
    private void tell(TaskInfo task, Conflict conflict, TaskStatus.Reason invalid) {
        if (conflict instanceof Conflict.DuplicateTask) {
            String message = "Task has duplicate ID: " + task.getTaskId().getValue();
            refusals.invalid(List.of(task), invalid, message);
        } else if (conflict instanceof Conflict.Invalid wrong) {
            refusals.invalid(List.of(task), invalid, wrong.message());
        } else if (conflict instanceof Conflict.AgentUnavailable || conflict instanceof Conflict.AgentIsGone) {
            refusals.lost(task, TaskStatus.Reason.REASON_AGENT_REMOVED, "Agent removed");
        } else {
            log.debug("claim conflicted framework={} conflict={}", taken.frameworkId(), conflict);
            refusals.lost(
                    task,
                    TaskStatus.Reason.REASON_INVALID_OFFERS,
                    "Task launched with invalid offers: " + noLongerValid());
        }
    }

    private String noLongerValid() {
        return "Offer " + taken.offers().get(0).getId().getValue() + " is no longer valid";
    }

    void tell(List<StateMutation> batch, CommitResult.Refused refused) {
        log.warn("accept refused framework={} reason={} {}", taken.frameworkId(), refused.reason(), refused.message());
        for (StateMutation mutation : batch) {
            if (mutation instanceof Claim claim) {
                tell(claim.task(), refused);
            } else if (mutation instanceof ClaimGroup group) {
                group.tasks().forEach(task -> tell(task, refused));
            } else if (mutation instanceof ConvertResources convert) {
                convert.operation().ifPresent(operation -> tell(operation.info(), refused));
            }
        }
    }

    private void tell(TaskInfo task, CommitResult.Refused refused) {
        switch (refused.reason()) {
            case TOO_LARGE ->
                refusals.invalid(
                        List.of(task),
                        TaskStatus.Reason.REASON_TASK_INVALID,
                        "Task is too large: " + refused.message());
            case QUEUE_FULL, NOT_LEADING ->
                refusals.lost(
                        task,
                        TaskStatus.Reason.REASON_MASTER_DISCONNECTED,
                        "Task was not launched: " + refused.message());
            case OUTCOME_UNKNOWN -> {
                // Saying anything might be wrong: the framework reconciles when it has subscribed again.
            }
        }
    }

    private void tell(Offer.Operation operation, CommitResult.Refused refused) {
        switch (refused.reason()) {
            case TOO_LARGE -> refusals.invalid(operation, "Operation is too large: " + refused.message());
            case QUEUE_FULL, NOT_LEADING -> refusals.dropped(operation, "Operation was not done: " + refused.message());
            case OUTCOME_UNKNOWN -> {
                // As with tasks.
            }
        }
    }
}

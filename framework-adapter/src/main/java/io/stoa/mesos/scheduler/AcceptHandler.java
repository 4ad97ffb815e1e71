package io.stoa.mesos.scheduler;

import io.stoa.mesos.offer.OfferTake;
import io.stoa.mesos.offer.TakenOffers;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.CommitMode;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.Conflict;
import io.stoa.state.transaction.ConflictPolicy;
import io.stoa.state.transaction.StateChange;
import io.stoa.state.transaction.StateMutation.Claim;
import io.stoa.state.transaction.StateTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.Filters;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ACCEPT: takes the offers, judges the operations, asks the state for what they claim, and tells the framework what did
 * not come true. What did is told by others, as the effect of the committed claims. On the session's executor.
 */
final class AcceptHandler {

    private static final Logger log = LoggerFactory.getLogger(AcceptHandler.class);

    /** What one transaction may hold, so that an ACCEPT of any size fits the journal. */
    private static final int MAX_BATCH_BYTES = 256 * 1024;

    private static final int MAX_BATCH_CLAIMS = 1_000;

    private final SchedulerContext context;
    private final MasterStatuses statuses;

    AcceptHandler(SchedulerContext context) {
        this.context = context;
        this.statuses = new MasterStatuses(context.time());
    }

    void accept(FrameworkSession session, Call.Accept accept) {
        OfferTake take = accept.getOfferIdsCount() == 0
                ? new OfferTake.Invalid("No offers specified")
                : context.allocator().take(session.id(), accept.getOfferIdsList());
        if (take instanceof OfferTake.Invalid invalid) {
            refuseAll(
                    session,
                    accept,
                    TaskStatus.Reason.REASON_INVALID_OFFERS,
                    "Task launched with invalid offers: " + invalid.error(),
                    Optional.of("Operation attempted with invalid offers: " + invalid.error()));
        } else if (take instanceof OfferTake.Taken taken) {
            accept(session, accept, taken.offers());
        }
    }

    private void accept(FrameworkSession session, Call.Accept accept, TakenOffers taken) {
        ClusterSnapshot snapshot = context.state().snapshot();
        Optional<Agent> agent =
                snapshot.agent(taken.agentId()).filter(known -> known.status() == AgentStatus.REGISTERED);
        if (agent.isEmpty() || !context.gateway().isConnected(taken.agentId())) {
            context.allocator().settle(taken, Resources.EMPTY, accept.getFilters());
            refuseAll(
                    session,
                    accept,
                    agent.isEmpty()
                            ? TaskStatus.Reason.REASON_AGENT_REMOVED
                            : TaskStatus.Reason.REASON_AGENT_DISCONNECTED,
                    agent.isEmpty() ? "Agent removed" : "Agent disconnected",
                    Optional.empty());
            return;
        }
        LaunchPlanner plan = new LaunchPlanner(taken, agent.get(), snapshot, statuses);
        accept.getOperationsList().forEach(plan::add);
        plan.refusals().forEach(session::send);
        if (plan.claims().isEmpty()) {
            context.allocator().settle(taken, Resources.EMPTY, accept.getFilters());
        } else {
            commit(session, plan.claims(), new Settlement(taken, accept.getFilters()));
        }
    }

    private void commit(FrameworkSession session, List<Claim> claims, Settlement settlement) {
        List<List<Claim>> batches = batches(claims);
        settlement.open = batches.size();
        for (List<Claim> batch : batches) {
            session.accepts().begin();
            context.state()
                    .commit(new StateTransaction(
                            context.state().snapshot().version(),
                            ConflictPolicy.RESOURCE_FIT,
                            CommitMode.INCREMENTAL,
                            List.copyOf(batch)))
                    .thenAcceptAsync(result -> decided(session, batch, result, settlement), session.executor());
        }
    }

    private static List<List<Claim>> batches(List<Claim> claims) {
        List<List<Claim>> batches = new ArrayList<>();
        int bytes = 0;
        for (Claim claim : claims) {
            int size = claim.task().getSerializedSize();
            bytes += size;
            if (batches.isEmpty()
                    || bytes > MAX_BATCH_BYTES
                    || batches.get(batches.size() - 1).size() == MAX_BATCH_CLAIMS) {
                batches.add(new ArrayList<>());
                bytes = size;
            }
            batches.get(batches.size() - 1).add(claim);
        }
        return batches;
    }

    private void decided(FrameworkSession session, List<Claim> batch, CommitResult result, Settlement settlement) {
        if (result instanceof CommitResult.Committed committed) {
            settlement.add(committed.changes());
            tellConflicts(session, batch, committed.conflicts(), settlement.taken);
        } else if (result instanceof CommitResult.Conflicted conflicted) {
            tellConflicts(session, batch, conflicted.conflicts(), settlement.taken);
        } else if (result instanceof CommitResult.Refused refused) {
            tellRefused(session, batch, refused);
        }
        if (--settlement.open == 0) {
            context.allocator().settle(settlement.taken, settlement.claimed, settlement.filters);
        }
        session.accepts().end();
    }

    private void tellConflicts(
            FrameworkSession session, List<Claim> batch, Map<Integer, Conflict> conflicts, TakenOffers taken) {
        for (int i = 0; i < batch.size() && !conflicts.isEmpty(); i++) {
            Conflict conflict = conflicts.get(i);
            if (conflict != null) {
                tell(session, batch.get(i).task(), conflict, taken);
            }
        }
    }

    /** A claim that does not fit any more is, in Mesos' words, one on an offer that was rescinded in between. */
    private void tell(FrameworkSession session, TaskInfo task, Conflict conflict, TakenOffers taken) {
        if (conflict instanceof Conflict.DuplicateTask) {
            String message = "Task has duplicate ID: " + task.getTaskId().getValue();
            tell(session, task, TaskState.TASK_ERROR, TaskStatus.Reason.REASON_TASK_INVALID, message);
        } else if (conflict instanceof Conflict.Invalid invalid) {
            tell(session, task, TaskState.TASK_ERROR, TaskStatus.Reason.REASON_TASK_INVALID, invalid.message());
        } else if (conflict instanceof Conflict.AgentUnavailable) {
            tell(session, task, lost(session), TaskStatus.Reason.REASON_AGENT_REMOVED, "Agent removed");
        } else {
            log.debug("claim conflicted framework={} conflict={}", session.id(), conflict);
            String offer = taken.offers().get(0).getId().getValue();
            tell(
                    session,
                    task,
                    lost(session),
                    TaskStatus.Reason.REASON_INVALID_OFFERS,
                    "Task launched with invalid offers: Offer " + offer + " is no longer valid");
        }
    }

    private void tellRefused(FrameworkSession session, List<Claim> batch, CommitResult.Refused refused) {
        log.warn("launch refused framework={} reason={} {}", session.id(), refused.reason(), refused.message());
        switch (refused.reason()) {
            case TOO_LARGE ->
                batch.forEach(claim -> tell(
                        session,
                        claim.task(),
                        TaskState.TASK_ERROR,
                        TaskStatus.Reason.REASON_TASK_INVALID,
                        "Task is too large: " + refused.message()));
            case QUEUE_FULL, NOT_LEADING ->
                batch.forEach(claim -> tell(
                        session,
                        claim.task(),
                        lost(session),
                        TaskStatus.Reason.REASON_MASTER_DISCONNECTED,
                        "Task was not launched: " + refused.message()));
            case OUTCOME_UNKNOWN -> {
                // Saying anything might be wrong: the framework reconciles when it has subscribed again.
            }
        }
    }

    private void refuseAll(
            FrameworkSession session,
            Call.Accept accept,
            TaskStatus.Reason reason,
            String message,
            Optional<String> operationMessage) {
        for (Offer.Operation operation : accept.getOperationsList()) {
            switch (operation.getType()) {
                case LAUNCH ->
                    operation
                            .getLaunch()
                            .getTaskInfosList()
                            .forEach(task -> tell(session, task, lost(session), reason, message));
                case LAUNCH_GROUP ->
                    operation
                            .getLaunchGroup()
                            .getTaskGroup()
                            .getTasksList()
                            .forEach(task -> tell(session, task, lost(session), reason, message));
                default ->
                    operationMessage
                            .flatMap(text -> OperationRefusal.of(operation, text))
                            .ifPresent(session::send);
            }
        }
    }

    private static TaskState lost(FrameworkSession session) {
        return session.isPartitionAware() ? TaskState.TASK_DROPPED : TaskState.TASK_LOST;
    }

    private void tell(
            FrameworkSession session, TaskInfo task, TaskState state, TaskStatus.Reason reason, String message) {
        session.send(Events.update(statuses.refused(task, state, reason, message)));
    }

    /** What is claimed of the taken offers, while transactions about them are open. */
    private static final class Settlement {
        private final TakenOffers taken;
        private final Filters filters;
        private int open;
        private Resources claimed = Resources.EMPTY;

        Settlement(TakenOffers taken, Filters filters) {
            this.taken = taken;
            this.filters = filters;
        }

        void add(List<StateChange> changes) {
            for (StateChange change : changes) {
                if (change instanceof StateChange.TaskClaimed task) {
                    claimed = claimed.plus(task.task().resources());
                } else if (change instanceof StateChange.ExecutorClaimed executor) {
                    claimed = claimed.plus(executor.executor().resources());
                }
            }
        }
    }
}

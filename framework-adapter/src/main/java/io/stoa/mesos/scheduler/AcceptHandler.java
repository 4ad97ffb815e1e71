package io.stoa.mesos.scheduler;

import io.stoa.mesos.offer.OfferTake;
import io.stoa.mesos.offer.TakenOffers;
import io.stoa.metrics.MasterCounts;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.CommitMode;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.ConflictPolicy;
import io.stoa.state.transaction.StateChange;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.Filters;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ACCEPT: takes the offers, judges the operations, asks the state for what they claim and convert, and has the
 * framework told what did not come true. What did is told by others, as the effect of what was committed. On the
 * session's executor.
 */
final class AcceptHandler {

    private static final Logger log = LoggerFactory.getLogger(AcceptHandler.class);

    /** What one transaction may hold, so that an ACCEPT of any size fits the journal. */
    private static final int MAX_BATCH_BYTES = 256 * 1024;

    private static final int MAX_BATCH_MUTATIONS = 1_000;

    /** What says nothing about what the framework wants. */
    private static final Filters NO_FILTER =
            Filters.newBuilder().setRefuseSeconds(0).build();

    private final SchedulerContext context;
    private final MasterStatuses statuses;
    private final MasterCounts counts;

    AcceptHandler(SchedulerContext context, MasterCounts counts) {
        this.context = context;
        this.statuses = new MasterStatuses(context.time());
        this.counts = counts;
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
            context.allocator().settle(taken, Resources.EMPTY, NO_FILTER);
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
        AcceptPlan plan = plan(session, accept, taken, agent.get(), snapshot);
        if (plan.mutations().isEmpty()) {
            context.allocator().settle(taken, Resources.EMPTY, accept.getFilters());
        } else {
            commit(session, plan.mutations(), new Settlement(taken, accept.getFilters()));
        }
    }

    private AcceptPlan plan(
            FrameworkSession session, Call.Accept accept, TakenOffers taken, Agent agent, ClusterSnapshot snapshot) {
        AcceptPlan plan = new AcceptPlan(taken, agent);
        Refusals refusals = refusals(session);
        LaunchPlanner launches = new LaunchPlanner(taken, agent, snapshot, refusals, plan);
        ConversionPlanner conversions = new ConversionPlanner(
                taken,
                agent,
                session.info(),
                snapshot.operationsOf(session.id()).size(),
                plan,
                refusals);
        for (Offer.Operation operation : accept.getOperationsList()) {
            switch (operation.getType()) {
                case LAUNCH -> launches.launch(operation);
                case LAUNCH_GROUP -> launches.launchGroup(operation);
                case UNKNOWN -> log.debug("unknown operation ignored framework={}", session.id());
                default -> conversions.add(operation);
            }
        }
        return plan;
    }

    private void commit(FrameworkSession session, List<StateMutation> mutations, Settlement settlement) {
        List<List<StateMutation>> batches = batches(mutations);
        settlement.open = batches.size();
        for (List<StateMutation> batch : batches) {
            session.accepts().begin();
            context.state()
                    .commit(new StateTransaction(
                            context.state().snapshot().version(),
                            ConflictPolicy.RESOURCE_FIT,
                            CommitMode.INCREMENTAL,
                            batch))
                    .thenAcceptAsync(result -> decided(session, batch, result, settlement), session.executor());
        }
    }

    private static List<List<StateMutation>> batches(List<StateMutation> mutations) {
        List<List<StateMutation>> batches = new ArrayList<>();
        int bytes = 0;
        for (StateMutation mutation : mutations) {
            int size = bytes(mutation);
            bytes += size;
            if (batches.isEmpty()
                    || bytes > MAX_BATCH_BYTES
                    || batches.get(batches.size() - 1).size() == MAX_BATCH_MUTATIONS) {
                batches.add(new ArrayList<>());
                bytes = size;
            }
            batches.get(batches.size() - 1).add(mutation);
        }
        return batches;
    }

    private static int bytes(StateMutation mutation) {
        if (mutation instanceof StateMutation.Claim claim) {
            return claim.task().getSerializedSize();
        }
        if (mutation instanceof StateMutation.ClaimGroup group) {
            return group.tasks().stream().mapToInt(TaskInfo::getSerializedSize).sum();
        }
        if (!(mutation instanceof StateMutation.ConvertResources convert)) {
            throw new IllegalArgumentException("mutation: " + mutation + " (expected: a claim or a conversion)");
        }
        int bytes = convert.operation()
                .map(operation -> operation.info().getSerializedSize())
                .orElse(0);
        for (Conversion conversion : convert.conversions()) {
            bytes += conversion.consumed().plus(conversion.converted()).toProto().stream()
                    .mapToInt(Resource::getSerializedSize)
                    .sum();
        }
        return bytes;
    }

    private void decided(
            FrameworkSession session, List<StateMutation> batch, CommitResult result, Settlement settlement) {
        UncommittedMutations uncommitted = new UncommittedMutations(refusals(session), settlement.taken);
        if (result instanceof CommitResult.Committed committed) {
            settlement.add(committed.changes());
            settlement.lost |= !committed.conflicts().isEmpty();
            uncommitted.tell(batch, committed.conflicts());
        } else if (result instanceof CommitResult.Conflicted conflicted) {
            settlement.lost = true;
            uncommitted.tell(batch, conflicted.conflicts());
        } else if (result instanceof CommitResult.Refused refused) {
            settlement.lost = true;
            uncommitted.tell(batch, refused);
        }
        if (--settlement.open == 0) {
            context.allocator().settle(settlement.taken, settlement.used(), settlement.filters());
        }
        session.accepts().end();
    }

    private void refuseAll(
            FrameworkSession session,
            Call.Accept accept,
            TaskStatus.Reason reason,
            String message,
            Optional<String> operationMessage) {
        Refusals refusals = refusals(session);
        for (Offer.Operation operation : accept.getOperationsList()) {
            switch (operation.getType()) {
                case LAUNCH ->
                    operation.getLaunch().getTaskInfosList().forEach(task -> refusals.lost(task, reason, message));
                case LAUNCH_GROUP ->
                    operation
                            .getLaunchGroup()
                            .getTaskGroup()
                            .getTasksList()
                            .forEach(task -> refusals.lost(task, reason, message));
                default -> operationMessage.ifPresent(text -> refusals.invalid(operation, text));
            }
        }
    }

    private Refusals refusals(FrameworkSession session) {
        return new Refusals(session, statuses, counts);
    }

    /** What is left of the taken offers, while transactions about them are open. */
    private static final class Settlement {
        private final TakenOffers taken;
        private final Filters filters;
        private int open;
        private boolean lost;
        private Resources left;

        Settlement(TakenOffers taken, Filters filters) {
            this.taken = taken;
            this.filters = filters;
            this.left = taken.total();
        }

        void add(List<StateChange> changes) {
            for (StateChange change : changes) {
                if (change instanceof StateChange.TaskClaimed task) {
                    left = left.minus(task.task().resources());
                } else if (change instanceof StateChange.ExecutorClaimed executor) {
                    left = left.minus(executor.executor().resources());
                } else if (change instanceof StateChange.ResourcesConverted converted) {
                    for (Conversion conversion : converted.conversions()) {
                        left = left.minus(conversion.consumed()).plus(conversion.converted());
                    }
                }
            }
        }

        /**
         * Offers of which the framework did not get what it asked for were as good as rescinded: it refuses nothing.
         */
        Filters filters() {
            return lost ? NO_FILTER : filters;
        }

        /** The part of the offers that is not left, be it claimed or converted. */
        Resources used() {
            Resources made = left.minus(taken.total());
            return taken.total().minus(left.minus(made));
        }
    }
}

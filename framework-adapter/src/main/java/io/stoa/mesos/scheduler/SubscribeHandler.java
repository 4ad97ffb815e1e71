package io.stoa.mesos.scheduler;

import io.stoa.mesos.FrameworkRoles;
import io.stoa.mesos.constraint.OfferConstraintsFilter;
import io.stoa.mesos.offer.OfferWishes;
import io.stoa.mesos.validation.FrameworkValidator;
import io.stoa.metrics.MasterCounts;
import io.stoa.metrics.MasterEvent;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.StateVersion;
import io.stoa.state.transaction.Author;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.Conflict;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SUBSCRIBE and UPDATE_FRAMEWORK: what a framework says of itself is durable before it is told so. */
final class SubscribeHandler {

    private static final Logger log = LoggerFactory.getLogger(SubscribeHandler.class);
    private static final String REMOVED = "Framework has been removed";
    private static final String FAILED_OVER = "Framework failed over";

    private final SchedulerContext context;
    private final FrameworkSessions sessions;
    private final OperationFeedback operations;
    private final MasterCounts counts;
    private final AtomicLong nextFramework = new AtomicLong();

    SubscribeHandler(
            SchedulerContext context, FrameworkSessions sessions, OperationFeedback operations, MasterCounts counts) {
        this.counts = counts;
        this.context = context;
        this.sessions = sessions;
        this.operations = operations;
    }

    /**
     * @param before the generation that the framework has to have still; empty: whichever
     * @return completes when it is decided, and what follows first is said
     */
    CompletableFuture<Void> subscribe(
            Call.Subscribe subscribe, EventStream stream, Takeover takeover, Optional<StateVersion> before) {
        FrameworkInfo asked = subscribe.getFrameworkInfo();
        boolean isNew = asked.getId().getValue().isEmpty();
        counts.count(isNew ? MasterEvent.REGISTER_FRAMEWORK : MasterEvent.REREGISTER_FRAMEWORK);
        ClusterSnapshot snapshot = context.state().snapshot();
        Set<String> suppressed = new LinkedHashSet<>(subscribe.getSuppressedRolesList());
        Optional<String> error = invalidity(subscribe);
        if (error.isPresent()) {
            StreamFailure failure = error.get().equals(REMOVED) ? StreamFailure.REMOVED : StreamFailure.INVALID;
            return refused(stream, asked, failure, error.get());
        }
        Optional<FrameworkSession> present = sessions.findByStream(stream.id());
        if (present.isPresent() && isNew) {
            present.get().beginAgain(context.masterInfo());
            return CompletableFuture.completedFuture(null);
        }
        FrameworkId id = isNew ? newId(snapshot) : new FrameworkId(asked.getId().getValue());
        if (present.isPresent() && !present.get().id().equals(id)) {
            log.warn(
                    "subscription dropped framework={} stream={} is that of {}",
                    id,
                    stream.id(),
                    present.get().id());
            return CompletableFuture.completedFuture(null);
        }
        FrameworkInfo info = withImmutableFields(asked, id, snapshot);
        Optional<String> change = snapshot.framework(id)
                .flatMap(known -> FrameworkValidator.updateInvalidity(known.info(), info))
                .or(() -> sessions.mayConnect(id, stream.id(), takeover) ? Optional.empty() : Optional.of(FAILED_OVER));
        if (change.isPresent()) {
            StreamFailure failure = change.get().equals(FAILED_OVER) ? StreamFailure.SUPERSEDED : StreamFailure.INVALID;
            return refused(stream, info, failure, change.get());
        }
        OfferWishes wishes = wishes(info, suppressed, subscribe.getOfferConstraints());
        StateTransaction admission = StateTransaction.of(
                new StateMutation.AdmitFramework(id, info, context.time().epochMs()));
        return context.state()
                .commit(before.map(generation -> admission.by(new Author(id, generation)))
                        .orElse(admission))
                .thenAcceptAsync(result -> admitted(result, id, wishes, stream, takeover), stream.executor());
    }

    private static CompletableFuture<Void> refused(
            EventStream stream, FrameworkInfo info, StreamFailure failure, String error) {
        return CompletableFuture.runAsync(() -> refuse(stream, info, failure, error), stream.executor());
    }

    /** What is wrong with it, whoever it is from. */
    Optional<String> invalidity(Call.Subscribe subscribe) {
        FrameworkInfo asked = subscribe.getFrameworkInfo();
        Set<String> suppressed = new LinkedHashSet<>(subscribe.getSuppressedRolesList());
        return invalidity(asked)
                .or(() -> context.state()
                                .snapshot()
                                .isRemoved(new FrameworkId(asked.getId().getValue()))
                        ? Optional.of(REMOVED)
                        : Optional.empty())
                .or(() -> FrameworkValidator.suppressedRolesInvalidity(FrameworkRoles.of(asked), suppressed))
                .or(() -> invalidity(subscribe.getOfferConstraints()));
    }

    private FrameworkId newId(ClusterSnapshot snapshot) {
        FrameworkId id;
        do {
            id = new FrameworkId(
                    String.format("%s-%04d", context.masterInfo().getId(), nextFramework.getAndIncrement()));
        } while (snapshot.framework(id).isPresent() || snapshot.isRemoved(id));
        return id;
    }

    /** Over SUBSCRIBE Mesos keeps the user and the checkpointing a framework began with, without a word. */
    private static FrameworkInfo withImmutableFields(FrameworkInfo asked, FrameworkId id, ClusterSnapshot snapshot) {
        FrameworkInfo.Builder info =
                asked.toBuilder().setId(FrameworkID.newBuilder().setValue(id.value()));
        snapshot.framework(id)
                .ifPresent(known -> info.setUser(known.info().getUser())
                        .setCheckpoint(known.info().getCheckpoint()));
        return info.build();
    }

    private Optional<String> invalidity(FrameworkInfo info) {
        return FrameworkValidator.invalidity(info)
                .or(() -> strangeRoles(info))
                .or(() -> info.getUser().equals("root") && !context.config().rootSubmissions()
                        ? Optional.of("User 'root' is not allowed to run frameworks without --root_submissions set")
                        : Optional.empty());
    }

    private Optional<String> invalidity(OfferConstraints constraints) {
        return OfferConstraintsFilter.invalidity(constraints, context.config().regexLimits());
    }

    private OfferWishes wishes(FrameworkInfo info, Set<String> suppressed, OfferConstraints constraints) {
        return new OfferWishes(
                info,
                suppressed,
                OfferConstraintsFilter.of(constraints, context.config().regexLimits()));
    }

    private Optional<String> strangeRoles(FrameworkInfo info) {
        if (context.config().roles().isEmpty()) {
            return Optional.empty();
        }
        Set<String> strange = new TreeSet<>(FrameworkRoles.of(info));
        strange.removeAll(context.config().roles());
        strange.remove("*");
        return strange.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "Roles " + FrameworkValidator.braces(strange) + " are not present in the master's --roles");
    }

    private void admitted(
            CommitResult result, FrameworkId id, OfferWishes wishes, EventStream stream, Takeover takeover) {
        if (result instanceof CommitResult.Refused refused) {
            log.warn("subscription refused framework={} reason={} {}", id, refused.reason(), refused.message());
            if (refused.reason() == CommitResult.Reason.TOO_LARGE) {
                refuse(
                        stream,
                        wishes.info(),
                        StreamFailure.INVALID,
                        "FrameworkInfo is too large: " + refused.message());
            } else {
                stream.end();
            }
            return;
        }
        if (!(result instanceof CommitResult.Committed committed)) {
            notAdmitted(result, stream, wishes.info());
            return;
        }
        FrameworkSession session = session(id, committed.version(), wishes, stream);
        FrameworkSessions.Outcome outcome = sessions.connect(session, takeover);
        switch (outcome) {
            case REMOVED -> refuse(stream, wishes.info(), StreamFailure.REMOVED, REMOVED);
            case TAKEN -> refuse(stream, wishes.info(), StreamFailure.SUPERSEDED, FAILED_OVER);
            case OVER -> {
                log.info("subscription given up framework={}: leading no more", id);
                session.end();
            }
            case CONNECTED, RESUMED -> begin(session, stream, outcome == FrameworkSessions.Outcome.RESUMED);
        }
    }

    private static void notAdmitted(CommitResult result, EventStream stream, FrameworkInfo info) {
        if (result instanceof CommitResult.Conflicted conflicted
                && conflicted.conflicts().get(0) instanceof Conflict.StaleGeneration stale) {
            String message = "generation: " + stale.claimed() + " (expected: " + stale.current() + ")";
            refuse(stream, info, StreamFailure.STALE, message);
        } else {
            refuse(stream, info, StreamFailure.REMOVED, REMOVED);
        }
    }

    private FrameworkSession session(FrameworkId id, StateVersion generation, OfferWishes wishes, EventStream stream) {
        return new FrameworkSession(
                id, generation, wishes, stream, context.time(), context.config().heartbeatIntervalMs());
    }

    private void begin(FrameworkSession session, EventStream stream, boolean resumed) {
        log.info(
                "framework subscribed framework={} name={} stream={}",
                session.id(),
                session.info().getName(),
                stream.id());
        session.begin(context.masterInfo(), resumed);
        operations.subscribed(session);
        stream.whenClosed(() -> sessions.disconnect(session));
        tellAgents(session.id());
    }

    private void tellAgents(FrameworkId id) {
        context.state().snapshot().framework(id).ifPresent(context.gateway()::frameworkUpdated);
    }

    private static void refuse(EventStream stream, FrameworkInfo info, StreamFailure failure, String error) {
        log.info(
                "framework refused framework={} name={} stream={} error={}",
                info.getId().getValue().isEmpty() ? "new" : info.getId().getValue(),
                info.getName(),
                stream.id(),
                error);
        stream.fail(failure, error);
    }

    void update(FrameworkSession session, Call.UpdateFramework update, Consumer<CallAnswer> answer) {
        FrameworkInfo info = update.getFrameworkInfo();
        Set<String> suppressed = new LinkedHashSet<>(update.getSuppressedRolesList());
        Optional<String> error = invalidity(info)
                .map(text -> "Supplied FrameworkInfo is not valid: " + text)
                .or(() -> FrameworkValidator.updateInvalidity(session.info(), info)
                        .map(text -> "FrameworkInfo update is not valid: " + text))
                .or(() -> FrameworkValidator.suppressedRolesInvalidity(FrameworkRoles.of(info), suppressed)
                        .map(text -> "'UpdateFramework' call is not valid: " + text))
                .or(() -> invalidity(update.getOfferConstraints())
                        .map(text -> "'UpdateFramework.offer_constraints' are not valid: " + text));
        if (error.isPresent()) {
            answer.accept(CallAnswer.invalid(error.get()));
            return;
        }
        OfferWishes wishes = wishes(info, suppressed, update.getOfferConstraints());
        context.state()
                .commit(StateTransaction.of(new StateMutation.UpdateFramework(session.id(), info)))
                .thenComposeAsync(result -> updated(result, session, wishes), session.executor())
                .thenAcceptAsync(answer, session.executor());
    }

    /** The answer follows the RESCINDs of the roles that are gone. */
    private CompletionStage<CallAnswer> updated(CommitResult result, FrameworkSession session, OfferWishes wishes) {
        if (result instanceof CommitResult.Committed) {
            boolean isNew = !wishes.info().equals(session.info());
            session.update(wishes);
            if (isNew) {
                tellAgents(session.id());
            }
            return context.allocator().update(session.id(), wishes).thenApply(done -> CallAnswer.OK);
        }
        return CompletableFuture.completedFuture(notUpdated(result));
    }

    private static CallAnswer notUpdated(CommitResult result) {
        if (result instanceof CommitResult.Conflicted conflicted
                && conflicted.conflicts().get(0) instanceof Conflict.FrameworkWasRemoved) {
            return CallAnswer.invalid("Framework cannot be found");
        }
        if (result instanceof CommitResult.Refused refused && refused.reason() == CommitResult.Reason.TOO_LARGE) {
            return CallAnswer.invalid("FrameworkInfo is too large: " + refused.message());
        }
        return CallAnswer.unavailable("The change could not be stored; try again");
    }
}

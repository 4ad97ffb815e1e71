package io.stoa.mesos.scheduler;

import io.stoa.mesos.AgentEvents;
import io.stoa.mesos.FrameworkRoles;
import io.stoa.mesos.constraint.OfferConstraintsFilter;
import io.stoa.mesos.validation.CallValidator;
import io.stoa.metrics.MasterCounts;
import io.stoa.metrics.MasterEvent;
import io.stoa.state.StateListener;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.StateVersion;
import io.stoa.state.resources.Roles;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mesos' scheduler API, whatever the transport. Safe for use by any thread; nothing blocks.
 *
 * <p>Who assembles it adds {@link #stateListener} to the state, gives {@link #agentEvents} to the agents' links, and
 * says with {@link #start} and {@link #stop} when this process leads.
 */
public final class SchedulerApi {

    private static final Logger log = LoggerFactory.getLogger(SchedulerApi.class);

    private static final long REMOVAL_RETRY_MS = 1_000;
    private static final String NOT_SUBSCRIBED = "Framework is not subscribed";

    private final SchedulerContext context;
    private final MasterCounts counts;
    private final FrameworkSessions sessions;
    private final SubscribeHandler subscriptions;
    private final AcceptHandler accepts;
    private final TaskCallHandler tasks;
    private final ReconcileHandler reconciliation;
    private final OperationFeedback operations;
    private final SchedulerEffects effects;

    /** Over libprocess, until they are removed. */
    private final Set<FrameworkId> leaving = ConcurrentHashMap.newKeySet();

    /** @param counts of this master, whether it leads or not */
    public SchedulerApi(SchedulerContext context, MasterCounts counts) {
        this.context = context;
        this.counts = counts;
        sessions = new FrameworkSessions(context);
        operations = new OperationFeedback(context, counts);
        subscriptions = new SubscribeHandler(context, sessions, operations, counts);
        accepts = new AcceptHandler(context, counts);
        reconciliation = new ReconcileHandler(context);
        tasks = new TaskCallHandler(context, reconciliation, counts);
        effects = new SchedulerEffects(context, sessions, operations, counts, this::callOverLibprocess);
    }

    public StateListener stateListener() {
        return effects;
    }

    public AgentEvents agentEvents() {
        return effects;
    }

    /** This process leads: frameworks in the state are expected to subscribe again. */
    public void start() {
        sessions.expectFrameworks();
    }

    /** This process leads no more: every stream ends. */
    public void stop() {
        sessions.endAll();
    }

    /** What is wrong with a call, in Mesos' words; to be asked before anything else is done with it. */
    public static Optional<String> invalidity(Call call) {
        return CallValidator.invalidity(call);
    }

    /**
     * What is wrong with a subscription by somebody who has proved to be {@code principal}: its framework pretends to
     * be another. In Mesos' words; to be asked after {@link #invalidity}.
     */
    public static Optional<String> pretence(Call call, String principal) {
        return call.getType() == Call.Type.SUBSCRIBE
                ? CallValidator.mismatch(principal, call.getSubscribe().getFrameworkInfo())
                : Optional.empty();
    }

    /** The subscription of a framework that is the principal's, whether it says so or not. */
    public static Call withPrincipal(Call call, String principal) {
        if (call.getSubscribe().getFrameworkInfo().hasPrincipal()) {
            return call;
        }
        Call.Builder subscription = call.toBuilder();
        FrameworkInfo.Builder info = subscription.getSubscribeBuilder().getFrameworkInfoBuilder();
        log.warn(
                "Setting 'principal' in FrameworkInfo to '{}' because the framework authenticated with that principal"
                        + " but did not set it in FrameworkInfo name={}",
                principal,
                info.getName());
        info.setPrincipal(principal);
        return subscription.build();
    }

    /** What is wrong with a call other than SUBSCRIBE by {@code principal}: its framework is another's. */
    public Optional<String> trespass(Call call, String principal) {
        return trespass(new FrameworkId(call.getFrameworkId().getValue()), principal);
    }

    /** What is wrong with {@code principal} speaking for a framework: it is another's. */
    public Optional<String> trespass(FrameworkId id, String principal) {
        return context.state()
                .snapshot()
                .framework(id)
                .flatMap(framework -> CallValidator.trespass(principal, framework.info()));
    }

    /** True for a framework whose stream is open. */
    public boolean isConnected(FrameworkId id) {
        return sessions.find(id).isPresent();
    }

    /** By which door the framework is connected; empty where its stream is not open. */
    public Optional<Transport> transport(FrameworkId id) {
        return sessions.find(id).map(FrameworkSession::transport);
    }

    /** What somebody is who says that he is this framework, as of the subscription of that generation. */
    public Standing standing(FrameworkId id, StateVersion generation) {
        Optional<FrameworkSession> session = sessions.find(id);
        if (session.isEmpty()) {
            return context.state().snapshot().framework(id).isEmpty()
                    ? new Standing.Unknown()
                    : new Standing.NotSubscribed("not connected");
        }
        if (session.get().transport() != Transport.RPC) {
            return new Standing.NotSubscribed("connected over " + session.get().transport());
        }
        StateVersion newest = session.get().generation();
        return newest.equals(generation) ? new Standing.Subscribed(session.get().info()) : new Standing.Stale(newest);
    }

    /** The pid that the framework is, or was last, subscribed by in this term; empty where that is or was over HTTP. */
    public Optional<String> pid(FrameworkId id) {
        return sessions.pid(id);
    }

    /** True where a stream of this id is a framework's. */
    public boolean isSubscribed(String streamId) {
        return sessions.findByStream(streamId).isPresent();
    }

    /** True for a framework whose stream is open and that wants offers. */
    public boolean isActive(FrameworkId id) {
        return sessions.find(id).filter(FrameworkSession::isActive).isPresent();
    }

    /** For how many ms more the framework may stay away; empty while it is connected, and when its time is over. */
    public OptionalLong removedInMs(FrameworkId id) {
        return sessions.removedInMs(id);
    }

    /** What the framework last said of the agents it wants offers of; none where its stream is not open. */
    public OfferConstraints offerConstraints(FrameworkId id) {
        return sessions.find(id)
                .map(session -> session.wishes().constraints())
                .orElse(OfferConstraintsFilter.NONE)
                .constraints();
    }

    /** Whether {@link #subscribe} refuses it, whoever it is from. */
    public boolean isRefused(Call call) {
        return subscriptions.invalidity(call.getSubscribe()).isPresent();
    }

    /**
     * Takes a subscription: its first event, SUBSCRIBED or ERROR, follows when it is durable. Where a framework is
     * subscribed by a stream of this id already, a subscription without a framework id is answered as its first was,
     * and one as another framework is dropped.
     *
     * @param call of type SUBSCRIBE, valid
     * @return completes when it is decided
     */
    public CompletionStage<Void> subscribe(Call call, EventStream stream, Takeover takeover) {
        return subscriptions.subscribe(call.getSubscribe(), stream, takeover, Optional.empty());
    }

    /**
     * As {@link #subscribe}, of an instance that was subscribed before and takes nobody's place.
     *
     * @param generation of that subscription; the stream fails where there was another one since
     */
    public CompletionStage<Void> resubscribe(Call call, EventStream stream, StateVersion generation) {
        return subscriptions.subscribe(call.getSubscribe(), stream, Takeover.ALLOWED, Optional.of(generation));
    }

    /**
     * Handles any other call.
     *
     * @param call valid
     * @param streamId the stream it claims to belong to, if it does
     * @param answer gets the answer once, on any thread
     */
    public void call(Call call, Optional<String> streamId, Consumer<CallAnswer> answer) {
        call(call, Transport.HTTP, streamId, answer);
    }

    /** As {@link #call}, by a process that is who it says it is as far as anybody knows. */
    public void callOverLibprocess(Call call, String pid, Consumer<CallAnswer> answer) {
        call(call, Transport.LIBPROCESS, Optional.of(pid), answer);
    }

    /**
     * As {@link #call}, by a scheduler that is in good {@linkplain #standing standing}.
     *
     * @param calls of one framework and of one kind, all of them or none is handled
     */
    public void callOverRpc(List<Call> calls, StateVersion generation, Consumer<CallAnswer> answer) {
        FrameworkId id = new FrameworkId(calls.get(0).getFrameworkId().getValue());
        Optional<FrameworkSession> session = sessions.find(id)
                .filter(open -> open.transport() == Transport.RPC)
                .filter(open -> open.generation().equals(generation));
        if (session.isEmpty()) {
            answer.accept(CallAnswer.disconnected(NOT_SUBSCRIBED));
        } else if (calls.size() == 1) {
            dispatch(session.get(), calls.get(0), answer);
        } else {
            enqueue(session.get(), answer, true, () -> calls.forEach(call -> handle(session.get(), call)));
        }
    }

    private void call(Call call, Transport transport, Optional<String> streamId, Consumer<CallAnswer> answer) {
        FrameworkId id = new FrameworkId(call.getFrameworkId().getValue());
        Optional<FrameworkSession> session = sessions.find(id);
        if (session.isEmpty()) {
            answer.accept(withoutSession(id, streamId));
        } else if (transport == Transport.HTTP && session.get().transport() != Transport.HTTP) {
            answer.accept(CallAnswer.forbidden("Framework is not connected via HTTP"));
        } else if (streamId.isEmpty()) {
            answer.accept(CallAnswer.invalid("All non-subscribe calls should include the 'Mesos-Stream-Id' header"));
        } else if (!streamId.get().equals(session.get().streamId())) {
            answer.accept(CallAnswer.strange("The stream ID '" + streamId.get()
                    + "' included in this request didn't match the stream ID currently associated with framework ID "
                    + id));
        } else {
            dispatch(session.get(), call, answer);
        }
    }

    private CallAnswer withoutSession(FrameworkId id, Optional<String> streamId) {
        if (context.state().snapshot().framework(id).isEmpty()) {
            return CallAnswer.strange("Framework cannot be found");
        }
        return streamId.filter(last -> sessions.isLast(id, last)).isPresent()
                ? CallAnswer.disconnected(NOT_SUBSCRIBED)
                : CallAnswer.forbidden(NOT_SUBSCRIBED);
    }

    /**
     * The framework wants no more offers until it subscribes again; everything else goes on. Ignored where the stream
     * is not its own.
     */
    public void deactivate(FrameworkId id, String streamId) {
        counts.count(MasterEvent.DEACTIVATE_FRAMEWORK);
        sessions.find(id)
                .filter(session -> session.streamId().equals(streamId))
                .ifPresent(session -> enqueue(session, answer -> {}, false, () -> {
                    log.info("framework deactivated framework={}", id);
                    session.deactivate();
                    context.allocator().suspend(id);
                }));
    }

    private void dispatch(FrameworkSession session, Call call, Consumer<CallAnswer> answer) {
        switch (call.getType()) {
            case UNKNOWN, SUBSCRIBE ->
                answer.accept(new CallAnswer(CallAnswer.Kind.NOT_IMPLEMENTED, "501 Not Implemented."));
            case TEARDOWN -> enqueue(session, answer, false, () -> tearDown(session.id(), session.transport(), answer));
            case UPDATE_FRAMEWORK ->
                enqueue(session, answer, false, () -> subscriptions.update(session, call.getUpdateFramework(), answer));
            default -> enqueue(session, answer, true, () -> handle(session, call));
        }
    }

    /** Completes when so few calls of the scheduler behind a stream are waiting that it may say more; by any thread. */
    public CompletionStage<Void> room(String streamId) {
        int many = context.config().maxPendingCalls() / 2;
        return sessions.findByStream(streamId)
                .map(session -> session.room(many))
                .orElse(CompletableFuture.completedStage(null));
    }

    /** @param accepted whether the call is answered as soon as it is enqueued */
    private void enqueue(FrameworkSession session, Consumer<CallAnswer> answer, boolean accepted, Runnable action) {
        Runnable dropped = accepted ? () -> {} : () -> answer.accept(CallAnswer.disconnected(NOT_SUBSCRIBED));
        if (!session.enqueue(action, dropped, context.config().maxPendingCalls())) {
            answer.accept(CallAnswer.tooMany("Too many calls are waiting (expected: at most "
                    + context.config().maxPendingCalls() + ")"));
        } else if (accepted) {
            answer.accept(CallAnswer.ACCEPTED);
        }
    }

    /** As TEARDOWN, also by a framework whose stream is gone. Ignored where it was not its last one. */
    public void unregister(FrameworkId id, String streamId, Consumer<CallAnswer> answer) {
        Optional<FrameworkSession> session =
                sessions.find(id).filter(open -> open.streamId().equals(streamId));
        if (session.isPresent()) {
            enqueue(session.get(), answer, false, () -> tearDown(id, Transport.LIBPROCESS, answer));
        } else if (sessions.isLast(id, streamId)) {
            tearDown(id, Transport.LIBPROCESS, answer);
        } else {
            answer.accept(CallAnswer.strange("Framework cannot be found"));
        }
    }

    private void tearDown(FrameworkId id, Transport transport, Consumer<CallAnswer> answer) {
        counts.count(MasterEvent.UNREGISTER_FRAMEWORK);
        if (transport != Transport.LIBPROCESS) {
            remove(id, refused -> answer.accept(CallAnswer.unavailable(refused.message())), answer);
        } else if (leaving.add(id)) {
            removeInTheEnd(id, answer);
        }
    }

    /** Nobody who leaves over libprocess is told that it came to nothing: it is tried until it does not. */
    private void removeInTheEnd(FrameworkId id, Consumer<CallAnswer> answer) {
        remove(
                id,
                refused -> {
                    if (refused.reason() == CommitResult.Reason.NOT_LEADING) {
                        leaving.remove(id);
                        answer.accept(CallAnswer.unavailable(refused.message()));
                    } else {
                        context.time().after(REMOVAL_RETRY_MS, Runnable::run, () -> removeInTheEnd(id, answer));
                    }
                },
                done -> {
                    leaving.remove(id);
                    answer.accept(done);
                });
    }

    private void remove(FrameworkId id, Consumer<CommitResult.Refused> refused, Consumer<CallAnswer> answer) {
        context.state()
                .commit(StateTransaction.of(new StateMutation.RemoveFramework(id)))
                .thenAccept(result -> {
                    if (result instanceof CommitResult.Refused failed) {
                        refused.accept(failed);
                    } else {
                        log.info("framework torn down framework={}", id);
                        sessions.remove(id);
                        answer.accept(CallAnswer.ACCEPTED);
                    }
                });
    }

    private void handle(FrameworkSession session, Call call) {
        CallCounts.count(call, counts);
        switch (call.getType()) {
            case ACCEPT -> accepts.accept(session, call.getAccept());
            case DECLINE ->
                context.allocator()
                        .decline(
                                session.id(),
                                call.getDecline().getOfferIdsList(),
                                call.getDecline().getFilters());
            case REVIVE ->
                subscribedRoles(session, call.getRevive().getRolesList())
                        .ifPresent(roles -> context.allocator().revive(session.id(), roles));
            case SUPPRESS ->
                subscribedRoles(session, call.getSuppress().getRolesList())
                        .ifPresent(roles -> context.allocator().suppress(session.id(), roles));
            case ACKNOWLEDGE -> tasks.acknowledge(session, call.getAcknowledge());
            case KILL -> session.accepts().afterwards(() -> tasks.kill(session, call.getKill()));
            case RECONCILE ->
                session.accepts().afterwards(() -> reconciliation.reconcile(session, call.getReconcile()));
            case RECONCILE_OPERATIONS ->
                session.accepts().afterwards(() -> operations.reconcile(session, call.getReconcileOperations()));
            case ACKNOWLEDGE_OPERATION_STATUS -> operations.acknowledge(session, call.getAcknowledgeOperationStatus());
            case MESSAGE -> session.accepts().afterwards(() -> tasks.message(session, call.getMessage()));
            case SHUTDOWN -> session.accepts().afterwards(() -> tasks.shutdown(session, call.getShutdown()));
            default -> {
                // REQUEST does nothing in Mesos either; there are no inverse offers.
            }
        }
    }

    /** Empty where one of the roles is not the framework's: Mesos then drops the whole call. */
    private static Optional<Set<String>> subscribedRoles(FrameworkSession session, List<String> roles) {
        Set<String> own = FrameworkRoles.of(session.info());
        return roles.stream()
                        .allMatch(role ->
                                own.contains(role) && Roles.invalidity(role).isEmpty())
                ? Optional.of(new LinkedHashSet<>(roles))
                : Optional.empty();
    }
}

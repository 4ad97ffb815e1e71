package io.stoa.client;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.stoa.proto.v1.Change;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.ReconcileRequest;
import io.stoa.proto.v1.SchedulerEvent;
import io.stoa.proto.v1.SchedulerServiceGrpc;
import io.stoa.proto.v1.SendMessageRequest;
import io.stoa.proto.v1.TearDownRequest;
import io.stoa.proto.v1.UpdateSchedulerRequest;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link Scheduler}: keeps it subscribed, keeps its view of the cluster, asks it what to propose, sees each
 * proposal through to one decision, and acknowledges what it was told.
 *
 * <p>Everything the scheduler is called with happens on one thread. The methods here may be called on any thread, also
 * on that one.
 *
 * <p>Another instance takes over by subscribing as the same scheduler; this one then hears of
 * {@link Scheduler#superseded}. An instance that was cut off and comes back does not push out one that took its place.
 */
public final class SchedulerLoop implements AutoCloseable {

    private static final long FIRST_SETBACK_MS = 5;
    private static final long MAX_SETBACK_MS = 2_000;

    private final SchedulerConfig config;
    private final Scheduler scheduler;
    private final LoopThread loop = new LoopThread("stoa-scheduler", this::failed);
    private final UnderWay underWay = new UnderWay();
    private final CompletableFuture<Ending> ended = new CompletableFuture<>();
    private final ClusterMirror mirror;
    private final Subscription subscription;
    private final Commits commits;
    private final SubscriberCalls calls;
    private final Backoff setback;

    /** It is being torn down; and what shows that it was, though the answer is still to come. */
    private boolean leaving;

    private volatile boolean gone;
    private boolean turnWaits;
    private boolean over;
    /** Something new is there: the view, at least; something that needs no pause, besides. */
    private boolean viewIsNew;

    private boolean urgent;
    private long pausedUntilNanos = System.nanoTime();
    /** Nothing was done by the newest decision: one proposal at a time finds out whether that has changed. */
    private boolean setBack;

    private long setbackUntilNanos = System.nanoTime();
    private LoopThread.@Nullable Timer pause;

    /** Why a loop has ended. */
    public enum Ending {
        /** By {@link SchedulerLoop#close} or {@link SchedulerLoop#tearDown}. */
        CLOSED,
        /** Another instance has subscribed. */
        SUPERSEDED
    }

    private SchedulerLoop(StoaClient client, SchedulerConfig config, Scheduler scheduler) {
        this.config = config;
        this.scheduler = scheduler;
        mirror = new ClusterMirror(client, loop, config.selection(), underWay, new Looking());
        subscription = new Subscription(client, loop, config, new Listening());
        commits = new Commits(client, loop, config.limits().patienceMs(), new Deciding());
        calls = new SubscriberCalls(client, loop);
        setback = new Backoff(FIRST_SETBACK_MS, MAX_SETBACK_MS, new SplittableRandom());
    }

    /** Starts at once; the client is not closed with the loop. */
    public static SchedulerLoop start(StoaClient client, SchedulerConfig config, Scheduler scheduler) {
        SchedulerLoop started = new SchedulerLoop(client, config, scheduler);
        started.loop.execute(started.mirror::start);
        started.loop.execute(started.subscription::begin);
        return started;
    }

    /**
     * Completes when nothing is called any more. Fails with {@link io.grpc.StatusRuntimeException} where the masters do
     * not take the scheduler (NOT_FOUND: it was removed; PERMISSION_DENIED, UNAUTHENTICATED, INVALID_ARGUMENT), and
     * with whatever the scheduler throws.
     */
    public CompletableFuture<Ending> ended() {
        return ended.copy();
    }

    /** Something outside has changed: {@link Scheduler#propose} is asked soon. */
    public void wake() {
        loop.execute(this::hurry);
    }

    /**
     * Acknowledges a status that {@link Scheduler#updated} left for later, or the one of a task in a view: the task's
     * next one follows, and a task that has ended is forgotten. Nothing follows where it has no uuid, the scheduler is
     * not subscribed at that moment, or 100,000 wait: the status is told again.
     */
    public void acknowledge(TaskStatus status) {
        Subscription.acknowledgement(status)
                .ifPresent(acknowledgement -> loop.execute(() -> {
                    subscription.acknowledge(acknowledgement);
                    turnLater();
                }));
    }

    /**
     * Has the newest statuses of tasks told again.
     *
     * @param taskIds at most 1,000; all of them where none is named
     * @return fails with FAILED_PRECONDITION where the scheduler is not subscribed at this moment, as what follows does
     */
    public CompletableFuture<Void> reconcile(Collection<String> taskIds) {
        List<String> ids = List.copyOf(taskIds);
        return call(
                SchedulerServiceGrpc.getReconcileMethod(),
                identity -> ReconcileRequest.newBuilder()
                        .setIdentity(identity)
                        .addAllTaskIds(ids)
                        .build());
    }

    /** Sends data to a custom executor, without a promise that it arrives, or that it arrives once. */
    public CompletableFuture<Void> sendMessage(String agentId, String executorId, byte[] data) {
        ByteString copy = ByteString.copyFrom(data);
        return call(
                SchedulerServiceGrpc.getSendMessageMethod(),
                identity -> SendMessageRequest.newBuilder()
                        .setIdentity(identity)
                        .setAgentId(agentId)
                        .setExecutorId(executorId)
                        .setData(copy)
                        .build());
    }

    /** The scheduler says something else of itself: roles, failover timeout, labels. */
    public CompletableFuture<Void> update(FrameworkInfo info) {
        return call(
                        SchedulerServiceGrpc.getUpdateSchedulerMethod(),
                        identity -> UpdateSchedulerRequest.newBuilder()
                                .setIdentity(identity)
                                .setInfo(subscription.signed(info))
                                .build())
                .thenRun(() -> loop.execute(() -> subscription.describe(info)));
    }

    /** Removes the scheduler for good, has all its tasks killed, and closes the loop. */
    public CompletableFuture<Void> tearDown() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> leaving = true);
        call(
                        SchedulerServiceGrpc.getTearDownMethod(),
                        identity -> TearDownRequest.newBuilder()
                                .setIdentity(identity)
                                .build())
                .whenComplete((nothing, failure) -> {
                    if (failure == null || gone || isNotFound(failure)) {
                        loop.execute(() -> end(Ending.CLOSED));
                        done.complete(null);
                    } else {
                        done.completeExceptionally(failure);
                    }
                });
        return done;
    }

    private static boolean isNotFound(Throwable failure) {
        return Status.fromThrowable(failure).getCode() == Status.Code.NOT_FOUND;
    }

    private <Q, R> CompletableFuture<Void> call(MethodDescriptor<Q, R> method, Function<Identity, Q> request) {
        return calls.call(subscription::identity, method, request);
    }

    private void hurry() {
        urgent = true;
        turnLater();
    }

    /** Behind everything that has come by now. */
    private void turnLater() {
        if (!turnWaits) {
            turnWaits = true;
            loop.execute(this::turn);
        }
    }

    private void turn() {
        turnWaits = false;
        subscription.flush();
        ClusterPicture view = mirror.picture();
        if (view == null) {
            return;
        }
        commits.settle(view.version());
        boolean had = true;
        while (had && !over && mayPropose(view)) {
            Optional<Proposal> proposal = scheduler.propose(view);
            had = proposal.isPresent();
            proposal.ifPresent(this::submit);
        }
        if (!had) {
            urgent = false;
            viewIsNew = false;
            pausedUntilNanos = System.nanoTime()
                    + TimeUnit.MILLISECONDS.toNanos(config.limits().proposePauseMs());
        }
    }

    private boolean mayPropose(ClusterView view) {
        Identity identity = subscription.identity();
        if (identity == null
                || view.version() < identity.getGeneration()
                || commits.size() >= (setBack ? 1 : config.limits().proposalsUnderWay())
                || commits.arePressed()
                || !(urgent || viewIsNew)) {
            return false;
        }
        long now = System.nanoTime();
        long waitNanos = Math.max(setbackUntilNanos - now, urgent ? 0 : pausedUntilNanos - now);
        if (waitNanos > 0 && pause == null) {
            pause = loop.after(TimeUnit.NANOSECONDS.toMillis(waitNanos) + 1, () -> {
                pause = null;
                turnLater();
            });
        }
        return waitNanos <= 0;
    }

    private void noteSetback(boolean nothingWasDone) {
        long now = System.nanoTime();
        setBack = nothingWasDone;
        if (!nothingWasDone) {
            setback.reset();
            setbackUntilNanos = now;
        } else if (setbackUntilNanos - now <= 0) {
            setbackUntilNanos = now + TimeUnit.MILLISECONDS.toNanos(setback.nextMs());
        }
    }

    private void submit(Proposal proposal) {
        commits.submit(proposal);
        underWay.begin(proposal).forEach(this::refresh);
    }

    private void refresh(String agentId) {
        ClusterPicture view = mirror.picture();
        if (view != null) {
            view.refresh(agentId);
        }
    }

    /** The view of the cluster goes on. */
    private final class Looking implements ClusterMirror.Listener {

        @Override
        public void replaced(ClusterView view) {
            scheduler.replaced(view);
            viewIsNew = true;
            turnLater();
        }

        @Override
        public void changed(ClusterView view, List<Change> changes) {
            if (!changes.isEmpty()) {
                scheduler.changed(view, changes);
                viewIsNew = true;
            }
            turnLater();
        }

        @Override
        public void failed(Throwable why) {
            SchedulerLoop.this.failed(why);
        }
    }

    /** What the master says to the scheduler. */
    private final class Listening implements Subscription.Listener {

        @Override
        public void subscribed(Identity identity) {
            scheduler.subscribed(identity);
            commits.subscribed(identity);
            hurry();
        }

        @Override
        public void disconnected() {
            commits.disconnected();
            scheduler.disconnected();
        }

        @Override
        public boolean event(SchedulerEvent event) {
            hurry();
            switch (event.getEventCase()) {
                case STATUS -> {
                    return scheduler.updated(event.getStatus());
                }
                case OPERATION_STATUS -> {
                    return scheduler.operationUpdated(event.getOperationStatus());
                }
                case MESSAGE -> scheduler.executorMessage(event.getMessage());
                case EXECUTOR_ENDED -> scheduler.executorEnded(event.getExecutorEnded());
                case AGENT_LOST -> scheduler.agentLost(event.getAgentLost());
                default -> throw new IllegalStateException("event: " + event.getEventCase());
            }
            return false;
        }

        @Override
        public void superseded() {
            commits.end("another instance has subscribed");
            scheduler.superseded();
            end(Ending.SUPERSEDED);
        }

        @Override
        public void failed(Throwable why) {
            if (leaving && isNotFound(why)) {
                gone = true;
                end(Ending.CLOSED);
            } else {
                SchedulerLoop.this.failed(why);
            }
        }
    }

    /** What became of proposals. */
    private final class Deciding implements Commits.Listener {

        @Override
        public void answered() {
            turnLater();
        }

        @Override
        public void generationRefused() {
            subscription.doubt();
        }

        @Override
        public void decided(Decision decision) {
            underWay.end(decision.proposal()).forEach(SchedulerLoop.this::refresh);
            noteSetback(!decision.didSomething());
            ClusterPicture view = mirror.picture();
            if (view != null) {
                scheduler.decided(decision, view);
            }
            hurry();
        }
    }

    private void end(Ending how) {
        if (stop()) {
            ended.complete(how);
        }
    }

    private void failed(Throwable why) {
        if (stop()) {
            ended.completeExceptionally(why);
        }
    }

    private boolean stop() {
        boolean first = !over;
        over = true;
        mirror.stop();
        subscription.end();
        loop.close();
        calls.end();
        return first;
    }

    /**
     * Ends the loop; tasks go on, and within its failover timeout the scheduler can be taken over by another instance.
     * Nothing is called any more when this returns, but for the call that it comes from.
     */
    @Override
    public void close() {
        loop.execute(() -> end(Ending.CLOSED));
        loop.awaitEnd();
    }
}

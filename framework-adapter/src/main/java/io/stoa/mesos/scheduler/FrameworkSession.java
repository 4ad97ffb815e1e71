package io.stoa.mesos.scheduler;

import io.stoa.mesos.offer.OfferSink;
import io.stoa.mesos.offer.OfferWishes;
import io.stoa.mesos.validation.FrameworkValidator;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.StateVersion;
import io.stoa.time.Time;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;

/**
 * One subscription of a framework, from its SUBSCRIBED until its stream ends. A framework that subscribes again gets a
 * new one. Belongs to the executor of its stream: what comes from elsewhere hops there, so that a framework's calls are
 * handled, and its events sent, one after the other.
 */
final class FrameworkSession implements OfferSink {

    private final FrameworkId id;
    private final StateVersion generation;
    private final EventStream stream;
    private final Time time;
    private final long heartbeatIntervalMs;
    private InFlightAccepts accepts = new InFlightAccepts();
    private final AtomicInteger pendingCalls = new AtomicInteger();
    private volatile OfferWishes wishes;
    private volatile boolean partitionAware;
    private volatile boolean active = true;
    private Time.@Nullable Timer heartbeat;
    private boolean over;

    /** The next session of the same scheduler: it is to hear what this one had still to say. */
    private @Nullable FrameworkSession successor;

    /** @param generation the version at which the subscription was committed: of two, the newer one counts */
    FrameworkSession(
            FrameworkId id,
            StateVersion generation,
            OfferWishes wishes,
            EventStream stream,
            Time time,
            long heartbeatIntervalMs) {
        this.id = id;
        this.generation = generation;
        this.stream = stream;
        this.time = time;
        this.heartbeatIntervalMs = heartbeatIntervalMs;
        this.wishes = wishes;
        this.partitionAware = isPartitionAware(wishes.info());
    }

    private static boolean isPartitionAware(FrameworkInfo info) {
        return FrameworkValidator.has(info, FrameworkInfo.Capability.Type.PARTITION_AWARE);
    }

    FrameworkId id() {
        return id;
    }

    StateVersion generation() {
        return generation;
    }

    String streamId() {
        return stream.id();
    }

    Transport transport() {
        return stream.transport();
    }

    /** On the executor, which is that of both: the same scheduler has subscribed again. */
    void goOnFrom(FrameworkSession before) {
        before.successor = this;
        accepts = before.accepts;
    }

    FrameworkInfo info() {
        return wishes.info();
    }

    /** As it last said them all together; what is suppressed changes without them. */
    OfferWishes wishes() {
        return wishes;
    }

    void update(OfferWishes newWishes) {
        wishes = newWishes;
        partitionAware = isPartitionAware(newWishes.info());
    }

    boolean isPartitionAware() {
        return partitionAware;
    }

    /** False for one that wants no offers until it subscribes again. */
    boolean isActive() {
        return active;
    }

    void deactivate() {
        active = false;
    }

    InFlightAccepts accepts() {
        return accepts;
    }

    Executor executor() {
        return stream.executor();
    }

    /**
     * Lets a call be handled after those before it. False where {@code limit} calls are waiting already.
     *
     * @param dropped run instead of a call whose session has ended meanwhile
     */
    boolean enqueue(Runnable call, Runnable dropped, int limit) {
        if (pendingCalls.incrementAndGet() > limit) {
            pendingCalls.decrementAndGet();
            return false;
        }
        executor().execute(() -> {
            pendingCalls.decrementAndGet();
            if (!over || successor != null) {
                call.run();
            } else {
                dropped.run();
            }
        });
        return true;
    }

    /** Completes, by any thread, when fewer than {@code many} calls are waiting. */
    CompletionStage<Void> room(int many) {
        if (pendingCalls.get() < many) {
            return CompletableFuture.completedStage(null);
        }
        try {
            // What waits is dealt with before this.
            return CompletableFuture.runAsync(() -> {}, executor());
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    /** On the executor. True where nothing is sent any more. */
    boolean isOver() {
        return over;
    }

    /**
     * On the executor.
     *
     * @param resumed as {@link EventStream#begin} wants it
     */
    void begin(MasterInfo master, boolean resumed) {
        if (!over) {
            stream.begin(Events.subscribed(id, master, heartbeatIntervalMs), generation, resumed);
            beat();
        }
    }

    /** From anywhere: says again what {@link #begin} said first. */
    void beginAgain(MasterInfo master) {
        post(Events.subscribed(id, master, heartbeatIntervalMs));
    }

    private void beat() {
        if (!over) {
            send(Events.HEARTBEAT);
            heartbeat = time.after(heartbeatIntervalMs, executor(), this::beat);
        }
    }

    /** On the executor. */
    void send(Event event) {
        if (!over) {
            stream.send(event);
        } else if (successor != null) {
            successor.send(event);
        }
    }

    /** From anywhere: of no worth to a session after this. */
    private void postOwn(Event event) {
        executor().execute(() -> {
            if (!over) {
                stream.send(event);
            }
        });
    }

    /** On the executor: runs it there when the framework has read so much that there may be sent a lot more. */
    void whenCaughtUp(int heldBytes, Runnable action) {
        if (!over) {
            stream.whenCaughtUp(heldBytes, action);
        }
    }

    /** From anywhere. */
    void post(Event event) {
        executor().execute(() -> send(event));
    }

    /** From anywhere: all of them in one go. */
    void post(List<Event> events) {
        executor().execute(() -> events.forEach(this::send));
    }

    @Override
    public void offers(List<Offer> offers) {
        postOwn(Events.offers(offers));
    }

    @Override
    public void rescind(OfferID offerId) {
        postOwn(Events.rescind(offerId));
    }

    /** From anywhere: another subscription has taken over. */
    void failOver() {
        executor().execute(() -> finish(() -> stream.fail(StreamFailure.SUPERSEDED, "Framework failed over")));
    }

    /** From anywhere: there is no such framework any more. */
    void remove() {
        executor().execute(() -> finish(stream::removed));
    }

    /** From anywhere: nothing is sent any more, the stream is closed. */
    void end() {
        executor().execute(() -> finish(stream::end));
    }

    private void finish(Runnable close) {
        if (over) {
            return;
        }
        over = true;
        if (heartbeat != null) {
            heartbeat.cancel();
        }
        close.run();
    }
}

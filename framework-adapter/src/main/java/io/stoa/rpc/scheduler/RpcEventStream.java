package io.stoa.rpc.scheduler;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.stoa.mesos.scheduler.EventStream;
import io.stoa.mesos.scheduler.StreamFailure;
import io.stoa.mesos.scheduler.Transport;
import io.stoa.proto.v1.SchedulerEvent;
import io.stoa.rpc.UnreadBytes;
import io.stoa.state.model.StateVersion;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events as the answer to Subscribe, no faster than the scheduler reads. Belongs to the event loop of its connection,
 * also when it is made.
 */
final class RpcEventStream implements EventStream {

    private static final Logger LOG = LoggerFactory.getLogger(RpcEventStream.class);

    /** What may wait for a scheduler that does not read. */
    static final long MAX_PENDING_BYTES = 16L << 20;

    /** Where more than this is waiting, who has a lot to say should wait, too. */
    private static final long PLENTY_BYTES = MAX_PENDING_BYTES / 64;

    private final String id = UUID.randomUUID().toString();
    private final ServerCallStreamObserver<SchedulerEvent> call;
    private final Executor loop;
    private final Supplier<StatusRuntimeException> elsewhere;
    private final Queue<SchedulerEvent> pending = new ArrayDeque<>();
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private final List<Runnable> closeActions = new ArrayList<>();
    private final SchedulerCounts counts;
    private final UnreadBytes unread;
    private long pendingBytes;
    private long heldBytes;
    private boolean begun;
    private boolean closed;

    private record Waiting(int heldBytes, Runnable action) {}

    /**
     * @param call that was not answered yet
     * @param elsewhere says that this master does not lead
     * @param unread of all streams
     */
    RpcEventStream(
            ServerCallStreamObserver<SchedulerEvent> call,
            Executor loop,
            Supplier<StatusRuntimeException> elsewhere,
            SchedulerCounts counts,
            UnreadBytes unread) {
        this.call = call;
        this.loop = loop;
        this.elsewhere = elsewhere;
        this.counts = counts;
        this.unread = unread;
        call.setOnReadyHandler(this::drain);
        call.setOnCancelHandler(this::close);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Transport transport() {
        return Transport.RPC;
    }

    @Override
    public Executor executor() {
        return loop;
    }

    @Override
    public void begin(Event subscribed, StateVersion generation, boolean resumed) {
        begun = true;
        send(SchedulerEvents.subscribed(subscribed.getSubscribed(), generation));
    }

    @Override
    public void send(Event event) {
        SchedulerEvents.of(event).ifPresent(this::send);
    }

    private void send(SchedulerEvent event) {
        if (closed) {
            return;
        }
        if (pending.isEmpty() && call.isReady()) {
            call.onNext(event);
            return;
        }
        int bytes = event.getSerializedSize();
        pendingBytes += bytes;
        unread.hold(bytes);
        pending.add(event);
        cutIfTooMuchWaits();
    }

    private void drain() {
        while (!closed && call.isReady()) {
            SchedulerEvent event = pending.poll();
            if (event == null) {
                break;
            }
            int bytes = event.getSerializedSize();
            pendingBytes -= bytes;
            unread.release(bytes);
            call.onNext(event);
        }
        letWaitingGoOn();
    }

    @Override
    public void whenCaughtUp(int held, Runnable action) {
        if (closed) {
            return;
        }
        heldBytes += held;
        unread.hold(held);
        waiting.add(new Waiting(held, action));
        cutIfTooMuchWaits();
        letWaitingGoOn();
    }

    private void letWaitingGoOn() {
        while (!closed && !waiting.isEmpty() && pendingBytes <= PLENTY_BYTES) {
            Waiting next = waiting.remove();
            heldBytes -= next.heldBytes();
            unread.release(next.heldBytes());
            loop.execute(next.action());
        }
    }

    private void cutIfTooMuchWaits() {
        long own = pendingBytes + heldBytes;
        if (own > MAX_PENDING_BYTES) {
            cut("events that the scheduler has not read", own, MAX_PENDING_BYTES);
        } else if (unread.isTooMuch() && own > PLENTY_BYTES) {
            cut("events that all schedulers have not read", unread.bytes(), unread.maxBytes());
        }
    }

    private void cut(String what, long bytes, long maxBytes) {
        counts.streamsCut.increment();
        LOG.warn(
                "stream cut: its scheduler is too slow stream={} {}: {} bytes (expected: <= {})",
                id,
                what,
                bytes,
                maxBytes);
        close(Status.RESOURCE_EXHAUSTED.withDescription(
                what + ": " + bytes + " bytes (expected: at most " + maxBytes + ")"));
    }

    @Override
    public void end() {
        close(
                begun
                        ? elsewhere.get()
                        : Status.UNAVAILABLE
                                .withDescription("the subscription could not be stored (expected: another try)")
                                .asRuntimeException());
    }

    @Override
    public void fail(StreamFailure failure, String message) {
        Status status = switch (failure) {
            case INVALID -> Status.INVALID_ARGUMENT;
            case REMOVED -> Status.NOT_FOUND;
            case SUPERSEDED -> Status.ABORTED;
            case STALE -> Status.FAILED_PRECONDITION;
        };
        close(status.withDescription(message));
    }

    @Override
    public void removed() {
        fail(StreamFailure.REMOVED, "the scheduler was removed");
    }

    /** On the loop. */
    void close(Status status) {
        close(status.asRuntimeException());
    }

    private void close(StatusRuntimeException end) {
        if (!closed) {
            call.onError(end);
            close();
        }
    }

    /** The call is over, whoever ended it. */
    private void close() {
        if (!closed) {
            closed = true;
            unread.release(pendingBytes + heldBytes);
            pendingBytes = 0;
            heldBytes = 0;
            pending.clear();
            waiting.clear();
            closeActions.forEach(Runnable::run);
        }
    }

    @Override
    public void whenClosed(Runnable action) {
        if (closed) {
            action.run();
        } else {
            closeActions.add(action);
        }
    }
}

package io.stoa.libprocess;

import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A link over the connection that it was attached to; it never moves to another. */
final class PeerLink implements Link {

    private enum State {
        OPEN,
        /** Its loss is about to be told. */
        LOST,
        OVER
    }

    private final Upid from;
    private final Upid to;
    private final Executor executor;
    private final Runnable onLost;
    private final TransportCounts counts;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    private volatile @Nullable PeerConnection connection;

    PeerLink(Upid from, Upid to, Executor executor, Runnable onLost, TransportCounts counts) {
        this.from = from;
        this.to = to;
        this.executor = executor;
        this.onLost = onLost;
        this.counts = counts;
    }

    /** By the connection, before anything else is done with the link. */
    void attached(PeerConnection carrier) {
        connection = carrier;
    }

    boolean isOpen() {
        return state.get() == State.OPEN;
    }

    @Override
    public boolean send(String name, byte[] body) {
        PeerConnection carrier = connection;
        if (carrier == null || !isOpen()) {
            return false;
        }
        PeerConnection.Taken taken = carrier.offer(MessageEncoder.encode(from, to, name, body));
        if (taken == PeerConnection.Taken.FULL) {
            carrier.overflow();
        }
        return taken == PeerConnection.Taken.TAKEN;
    }

    @Override
    public void whenCaughtUp(int heldBytes, Runnable action) {
        PeerConnection carrier = connection;
        if (carrier != null && isOpen() && carrier.hold(this, heldBytes, action) == PeerConnection.Taken.FULL) {
            carrier.overflow();
        }
    }

    /** By any thread, any number of times. */
    void lost() {
        if (state.compareAndSet(State.OPEN, State.LOST)) {
            counts.linksLost.increment();
            try {
                executor.execute(this::tell);
            } catch (RejectedExecutionException e) {
                GlobalEventExecutor.INSTANCE.execute(this::tell);
            }
        }
    }

    private void tell() {
        if (state.compareAndSet(State.LOST, State.OVER)) {
            onLost.run();
        }
    }

    @Override
    public void close() {
        end(PeerConnection::endWhenIdle);
    }

    @Override
    public void abandon() {
        end(PeerConnection::dropUnlessConnected);
    }

    private void end(Consumer<PeerConnection> then) {
        State before = state.getAndSet(State.OVER);
        PeerConnection carrier = connection;
        if (before == State.OPEN && carrier != null) {
            carrier.detach(this);
            then.accept(carrier);
        }
    }
}

package io.stoa.libprocess;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to one address, from the first that is wanted of it to its end. It ends by itself when nobody has a link
 * to that address and all that was given to it has left.
 *
 * <p>Its monitor guards in which phase it is, and what belongs to that; the channel is worked with on the event loop.
 */
final class PeerConnection {

    /** What became of something that was handed in. */
    enum Taken {
        TAKEN,
        /** It would have been too much. */
        FULL,
        /** This connection takes nothing any more; another may. */
        OVER
    }

    private enum Phase {
        CONNECTING,
        OPEN,
        /** All has left; the peer is to close it. */
        ENDING,
        OVER
    }

    private static final Logger LOG = LoggerFactory.getLogger(PeerConnection.class);
    /** Where more than this part of what may wait is waiting, who has a lot to say should wait, too. */
    private static final int PLENTY = 64;
    /** Of what waits, this part is to leave before a deadline; otherwise somebody could keep it waiting for hours. */
    private static final int SLOWEST_PART = 20;

    private static final int SLOWEST_BYTES = 64 << 10;

    private final Upid peer;
    private final PeerSockets sockets;
    private final EventLoop loop;
    private final PeerLimits limits;
    private final TransportCounts counts;
    private final Consumer<PeerConnection> gone;
    private final Outbox outbox;
    private final AnswerSink sink = new AnswerSink(this::drain, this::lose);

    private Phase phase = Phase.CONNECTING;
    private boolean started;
    private boolean drains;
    private boolean counted = true;
    private Pot pot;
    private final Set<PeerLink> links = new LinkedHashSet<>();
    private final Queue<Waiting> waiting = new ArrayDeque<>();

    private volatile @Nullable Channel channel;
    /** Of the event loop, as what follows. */
    private @Nullable ScheduledFuture<?> deadline;

    private long writtenBytes;
    /** What is to be written when the deadline is over. */
    private long expectedBytes;

    private record Waiting(PeerLink link, int heldBytes, Runnable action) {}

    /**
     * @param peer any process at the address
     * @param pot one of whose places has been taken for this connection
     * @param gone told, by any thread, that it takes nothing any more
     */
    PeerConnection(
            Upid peer,
            Pot pot,
            PeerSockets sockets,
            PeerLimits limits,
            UnsentBytes all,
            TransportCounts counts,
            Consumer<PeerConnection> gone) {
        this.peer = peer;
        this.pot = pot;
        this.sockets = sockets;
        this.loop = sockets.loopOf(peer.address());
        this.limits = limits;
        this.outbox = new Outbox(all, () -> later(this::overflow));
        this.counts = counts;
        this.gone = gone;
        counts.connections.increment();
        pot.isConnecting(this);
    }

    String address() {
        return peer.address();
    }

    /** @param message to any process at the address; released where it is not taken */
    synchronized Taken offer(ByteBuf message) {
        if (!takesMore()) {
            message.release();
            return Taken.OVER;
        }
        if (!outbox.offer(message, pot.limits())) {
            return Taken.FULL;
        }
        start();
        if (phase == Phase.OPEN && !drains) {
            drains = true;
            later(this::drain);
        }
        return Taken.TAKEN;
    }

    /** @param wanted what the connection is for from now on, if that is more than it was for */
    synchronized Taken attach(PeerLink link, Pot wanted) {
        if (!takesMore()) {
            return Taken.OVER;
        }
        if (wanted.outranks(pot)) {
            if (!wanted.take()) {
                return Taken.FULL;
            }
            pot.release(this);
            pot = wanted;
            if (phase == Phase.CONNECTING) {
                pot.isConnecting(this);
            }
        }
        links.add(link);
        link.attached(this);
        start();
        return Taken.TAKEN;
    }

    /** To be followed by one of the next two. */
    synchronized void detach(PeerLink link) {
        links.remove(link);
        waiting.removeIf(held -> {
            boolean isOfLink = held.link().equals(link);
            if (isOfLink) {
                outbox.letGo(held.heldBytes());
            }
            return isOfLink;
        });
    }

    void endWhenIdle() {
        onLoop(this::endIfIdle);
    }

    /** What is on its way already is not cut off. */
    void dropUnlessConnected() {
        lose("nobody needs it any more", () -> phase == Phase.CONNECTING && links.isEmpty());
        endWhenIdle();
    }

    synchronized Taken hold(PeerLink link, int bytes, Runnable action) {
        if (!takesMore()) {
            return Taken.OVER;
        }
        if (!outbox.hold(bytes, pot.limits())) {
            return Taken.FULL;
        }
        waiting.add(new Waiting(link, bytes, action));
        later(this::letWaitingGoOn);
        return Taken.TAKEN;
    }

    void overflow() {
        counts.linksOverflowed.increment();
        PeerLimits.Share share = pot.limits();
        lose("reads too slowly: waitingBytes=" + outbox.waitingBytes() + " unsentBytes=" + outbox.unsentBytes()
                + " unsentMessages=" + outbox.unsentMessages() + " (expected: at most " + share.maxUnsentBytes()
                + " bytes and " + share.maxUnsentMessages() + " messages, " + limits.maxUnsentBytes()
                + " bytes of all peers)");
    }

    private boolean takesMore() {
        return phase == Phase.CONNECTING || phase == Phase.OPEN;
    }

    private synchronized boolean is(Phase other) {
        return phase == other;
    }

    private void start() {
        if (!started) {
            started = true;
            later(this::connect);
        }
    }

    private void connect() {
        if (!is(Phase.CONNECTING)) {
            leavePot();
            return;
        }
        deadline = loop.schedule(
                () -> lose("not connected within " + limits.connectTimeoutMs() + " ms"),
                limits.connectTimeoutMs(),
                TimeUnit.MILLISECONDS);
        sockets.connect(loop, peer, this::opened).addListener(done -> onLoop(() -> connected(done)));
    }

    /** There is a socket, which is not connected yet. */
    private void opened(Channel socket) {
        channel = socket;
        socket.closeFuture().addListener(closed -> {
            lose("the connection was closed");
            leavePot();
        });
        socket.pipeline().addLast(sink);
        if (!is(Phase.CONNECTING)) {
            socket.close();
        }
    }

    private void connected(Future<?> done) {
        cancelDeadline();
        if (!done.isSuccess()) {
            lose("cannot connect: " + done.cause());
            if (channel == null) {
                leavePot();
            }
            return;
        }
        Channel socket = channel;
        if (socket != null && sockets.isToOurselves(socket)) {
            lose("its name is one of our own");
            return;
        }
        synchronized (this) {
            if (phase == Phase.CONNECTING) {
                phase = Phase.OPEN;
                pot.isOpen(this);
            }
        }
        drain();
        endIfIdle();
    }

    /** Writes as much as the peer takes; what it does not take yet is not copied. */
    private void drain() {
        Channel socket = channel;
        synchronized (this) {
            drains = false;
            if (phase != Phase.OPEN || socket == null) {
                return;
            }
        }
        while (socket.isWritable()) {
            Outbox.Piece piece = outbox.next();
            if (piece == null) {
                break;
            }
            socket.write(piece.bytes()).addListener(done -> {
                if (done.isSuccess()) {
                    written(piece);
                }
            });
        }
        socket.flush();
        expectProgress();
    }

    private void written(Outbox.Piece piece) {
        writtenBytes += piece.length();
        outbox.written(piece);
        if (piece.isLast()) {
            counts.sent.increment();
            sink.expectAnswer();
        }
        synchronized (this) {
            if (!waiting.isEmpty()) {
                later(this::letWaitingGoOn);
            } else if (links.isEmpty() && outbox.isEmpty()) {
                later(this::endIfIdle);
            }
        }
    }

    private void expectProgress() {
        if (deadline == null && is(Phase.OPEN) && !outbox.isEmpty()) {
            long unsent = outbox.unsentBytes();
            expectedBytes = writtenBytes + Math.min(unsent, Math.max(SLOWEST_BYTES, unsent / SLOWEST_PART));
            deadline = loop.schedule(this::checkProgress, limits.unreadTimeoutMs(), TimeUnit.MILLISECONDS);
        }
    }

    private void checkProgress() {
        deadline = null;
        long missing = expectedBytes - writtenBytes;
        if (missing > 0 && !outbox.isEmpty()) {
            lose("has read too little in " + limits.unreadTimeoutMs() + " ms: missingBytes=" + missing);
        } else {
            expectProgress();
        }
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private void letWaitingGoOn() {
        while (true) {
            Waiting next;
            synchronized (this) {
                long few = pot.limits().maxUnsentBytes() / PLENTY;
                next = takesMore() && outbox.unsentBytes() <= few ? waiting.poll() : null;
            }
            if (next == null) {
                break;
            }
            outbox.letGo(next.heldBytes());
            if (next.link().isOpen()) {
                next.action().run();
            }
        }
        endIfIdle();
    }

    /** Ends the output only: to close what the peer still answers would take back what it has not read yet. */
    private void endIfIdle() {
        Channel socket = channel;
        Phase before;
        synchronized (this) {
            if (!takesMore() || !links.isEmpty() || !outbox.isEmpty()) {
                return;
            }
            before = phase;
            phase = Phase.ENDING;
            pot.isEnding(this);
        }
        gone.accept(this);
        outbox.close();
        if (before == Phase.OPEN && socket instanceof DuplexChannel duplex) {
            cancelDeadline();
            duplex.shutdownOutput();
            deadline = loop.schedule((Runnable) socket::close, limits.lingerMs(), TimeUnit.MILLISECONDS);
        } else if (socket != null) {
            socket.close();
        } else if (!started()) {
            leavePot();
        }
    }

    private synchronized boolean started() {
        return started;
    }

    /** Ends it at once, by any thread: all links are lost, and what has not left is dropped. */
    void lose(String reason) {
        lose(reason, () -> true);
    }

    /** @param condition asked with the monitor held */
    private void lose(String reason, BooleanSupplier condition) {
        List<PeerLink> lost;
        synchronized (this) {
            if (phase == Phase.OVER || !condition.getAsBoolean()) {
                return;
            }
            phase = Phase.OVER;
            lost = List.copyOf(links);
            links.clear();
            waiting.clear();
        }
        int dropped = outbox.close();
        counts.lost.add(dropped);
        gone.accept(this);
        if (!lost.isEmpty() || dropped > 0) {
            LOG.info("Peer lost address={} links={} unsentMessages={}: {}", address(), lost.size(), dropped, reason);
        }
        lost.forEach(PeerLink::lost);
        Channel socket = channel;
        if (socket != null) {
            socket.close();
        }
        onLoop(this::cancelDeadline);
    }

    /**
     * Its place is wanted: leaves it unless it is open. One that is over need not keep it until its socket is closed.
     */
    void giveWay() {
        lose("its place is wanted", () -> phase != Phase.OPEN);
        if (is(Phase.OVER)) {
            leavePot();
        }
    }

    private void leavePot() {
        synchronized (this) {
            if (!counted) {
                return;
            }
            counted = false;
            pot.release(this);
        }
        counts.connections.decrement();
    }

    private void onLoop(Runnable action) {
        if (loop.inEventLoop()) {
            action.run();
        } else {
            later(action);
        }
    }

    /** Not at once, so that it may be asked for with the monitor held. */
    private void later(Runnable action) {
        try {
            loop.execute(action);
        } catch (RejectedExecutionException e) {
            LOG.debug("Nothing is sent any more address={}", address());
        }
    }
}

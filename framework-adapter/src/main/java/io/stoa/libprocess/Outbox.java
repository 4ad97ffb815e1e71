package io.stoa.libprocess;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What one peer is still to be sent, in order. Safe for use by any thread; nothing here takes longer for a longer
 * queue.
 */
final class Outbox implements UnsentBytes.Holder {

    /** So that a large message is seen to make progress, and the channel keeps no copy of all of it. */
    private static final int PIECE_BYTES = 64 << 10;

    private final UnsentBytes all;
    private final Runnable giveUp;
    private final Queue<ByteBuf> queue = new ArrayDeque<>();
    private @Nullable ByteBuf begun;
    private int unsentMessages;
    private long unsentBytes;
    private long heldBytes;
    private boolean closed;

    /** Both together, to be read without the monitor. */
    private volatile long waitingBytes;

    /**
     * A part of a message.
     *
     * @param bytes to be released by who writes them
     * @param isLast of its message
     */
    record Piece(ByteBuf bytes, int length, boolean isLast) {}

    /**
     * @param all what waits for this and all other peers
     * @param giveUp asks for this to be closed soon, but not at once
     */
    Outbox(UnsentBytes all, Runnable giveUp) {
        this.all = all;
        this.giveUp = giveUp;
    }

    /** @return false where that would be more than may wait; the message is released then */
    synchronized boolean offer(ByteBuf message, PeerLimits.Share limits) {
        int bytes = message.readableBytes();
        if (unsentMessages >= limits.maxUnsentMessages() || !take(bytes, limits)) {
            message.release();
            return false;
        }
        unsentBytes += bytes;
        waitingBytes = unsentBytes + heldBytes;
        unsentMessages++;
        queue.add(message);
        return true;
    }

    /** Counts what somebody holds until the peer has read. */
    synchronized boolean hold(int bytes, PeerLimits.Share limits) {
        boolean taken = take(bytes, limits);
        heldBytes += taken ? bytes : 0;
        waitingBytes = unsentBytes + heldBytes;
        return taken;
    }

    private boolean take(int more, PeerLimits.Share limits) {
        return !closed && waitingBytes + more <= limits.maxUnsentBytes() && all.take(this, more);
    }

    synchronized void letGo(int bytes) {
        if (!closed) {
            heldBytes -= bytes;
            release(bytes);
        }
    }

    /** What is to be written next; null where everything is. */
    synchronized @Nullable Piece next() {
        ByteBuf message = begun == null ? queue.poll() : begun;
        if (message == null) {
            return null;
        }
        int length = Math.min(PIECE_BYTES, message.readableBytes());
        ByteBuf bytes = message.readRetainedSlice(length);
        boolean isLast = !message.isReadable();
        if (isLast) {
            message.release();
        }
        begun = isLast ? null : message;
        return new Piece(bytes, length, isLast);
    }

    /** The peer's kernel, or ours, has taken it. */
    synchronized void written(Piece piece) {
        if (!closed) {
            unsentBytes -= piece.length();
            unsentMessages -= piece.isLast() ? 1 : 0;
            release(piece.length());
        }
    }

    private void release(long less) {
        waitingBytes = unsentBytes + heldBytes;
        all.release(this, less);
    }

    @Override
    public long waitingBytes() {
        return waitingBytes;
    }

    @Override
    public void giveUp() {
        giveUp.run();
    }

    /** Whether every message has been written. */
    synchronized boolean isEmpty() {
        return unsentMessages == 0;
    }

    synchronized long unsentBytes() {
        return unsentBytes;
    }

    synchronized int unsentMessages() {
        return unsentMessages;
    }

    /**
     * Drops everything, now and later.
     *
     * @return how many messages were not written
     */
    synchronized int close() {
        if (closed) {
            return 0;
        }
        closed = true;
        queue.forEach(ByteBuf::release);
        queue.clear();
        if (begun != null) {
            begun.release();
            begun = null;
        }
        long waiting = waitingBytes;
        unsentBytes = 0;
        heldBytes = 0;
        release(waiting);
        return unsentMessages;
    }
}

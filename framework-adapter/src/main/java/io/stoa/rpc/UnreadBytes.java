package io.stoa.rpc;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What is kept for peers that do not read it, over all calls of a kind: each of them is limited by itself, and all of
 * them together here. Safe for use by any thread.
 */
public final class UnreadBytes {

    /** Of all the memory there is. */
    private static final int PART_OF_MEMORY = 8;

    private final long maxBytes;
    private final AtomicLong held = new AtomicLong();

    /** An eighth of the memory. */
    public UnreadBytes() {
        this(Runtime.getRuntime().maxMemory() / PART_OF_MEMORY);
    }

    public UnreadBytes(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    public void hold(long bytes) {
        held.addAndGet(bytes);
    }

    public void release(long bytes) {
        held.addAndGet(-bytes);
    }

    public long bytes() {
        return held.get();
    }

    public long maxBytes() {
        return maxBytes;
    }

    /** Whether somebody has to be cut. */
    public boolean isTooMuch() {
        return held.get() > maxBytes;
    }
}

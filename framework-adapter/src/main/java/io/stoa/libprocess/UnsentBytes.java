package io.stoa.libprocess;

import java.util.concurrent.atomic.AtomicLong;

/** What waits for all peers together. Safe for use by any thread. */
final class UnsentBytes {

    private final long max;
    private final long alwaysPerPeer;
    private final AtomicLong bytes = new AtomicLong();

    UnsentBytes(long max, long alwaysPerPeer) {
        this.max = max;
        this.alwaysPerPeer = alwaysPerPeer;
    }

    /**
     * @param ofPeer what waits for this peer already
     * @return false where there may be no more; otherwise to be {@link #release released} once
     */
    boolean take(long ofPeer, long more) {
        if (bytes.addAndGet(more) <= max || ofPeer + more <= alwaysPerPeer) {
            return true;
        }
        release(more);
        return false;
    }

    void release(long less) {
        bytes.addAndGet(-less);
    }
}

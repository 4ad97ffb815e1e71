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
        boolean always = ofPeer + more <= alwaysPerPeer;
        long before = bytes.get();
        while (always || before + more <= max) {
            if (bytes.compareAndSet(before, before + more)) {
                return true;
            }
            before = bytes.get();
        }
        return false;
    }

    void release(long less) {
        bytes.addAndGet(-less);
    }
}

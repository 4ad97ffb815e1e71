package io.stoa.libprocess;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What waits for all peers together. When all of it is used up, whoever wants no more than a fair share of it gets
 * that, and the one who has the most is given up for it: few who read slowly keep nobody else from being sent a lot.
 * Safe for use by any thread.
 */
final class UnsentBytes {

    /** Of what may wait, this part may be exceeded by until those who were given up have let go. */
    private static final int EXCESS_PART = 4;

    private final long max;
    private final long alwaysPerPeer;
    private final AtomicLong bytes = new AtomicLong();

    /** Who has more than anybody may have always; so there are never more than there is room for. */
    private final Set<Holder> large = ConcurrentHashMap.newKeySet();

    UnsentBytes(long max, long alwaysPerPeer) {
        this.max = max;
        this.alwaysPerPeer = alwaysPerPeer;
    }

    /** A peer for whom something waits. Compared by identity. */
    interface Holder {

        /** How much waits. Must not block. */
        long waitingBytes();

        /** It has the most, and others need room: soon, but not at once, nothing is to wait any more. */
        void giveUp();
    }

    /**
     * @param more that is to wait for this peer, on top of what does
     * @return false where there may be no more; otherwise to be {@link #release released} once
     */
    boolean take(Holder peer, long more) {
        long after = peer.waitingBytes() + more;
        boolean always = after <= alwaysPerPeer;
        long before = bytes.get();
        while (always || before + more <= max || isFair(after, before + more)) {
            if (bytes.compareAndSet(before, before + more)) {
                if (!always) {
                    large.add(peer);
                    if (before + more > max) {
                        giveUpTheLargest(peer, after);
                    }
                }
                return true;
            }
            before = bytes.get();
        }
        return false;
    }

    private boolean isFair(long ofPeer, long ofAll) {
        return ofPeer <= max / (large.size() + 1) && ofAll <= max + max / EXCESS_PART;
    }

    private void giveUpTheLargest(Holder peer, long ofPeer) {
        Holder largest = peer;
        long most = ofPeer;
        for (Holder other : large) {
            long waiting = other.waitingBytes();
            if (waiting > most) {
                most = waiting;
                largest = other;
            }
        }
        if (!largest.equals(peer)) {
            largest.giveUp();
        }
    }

    /** @param peer for whom that much less waits already */
    void release(Holder peer, long less) {
        bytes.addAndGet(-less);
        if (peer.waitingBytes() <= alwaysPerPeer) {
            large.remove(peer);
        }
    }
}

package io.stoa.libprocess;

import java.util.concurrent.atomic.AtomicInteger;

/** How many connections of one kind there are. Safe for use by any thread. */
final class Pot {

    private final int rank;
    private final PeerLimits.Share limits;
    private final AtomicInteger connections = new AtomicInteger();

    /** @param rank of connections of this kind; one that serves for two kinds counts among the higher */
    Pot(int rank, PeerLimits.Share limits) {
        this.rank = rank;
        this.limits = limits;
    }

    boolean outranks(Pot other) {
        return rank > other.rank;
    }

    PeerLimits.Share limits() {
        return limits;
    }

    /** @return false where there may be no more; otherwise to be {@link #release released} once */
    boolean take() {
        if (connections.incrementAndGet() <= limits.maxConnections()) {
            return true;
        }
        connections.decrementAndGet();
        return false;
    }

    void release() {
        connections.decrementAndGet();
    }
}

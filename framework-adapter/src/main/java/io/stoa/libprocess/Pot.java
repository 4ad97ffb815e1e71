package io.stoa.libprocess;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The places for connections of one kind. Where all are taken, those that do nothing for anybody, or do not yet, give
 * way to a newcomer: so nobody is kept out by addresses that do not answer. Safe for use by any thread; calls nobody
 * with its monitor held.
 */
final class Pot {

    private final int rank;
    private final PeerLimits.Share limits;
    private int taken;
    /** Have sent all they had to; the eldest first. */
    private final Set<PeerConnection> ending = new LinkedHashSet<>();
    /** The eldest first. */
    private final Set<PeerConnection> connecting = new LinkedHashSet<>();

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

    /** @return false where all places are taken; otherwise to be {@link #release released} once */
    synchronized boolean take() {
        boolean free = taken < limits.maxConnections();
        taken += free ? 1 : 0;
        return free;
    }

    /**
     * Not to be called with the monitor of any connection held.
     *
     * @return whether there was a free place, which somebody else may have taken meanwhile
     */
    boolean makeRoom() {
        while (true) {
            PeerConnection eldest;
            synchronized (this) {
                if (taken < limits.maxConnections()) {
                    return true;
                }
                eldest = ending.isEmpty() ? eldest(connecting) : eldest(ending);
            }
            if (eldest == null) {
                return false;
            }
            eldest.giveWay();
        }
    }

    private static @Nullable PeerConnection eldest(Set<PeerConnection> connections) {
        Iterator<PeerConnection> all = connections.iterator();
        return all.hasNext() ? all.next() : null;
    }

    synchronized void isConnecting(PeerConnection connection) {
        connecting.add(connection);
    }

    synchronized void isOpen(PeerConnection connection) {
        connecting.remove(connection);
    }

    synchronized void isEnding(PeerConnection connection) {
        connecting.remove(connection);
        ending.add(connection);
    }

    synchronized void release(PeerConnection connection) {
        connecting.remove(connection);
        ending.remove(connection);
        taken--;
    }
}

package io.stoa.libprocess;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Peers over TCP. Closing it loses all links, and what has not been sent; not to be done on an executor of it. */
public final class TcpPeers implements Peers, AutoCloseable {

    private final Upid own;
    private final PeerLimits limits;
    private final TransportCounts counts;
    private final PeerSockets sockets;
    private final UnsentBytes all;
    private final Pot unlinked;
    private final Pot authentications;
    private final Pot frameworks;
    private final ConcurrentMap<String, PeerConnection> connections = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** @param own any process of ours: where all of them can be reached */
    public TcpPeers(Upid own, PeerLimits limits, TransportCounts counts) {
        this(own, limits, counts, new PeerSockets(new OwnAddress(own), limits));
    }

    TcpPeers(Upid own, PeerLimits limits, TransportCounts counts, PeerSockets sockets) {
        this.own = own;
        this.limits = limits;
        this.counts = counts;
        this.sockets = sockets;
        all = new UnsentBytes(limits.maxUnsentBytes(), limits.alwaysUnsentBytes());
        unlinked = new Pot(0, limits.unlinked());
        authentications = new Pot(1, limits.authentications());
        frameworks = new Pot(2, limits.frameworks());
    }

    @Override
    public Executor executor(Upid peer) {
        return sockets.loopOf(peer.address());
    }

    @Override
    public boolean send(String from, Upid to, String name, byte[] body) {
        Upid sender = own.withId(from);
        while (true) {
            PeerConnection connection = connection(to, unlinked);
            PeerConnection.Taken taken = connection == null
                    ? PeerConnection.Taken.FULL
                    : connection.offer(MessageEncoder.encode(sender, to, name, body));
            if (taken == PeerConnection.Taken.TAKEN) {
                return true;
            }
            if (taken == PeerConnection.Taken.FULL) {
                counts.refused.increment();
                if (connection != null) {
                    connection.endWhenIdle();
                }
                return false;
            }
            connections.remove(to.address(), connection);
        }
    }

    @Override
    public Link link(String from, Upid to, LinkPurpose purpose, Runnable onLost) {
        Pot pot = purpose == LinkPurpose.FRAMEWORK ? frameworks : authentications;
        PeerLink link = new PeerLink(own.withId(from), to, executor(to), onLost, counts);
        while (true) {
            PeerConnection connection = connection(to, pot);
            PeerConnection.Taken taken = connection == null ? PeerConnection.Taken.FULL : connection.attach(link, pot);
            while (connection != null && taken == PeerConnection.Taken.FULL && pot.makeRoom()) {
                taken = connection.attach(link, pot);
            }
            if (taken == PeerConnection.Taken.TAKEN) {
                return link;
            }
            if (taken == PeerConnection.Taken.FULL) {
                counts.linksRefused.increment();
                link.lost();
                return link;
            }
            connections.remove(to.address(), connection);
        }
    }

    /** The one to that address, or a new one; null where there may be no more. */
    private @Nullable PeerConnection connection(Upid to, Pot pot) {
        PeerConnection present = connections.get(to.address());
        if (present != null || closed) {
            return present;
        }
        while (!pot.take()) {
            if (!pot.makeRoom()) {
                return null;
            }
        }
        PeerConnection next = new PeerConnection(to, pot, sockets, limits, all, counts, this::remove);
        PeerConnection other = connections.putIfAbsent(to.address(), next);
        if (other != null) {
            next.endWhenIdle();
            return other;
        }
        if (closed) {
            next.lose("closed");
        }
        return next;
    }

    private void remove(PeerConnection connection) {
        connections.remove(connection.address(), connection);
    }

    @Override
    public void close() {
        closed = true;
        connections.values().forEach(connection -> connection.lose("closed"));
        sockets.close();
    }
}

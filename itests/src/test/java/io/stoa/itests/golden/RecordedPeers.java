package io.stoa.itests.golden;

import io.stoa.libprocess.Link;
import io.stoa.libprocess.LinkPurpose;
import io.stoa.libprocess.Peers;
import io.stoa.libprocess.Upid;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;

/** The processes of recorded frameworks: keeps what they are sent, and when. Safe for use by any thread. */
final class RecordedPeers implements Peers, AutoCloseable {

    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private final DoubleSupplier clock;
    private final List<Arrival> arrivals = new ArrayList<>();
    private final List<PeerLink> links = new ArrayList<>();
    private final Set<Integer> gone = new HashSet<>();

    /** @param clock in seconds of the recording */
    RecordedPeers(DoubleSupplier clock) {
        this.clock = clock;
    }

    /** A message that has come. */
    @SuppressWarnings("ArrayRecordComponent") // Compared by what it holds, never by equals.
    record Arrival(double at, Upid to, String name, byte[] body) {}

    @Override
    public ExecutorService executor(Upid peer) {
        return loop;
    }

    ExecutorService loop() {
        return loop;
    }

    @Override
    public synchronized boolean send(String from, Upid to, String name, byte[] body) {
        return gone.contains(to.port()) || arrivals.add(new Arrival(clock.getAsDouble(), to, name, body));
    }

    @Override
    public synchronized Link link(String from, Upid to, LinkPurpose purpose, Runnable onLost) {
        PeerLink link = new PeerLink(to, onLost);
        links.add(link);
        return link;
    }

    /** Somebody is there, or there again. */
    synchronized void isThere(Upid pid) {
        gone.remove(pid.port());
    }

    /** @param listens whether who is there can be reached still */
    synchronized void closeLinks(int port, boolean listens) {
        if (!listens) {
            gone.add(port);
        }
        for (PeerLink link : List.copyOf(links)) {
            if (link.to.port() == port) {
                links.remove(link);
                loop.execute(link.onLost);
            }
        }
    }

    /** Takes the first of those that are in question, where it is the right one. */
    synchronized Optional<Arrival> take(Predicate<Arrival> inQuestion, Predicate<Arrival> right) {
        for (Iterator<Arrival> all = arrivals.iterator(); all.hasNext(); ) {
            Arrival arrival = all.next();
            if (inQuestion.test(arrival)) {
                if (right.test(arrival)) {
                    all.remove();
                    return Optional.of(arrival);
                }
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** What nobody took. */
    synchronized List<Arrival> left() {
        return List.copyOf(arrivals);
    }

    @Override
    public void close() {
        loop.shutdownNow();
    }

    private final class PeerLink implements Link {

        private final Upid to;
        private final Runnable onLost;

        private PeerLink(Upid to, Runnable onLost) {
            this.to = to;
            this.onLost = onLost;
        }

        @Override
        public boolean send(String name, byte[] body) {
            synchronized (RecordedPeers.this) {
                return links.contains(this) && arrivals.add(new Arrival(clock.getAsDouble(), to, name, body));
            }
        }

        @Override
        public void whenCaughtUp(int heldBytes, Runnable action) {
            loop.execute(action);
        }

        @Override
        public void abandon() {
            close();
        }

        @Override
        public void close() {
            synchronized (RecordedPeers.this) {
                links.remove(this);
            }
        }
    }
}

package io.stoa.libprocess;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;

/** Keeps what is sent; everything else happens when a test says so. Safe for use by any thread. */
public final class FakePeers implements Peers {

    private final Executor executor;
    private final List<Sent> sent = Collections.synchronizedList(new ArrayList<>());
    private final List<FakeLink> links = Collections.synchronizedList(new ArrayList<>());

    /** A message that was sent, over a link or without one. */
    @SuppressWarnings("ArrayRecordComponent") // Read by tests only.
    public record Sent(String from, Upid to, String name, byte[] body, boolean linked) {}

    /** @param executor of all peers */
    public FakePeers(Executor executor) {
        this.executor = executor;
    }

    /** Everything in order; a copy. */
    public List<Sent> sent() {
        synchronized (sent) {
            return List.copyOf(sent);
        }
    }

    /** All that were ever made, in order; a copy. */
    public List<FakeLink> links() {
        synchronized (links) {
            return List.copyOf(links);
        }
    }

    @Override
    public Executor executor(Upid peer) {
        return executor;
    }

    @Override
    public boolean send(String from, Upid to, String name, byte[] body) {
        return sent.add(new Sent(from, to, name, body, false));
    }

    @Override
    public FakeLink link(String from, Upid to, LinkPurpose purpose, Runnable onLost) {
        FakeLink link = new FakeLink(from, to, purpose, onLost);
        links.add(link);
        return link;
    }

    /** A link which lasts until {@link #lose}. */
    public final class FakeLink implements Link {

        public final String from;
        public final Upid to;
        public final LinkPurpose purpose;
        private final Runnable onLost;
        private final List<Runnable> held = new ArrayList<>();
        private boolean over;

        private FakeLink(String from, Upid to, LinkPurpose purpose, Runnable onLost) {
            this.from = from;
            this.to = to;
            this.purpose = purpose;
            this.onLost = onLost;
        }

        @Override
        public synchronized boolean send(String name, byte[] body) {
            return !over && sent.add(new Sent(from, to, name, body, true));
        }

        @Override
        public synchronized void whenCaughtUp(int heldBytes, Runnable action) {
            if (!over) {
                held.add(action);
            }
        }

        /** The peer has read all that it was sent. */
        public synchronized void catchUp() {
            held.forEach(executor::execute);
            held.clear();
        }

        /** The connection breaks. */
        public synchronized void lose() {
            if (!over) {
                over = true;
                executor.execute(onLost);
            }
        }

        /** Whether it is neither closed nor lost. */
        public synchronized boolean isOpen() {
            return !over;
        }

        @Override
        public synchronized void close() {
            over = true;
        }

        @Override
        public void abandon() {
            close();
        }
    }
}

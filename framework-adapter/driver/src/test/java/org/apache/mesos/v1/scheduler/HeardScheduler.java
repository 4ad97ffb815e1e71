package org.apache.mesos.v1.scheduler;

import io.stoa.testing.Patience;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;
import org.apache.mesos.v1.scheduler.Protos.Event;

/** A scheduler that notes its callbacks, heartbeats left out, and then does what a test says. */
final class HeardScheduler implements Scheduler {

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private volatile BiConsumer<Mesos, String> reaction = (mesos, line) -> {};

    /** What it does on each callback, whose name or type it is given. */
    void react(BiConsumer<Mesos, String> newReaction) {
        reaction = newReaction;
    }

    /** The next callback's name or type; waits for it with patience. */
    String next() throws InterruptedException {
        String next = Patience.next(heard);
        return next == null ? "nothing" : next;
    }

    /** Of the next callback, which must be an event. */
    Event event() throws InterruptedException {
        next();
        return events.take();
    }

    boolean isEmpty() {
        return heard.isEmpty();
    }

    private void add(Mesos mesos, String line) {
        BiConsumer<Mesos, String> now = reaction;
        heard.add(line);
        now.accept(mesos, line);
    }

    @Override
    public void connected(Mesos mesos) {
        add(mesos, "connected");
    }

    @Override
    public void disconnected(Mesos mesos) {
        add(mesos, "disconnected");
    }

    @Override
    public void received(Mesos mesos, Event event) {
        if (event.getType() != Event.Type.HEARTBEAT) {
            events.add(event);
            add(mesos, event.getType().name());
        }
    }
}

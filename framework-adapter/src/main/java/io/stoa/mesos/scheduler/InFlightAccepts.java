package io.stoa.mesos.scheduler;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Lets calls that ask for tasks wait for the launches that the framework asked for before them and that are not decided
 * yet. Belongs to the session's executor. Accepts end in the order in which they began.
 */
final class InFlightAccepts {

    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private long begun;
    private long ended;

    void begin() {
        begun++;
    }

    void end() {
        ended++;
        while (!waiting.isEmpty() && waiting.peek().accepts() <= ended) {
            waiting.remove().action().run();
        }
    }

    /** Runs it now, or as soon as every accept that has begun by now has ended. */
    void afterwards(Runnable action) {
        if (begun == ended) {
            action.run();
        } else {
            waiting.add(new Waiting(begun, action));
        }
    }

    private record Waiting(long accepts, Runnable action) {}
}

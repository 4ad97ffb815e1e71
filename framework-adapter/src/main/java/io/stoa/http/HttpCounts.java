package io.stoa.http;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a server has refused since its process began, and what is there now, as {@code stoa/http/…}. Safe for use by any
 * thread.
 */
public final class HttpCounts {

    private static final String PREFIX = "stoa/http/";

    final AtomicInteger connections = new AtomicInteger();
    /** Closed at once: there were as many as there may be. */
    final LongAdder connectionsRefused = new LongAdder();
    /** Times that no connection could be taken, such as for want of a file descriptor. */
    final LongAdder acceptFailures = new LongAdder();

    /** Connections of peers over gRPC that did not even say that they are there. */
    final LongAdder silentCut = new LongAdder();

    /** Over gRPC, since too much of all answers was not read, and these had waited for the longest. */
    final LongAdder answersReset = new LongAdder();

    private final LongAdder authenticationsRefused = new LongAdder();

    /** Somebody has not proved who he is. */
    public void authenticationRefused() {
        authenticationsRefused.increment();
    }

    /** All figures by name. */
    public void addTo(Map<String, Double> figures) {
        put(figures, "connections", connections);
        put(figures, "connections_refused", connectionsRefused);
        put(figures, "accept_failures", acceptFailures);
        put(figures, "silent_cut", silentCut);
        put(figures, "answers_reset", answersReset);
        put(figures, "authentications_refused", authenticationsRefused);
    }

    private static void put(Map<String, Double> figures, String name, Number count) {
        figures.put(PREFIX + name, count.doubleValue());
    }
}

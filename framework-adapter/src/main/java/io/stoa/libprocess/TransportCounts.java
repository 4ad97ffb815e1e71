package io.stoa.libprocess;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What has happened between this process and libprocess' peers since it began, and what is there now, as
 * {@code stoa/libprocess/…}. Safe for use by any thread.
 */
public final class TransportCounts {

    private static final String PREFIX = "stoa/libprocess/";

    final LongAdder received = new LongAdder();
    /** Their sender could not be answered; dropped. */
    final LongAdder withoutSender = new LongAdder();
    /** Refused, since they came from another address than they named. */
    final LongAdder elsewhere = new LongAdder();
    /** To a process that is not there. */
    final LongAdder unknownReceiver = new LongAdder();

    final LongAdder sent = new LongAdder();
    /** Not taken since too much, or too many, waited already. */
    final LongAdder refused = new LongAdder();
    /** Taken, but their connection was lost before they had left. */
    final LongAdder lost = new LongAdder();

    final LongAdder linksRefused = new LongAdder();
    /** Lost since their peer did not read. */
    final LongAdder linksOverflowed = new LongAdder();
    /** For whichever reason, those above included. */
    final LongAdder linksLost = new LongAdder();

    final LongAdder connections = new LongAdder();

    /** All figures by name. */
    public void addTo(Map<String, Double> figures) {
        put(figures, "messages_received", received);
        put(figures, "messages_without_sender", withoutSender);
        put(figures, "messages_from_another_address", elsewhere);
        put(figures, "messages_to_unknown_process", unknownReceiver);
        put(figures, "messages_sent", sent);
        put(figures, "messages_refused", refused);
        put(figures, "messages_lost", lost);
        put(figures, "links_refused", linksRefused);
        put(figures, "links_overflowed", linksOverflowed);
        put(figures, "links_lost", linksLost);
        put(figures, "connections", connections);
    }

    private static void put(Map<String, Double> figures, String name, LongAdder count) {
        figures.put(PREFIX + name, (double) count.sum());
    }
}

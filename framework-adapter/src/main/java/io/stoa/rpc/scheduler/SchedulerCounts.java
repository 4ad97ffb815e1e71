package io.stoa.rpc.scheduler;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What has happened to schedulers over RPC since this process began, as {@code stoa/rpc/…}. Safe for use by any thread.
 */
public final class SchedulerCounts {

    private static final String PREFIX = "stoa/rpc/";

    /** Calls of those who have not proved who they are. */
    final LongAdder authenticationsRefused = new LongAdder();

    /** Of events, which their schedulers read too slowly. */
    final LongAdder streamsCut = new LongAdder();

    /** All figures by name. */
    public void addTo(Map<String, Double> figures) {
        figures.put(PREFIX + "streams_cut", streamsCut.doubleValue());
        figures.put(PREFIX + "authentications_refused", authenticationsRefused.doubleValue());
    }
}

package io.stoa.rpc.cluster;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What has happened to readers over RPC since this process began, and how many there are, as {@code stoa/rpc/…}. Safe
 * for use by any thread.
 */
public final class ReaderCounts {

    private static final String PREFIX = "stoa/rpc/";

    final AtomicInteger watchers = new AtomicInteger();
    /** There were too many. */
    final LongAdder watchersRefused = new LongAdder();
    /** They read so slowly that what came next was not kept any more. */
    final LongAdder watchersCut = new LongAdder();
    /** What all of them had not read together was too much, and they were the slowest. */
    final LongAdder watchersDropped = new LongAdder();

    final AtomicInteger snapshots = new AtomicInteger();
    /** There were too many. */
    final LongAdder snapshotsRefused = new LongAdder();
    /** They were not read. */
    final LongAdder snapshotsCut = new LongAdder();

    /** All figures by name. */
    public void addTo(Map<String, Double> figures) {
        put(figures, "watchers", watchers);
        put(figures, "watchers_refused", watchersRefused);
        put(figures, "watchers_cut", watchersCut);
        put(figures, "watchers_dropped", watchersDropped);
        put(figures, "snapshots", snapshots);
        put(figures, "snapshots_refused", snapshotsRefused);
        put(figures, "snapshots_cut", snapshotsCut);
    }

    private static void put(Map<String, Double> figures, String name, Number count) {
        figures.put(PREFIX + name, count.doubleValue());
    }
}

package io.stoa.itests.golden;

import java.util.concurrent.locks.LockSupport;

/** Seconds since a replay began. On a machine that is too slow it stands still, so that pauses never get shorter. */
final class ReplayClock {

    private volatile long startNs = System.nanoTime();

    double now() {
        return (System.nanoTime() - startNs) / 1e9;
    }

    /** Afterwards it is that late, and not later. */
    void waitUntil(double seconds) {
        long sinceStartNs = (long) (seconds * 1e9);
        long dueNs = startNs + sinceStartNs;
        if (System.nanoTime() >= dueNs) {
            startNs = System.nanoTime() - sinceStartNs;
            return;
        }
        for (long leftNs = dueNs - System.nanoTime(); leftNs > 0; leftNs = dueNs - System.nanoTime()) {
            LockSupport.parkNanos(leftNs);
        }
    }
}

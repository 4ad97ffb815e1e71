package io.stoa.itests.golden;

import io.stoa.time.ManualTime;
import java.util.OptionalLong;

/**
 * The time of a replay, in seconds since the recording began. It is moved by hand: from one timer of the cluster to the
 * next, and never before everything has settled that the last one set off. When something comes later than it was
 * recorded, the clock stands still for as long, so that pauses never get shorter.
 */
final class ReplayClock {

    /** The recorded masters' cycles of allocation took this long, or a little longer; those here take a second. */
    static final double CYCLE_S = 1.0005;

    private final ManualTime time;
    private final Runnable settle;
    private final long startMs;
    private final double firstCycle;
    private volatile double lateS;

    /**
     * @param time at the moment at which the allocator was started
     * @param settle waits until nothing in the cluster is under way
     * @param firstCycle when the first recorded cycle of allocation ran, or would have, in seconds
     */
    ReplayClock(ManualTime time, Runnable settle, double firstCycle) {
        this.time = time;
        this.settle = settle;
        this.startMs = time.monotonicMs();
        this.firstCycle = firstCycle;
    }

    double now() {
        double sinceFirstCycle = (time.monotonicMs() - startMs) / 1e3 - 1;
        return firstCycle + sinceFirstCycle * CYCLE_S - lateS;
    }

    private long toMs(double seconds) {
        return startMs + (long) Math.ceil((1 + (seconds + lateS - firstCycle) / CYCLE_S) * 1e3);
    }

    /** How long something recorded takes here, in ms. */
    static long durationMs(double seconds) {
        return (long) (Math.max(0, seconds) * 1e3 / CYCLE_S);
    }

    /** Afterwards it is that late, and not later. */
    void runTo(double seconds) {
        settle.run();
        while (stepTo(seconds)) {
            // One timer after the other.
        }
        double lateBefore = lateS;
        lateS = lateBefore + (time.monotonicMs() - toMs(seconds)) / 1e3 * CYCLE_S;
    }

    /** Goes on to the next timer, or to that moment where none is due before. False where it is that late already. */
    boolean stepTo(double seconds) {
        long targetMs = toMs(seconds);
        OptionalLong dueMs = time.nextDueMs();
        boolean due = dueMs.isPresent() && dueMs.getAsLong() <= targetMs;
        if (!due && time.monotonicMs() >= targetMs) {
            return false;
        }
        time.advance(Math.max(0, (due ? dueMs.getAsLong() : targetMs) - time.monotonicMs()));
        settle.run();
        return true;
    }
}

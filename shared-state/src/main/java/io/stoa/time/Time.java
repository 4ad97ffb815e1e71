package io.stoa.time;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A clock with timers. */
public interface Time {

    /** Now, in ms since the epoch; follows the wall clock. For what people and messages see. */
    long epochMs();

    /** Now, in ms since an arbitrary moment; never goes back. For measuring and for deadlines. */
    long monotonicMs();

    /** {@link #monotonicMs()} in ns, as far as the clock can tell. */
    default long monotonicNanos() {
        return TimeUnit.MILLISECONDS.toNanos(monotonicMs());
    }

    /**
     * Runs something later, once.
     *
     * @param delayMs from now, at least 0
     * @param executor where {@code action} runs
     */
    Timer after(long delayMs, Executor executor, Runnable action);

    /** Something that will happen, unless cancelled before. */
    interface Timer {

        /** Has no effect on what has begun already. */
        void cancel();
    }
}

package io.stoa.driver.scheduler;

import io.stoa.driver.loop.EventLoop;
import io.stoa.driver.loop.Timer;
import org.jspecify.annotations.Nullable;

/** Does something again after a wait that doubles each time, up to a longest one. Belongs to the driver's loop. */
final class GrowingDelay {

    private final EventLoop loop;
    private final long firstMs;
    private final long longestMs;
    private final Runnable action;
    private long nextMs;
    private @Nullable Timer timer;

    GrowingDelay(EventLoop loop, long firstMs, long longestMs, Runnable action) {
        this.loop = loop;
        this.firstMs = firstMs;
        this.longestMs = longestMs;
        this.action = action;
        nextMs = firstMs;
    }

    boolean begun() {
        return timer != null;
    }

    /** Does nothing where the wait has begun before. */
    void begin() {
        if (timer == null) {
            timer = loop.schedule(nextMs, () -> {
                timer = null;
                action.run();
            });
            nextMs = Math.min(2 * nextMs, longestMs);
        }
    }

    /** Ends the wait, if there is one; the next one is short again. */
    void reset() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        nextMs = firstMs;
    }
}

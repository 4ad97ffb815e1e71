package io.stoa.driver.detector;

import io.stoa.driver.loop.EventLoop;
import io.stoa.driver.loop.Timer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that ZooKeeper cannot be reached: soon, then ever less often. Its client would say so with a stack, every
 * second, for each server. Belongs to the detector's loop.
 */
final class UnreachableNotice {

    private static final Logger LOG = LoggerFactory.getLogger(UnreachableNotice.class);
    private static final long LONGEST_WAIT_MS = 60_000;

    private final ZooKeeperUrl url;
    private final EventLoop loop;
    private final long firstWaitMs;
    private @Nullable Timer next;
    private long waitMs;
    private long beganNanos;
    private boolean told;

    UnreachableNotice(ZooKeeperUrl url, EventLoop loop, long firstWaitMs) {
        this.url = url;
        this.loop = loop;
        this.firstWaitMs = firstWaitMs;
    }

    /** There is no connection. */
    void begin() {
        if (next == null) {
            told = false;
            beganNanos = System.nanoTime();
            waitMs = firstWaitMs;
            next = loop.schedule(waitMs, this::tell);
        }
    }

    private void tell() {
        waitMs = Math.min(2 * waitMs, Math.max(LONGEST_WAIT_MS, firstWaitMs));
        next = loop.schedule(waitMs, this::tell);
        told = true;
        LOG.warn("ZooKeeper cannot be reached url={} forMs={}", url, elapsedMs());
    }

    /** There is one. */
    void reached() {
        if (next != null && told) {
            LOG.info("ZooKeeper is reached url={} afterMs={}", url, elapsedMs());
        }
        end();
    }

    /** None is wanted any more. */
    void end() {
        if (next != null) {
            next.cancel();
            next = null;
        }
    }

    private long elapsedMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNanos);
    }
}

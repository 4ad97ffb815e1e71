package io.stoa.driver.executor;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process if the executor has not done so by itself, some time after it was asked to. On a thread of its own,
 * since the executor's callback may not come back.
 */
public final class ShutdownDeadline {

    private static final Logger LOGGER = LoggerFactory.getLogger(ShutdownDeadline.class);

    private final Runnable kill;
    private boolean started;

    /** @param kill ends the process */
    public ShutdownDeadline(Runnable kill) {
        this.kill = kill;
    }

    /** The first call counts. */
    synchronized void start(long graceMs) {
        if (started) {
            return;
        }
        started = true;
        LOGGER.info("The executor is to end grace_ms={}", graceMs);
        Thread thread = new Thread(() -> killAfter(graceMs), "stoa-driver-shutdown");
        thread.setDaemon(true);
        thread.start();
    }

    private void killAfter(long graceMs) {
        try {
            TimeUnit.MILLISECONDS.sleep(graceMs);
        } catch (InterruptedException e) {
            // Whoever interrupts it cannot mean that the executor may stay.
            LOGGER.warn("The end of the executor comes early", e);
        }
        kill.run();
    }
}

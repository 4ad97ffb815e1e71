package io.stoa.driver.scheduler;

import io.stoa.driver.DriverLife;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the framework back: only while the driver runs, and whatever the framework throws, checked exceptions that it
 * did not declare too, aborts the driver.
 */
final class FrameworkVoice {

    private static final Logger LOG = LoggerFactory.getLogger(FrameworkVoice.class);

    private final DriverLife life;
    private final Runnable abort;

    /** @param abort aborts the driver, if it runs */
    FrameworkVoice(DriverLife life, Runnable abort) {
        this.life = life;
        this.abort = abort;
    }

    void call(Callback callback) {
        if (life.running()) {
            callAnyway(callback);
        }
    }

    /** The driver is aborted first. */
    void error(Callback callback) {
        if (life.running()) {
            abort.run();
            callAnyway(callback);
        }
    }

    /** For what must be said before the driver runs. */
    void callAnyway(Callback callback) {
        try {
            callback.run();
        } catch (UnreadableMessageException e) {
            LOG.warn("the framework is not told of a message", e);
        } catch (Throwable e) {
            // Aborting comes first: without memory there may be no line in the log.
            abort.run();
            LOG.error("The framework's scheduler has thrown: the driver aborts", e);
        }
    }

    /** Whether the framework, in what it was called for last, has left the driver running. */
    boolean heard() {
        return life.running();
    }

    /** A method of the framework's. */
    interface Callback {

        void run() throws IOException;
    }
}

package io.stoa.driver.v1;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows when a scheduler's callback throws: the process ends, as libmesos ends it, by whatever means its
 * supervisor sees as a crash. A scheduler that is called no more, in a process that lives, would be worse.
 */
public final class LastResort {

    private static final Logger LOGGER = LoggerFactory.getLogger(LastResort.class);
    /** As of a process that has aborted. */
    private static final int ABORTED = 134;

    private LastResort() {}

    /** Does not return. */
    public static void abort(Throwable thrown) {
        try {
            LOGGER.error("A callback of the scheduler has thrown, the process is aborted", thrown);
        } finally {
            Runtime.getRuntime().halt(ABORTED);
        }
    }
}

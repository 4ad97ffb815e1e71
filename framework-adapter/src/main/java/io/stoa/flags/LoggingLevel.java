package io.stoa.flags;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.stoa.time.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * How much of itself a server logs beyond what its flags say, for some time: Mesos' verbosity. 0: what the flags say;
 * 1: what Stoa's own classes log at DEBUG, too; from 2 on, what they log at TRACE. Less than 0 is as 0.
 */
public final class LoggingLevel {

    private static final String OWN = "io.stoa";

    private final Time time;
    private int level;
    private Time.@Nullable Timer end;

    public LoggingLevel(Time time) {
        this.time = time;
    }

    public synchronized int level() {
        return level;
    }

    /** @param durationMs after which the level is 0 again */
    public synchronized void set(int wanted, long durationMs) {
        if (end != null) {
            end.cancel();
            end = null;
        }
        apply(wanted);
        if (wanted != 0) {
            end = time.after(durationMs, Runnable::run, () -> set(0, 0));
        }
    }

    private void apply(int wanted) {
        level = wanted;
        Logger own = (Logger) LoggerFactory.getLogger(OWN);
        own.setLevel(wanted <= 0 ? null : wanted == 1 ? Level.DEBUG : Level.TRACE);
    }
}

package io.stoa.driver.scheduler;

import io.stoa.driver.DurationText;
import io.stoa.driver.detector.DetectorTimes;
import io.stoa.driver.http.ConnectionLimits;
import java.util.Map;
import java.util.function.LongSupplier;

/** How patient a scheduler driver is. */
public final class SchedulerSettings {

    private static final String BACKOFF_FACTOR = "MESOS_REGISTRATION_BACKOFF_FACTOR";
    private static final long USUAL_BACKOFF_MS = 2_000;
    private static final long USUAL_FIRST_DELAY_MS = 1_000;

    private final long backoffMs;
    private final ConnectionLimits limits;
    private final DetectorTimes times;
    private final long firstDelayMs;
    private final LongSupplier nanoClock;

    /** @param backoffMs the longest wait before the first repetition of SUBSCRIBE; a random part of it is waited */
    public SchedulerSettings(long backoffMs, ConnectionLimits limits, DetectorTimes times) {
        this(backoffMs, limits, times, USUAL_FIRST_DELAY_MS, System::nanoTime);
    }

    private SchedulerSettings(
            long backoffMs, ConnectionLimits limits, DetectorTimes times, long firstDelayMs, LongSupplier nanoClock) {
        this.backoffMs = backoffMs;
        this.limits = limits;
        this.times = times;
        this.firstDelayMs = firstDelayMs;
        this.nanoClock = nanoClock;
    }

    /**
     * Reads what libmesos reads of the environment, as far as it has a meaning here.
     *
     * @throws IllegalArgumentException if it cannot be understood; the text is for the framework
     */
    public static SchedulerSettings of(Map<String, String> environment) {
        String given = environment.get(BACKOFF_FACTOR);
        return new SchedulerSettings(
                given == null ? USUAL_BACKOFF_MS : durationMs(given), ConnectionLimits.usual(), DetectorTimes.usual());
    }

    /** How long is waited before a call that was not taken is made again for the first time. */
    SchedulerSettings withFirstDelayMs(long delayMs) {
        return new SchedulerSettings(backoffMs, limits, times, delayMs, nanoClock);
    }

    /** What tells how long the master has not said that the framework is subscribed. */
    SchedulerSettings withNanoClock(LongSupplier clock) {
        return new SchedulerSettings(backoffMs, limits, times, firstDelayMs, clock);
    }

    private static long durationMs(String text) {
        try {
            return DurationText.millis(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Failed to load value '" + text + "' for flag 'registration_backoff_factor': " + e.getMessage(), e);
        }
    }

    long backoffMs() {
        return backoffMs;
    }

    ConnectionLimits limits() {
        return limits;
    }

    DetectorTimes times() {
        return times;
    }

    long firstDelayMs() {
        return firstDelayMs;
    }

    LongSupplier nanoClock() {
        return nanoClock;
    }
}

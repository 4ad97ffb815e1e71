package io.stoa.driver.scheduler;

import io.stoa.driver.detector.DetectorTimes;
import io.stoa.driver.http.ConnectionLimits;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How patient a scheduler driver is. */
public final class SchedulerSettings {

    private static final String BACKOFF_FACTOR = "MESOS_REGISTRATION_BACKOFF_FACTOR";
    private static final long USUAL_BACKOFF_MS = 2_000;
    private static final Pattern DURATION =
            Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|ms|secs|mins|hrs|days|weeks)");

    private final long backoffMs;
    private final ConnectionLimits limits;
    private final DetectorTimes times;

    /** @param backoffMs the longest wait before the first repetition of SUBSCRIBE; a random part of it is waited */
    public SchedulerSettings(long backoffMs, ConnectionLimits limits, DetectorTimes times) {
        this.backoffMs = backoffMs;
        this.limits = limits;
        this.times = times;
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

    private static long durationMs(String text) {
        Matcher matcher = DURATION.matcher(text.trim().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("Failed to load value '" + text
                    + "' for flag 'registration_backoff_factor' (expected: a duration such as 2secs)");
        }
        return (long) (Double.parseDouble(matcher.group(1)) * millisIn(matcher.group(2)));
    }

    private static double millisIn(String unit) {
        switch (unit) {
            case "ns":
                return 1e-6;
            case "us":
                return 1e-3;
            case "ms":
                return 1;
            case "secs":
                return 1e3;
            case "mins":
                return 6e4;
            case "hrs":
                return 3.6e6;
            case "days":
                return 8.64e7;
            default:
                return 6.048e8;
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
}

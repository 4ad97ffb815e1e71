package io.stoa.driver;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Mesos writes them: {@code 5secs}, {@code 1.5mins}. */
public final class DurationText {

    private static final Pattern DURATION =
            Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|ms|secs|mins|hrs|days|weeks)");

    private DurationText() {}

    /**
     * In milliseconds, rounded down.
     *
     * @throws IllegalArgumentException if it is no duration
     */
    public static long millis(String text) {
        Matcher matcher = DURATION.matcher(text.trim().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("Invalid duration '" + text + "' (expected: such as 5secs)");
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
}

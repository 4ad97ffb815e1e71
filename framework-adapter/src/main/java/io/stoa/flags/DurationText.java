package io.stoa.flags;

/** Durations as Mesos prints them. */
public final class DurationText {

    private static final long[] UNITS_MS = {604_800_000, 86_400_000, 3_600_000, 60_000, 1_000};
    private static final String[] NAMES = {"weeks", "days", "hrs", "mins", "secs"};

    private DurationText() {}

    /** In the largest unit in which it is a whole number: {@code 2mins}, {@code 90secs}. */
    public static String of(long ms) {
        for (int i = 0; i < UNITS_MS.length; i++) {
            if (ms >= UNITS_MS[i] && ms % UNITS_MS[i] == 0) {
                return ms / UNITS_MS[i] + NAMES[i];
            }
        }
        return ms + "ms";
    }
}

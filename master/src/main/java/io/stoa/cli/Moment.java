package io.stoa.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Points in time: Mesos' seconds on the wire, ISO 8601 for scripts, local time for people. */
final class Moment {

    private static final DateTimeFormatter FOR_PEOPLE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    private Moment() {}

    /** ISO 8601 in UTC with milliseconds; empty for 0, which is Mesos' "never". */
    static String ofSeconds(double seconds) {
        return seconds == 0
                ? ""
                : Instant.ofEpochMilli(Math.round(seconds * 1000)).toString();
    }

    static String forPeople(String iso) {
        return iso.isEmpty() ? "" : FOR_PEOPLE.format(Instant.parse(iso));
    }

    /** @param epochMs since the epoch */
    static String ofMsForPeople(long epochMs) {
        return FOR_PEOPLE.format(Instant.ofEpochMilli(epochMs));
    }

    /** How long, in the two largest units: {@code 4 min 32 s}; begun seconds count. */
    static String span(long ms) {
        long seconds = Math.max(0, Math.floorDiv(ms + 999, 1000));
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return two(seconds, 60, " min", 1, " s");
        }
        return seconds < 86_400 ? two(seconds, 3600, " h", 60, " min") : two(seconds, 86_400, " d", 3600, " h");
    }

    private static String two(long seconds, long large, String largeName, long small, String smallName) {
        long rest = seconds % large / small;
        return seconds / large + largeName + (rest == 0 ? "" : " " + rest + smallName);
    }
}

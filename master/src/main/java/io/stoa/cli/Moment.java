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
}

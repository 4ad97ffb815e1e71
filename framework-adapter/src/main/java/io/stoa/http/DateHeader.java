package io.stoa.http;

import io.stoa.time.Time;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The value of {@code Date}, made once a second. */
final class DateHeader {

    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final Time time;
    private volatile Second current = new Second(-1, "");

    DateHeader(Time time) {
        this.time = time;
    }

    String value() {
        long epochSecond = time.epochMs() / 1000;
        Second known = current;
        if (known.epochSecond() != epochSecond) {
            known = new Second(epochSecond, FORMAT.format(Instant.ofEpochSecond(epochSecond)));
            current = known;
        }
        return known.text();
    }

    private record Second(long epochSecond, String text) {}
}

package io.stoa.v0;

import com.fasterxml.jackson.core.JsonGenerator;
import io.stoa.proto.json.MesosJson;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * {@code build_date}, {@code build_time} and {@code build_user}. The time is that of the jar; who built it, and from
 * which commit, is not recorded.
 */
public final class BuildFacts {

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final Instant TIME = time();

    private BuildFacts() {}

    /** In UTC, {@code 2020-11-17 14:56:01}. */
    public static String date() {
        return DATE.format(TIME);
    }

    /** In seconds since the epoch. */
    public static double timeS() {
        return TIME.getEpochSecond();
    }

    /** Writes the fields of an object. */
    public static void write(JsonGenerator out) throws IOException {
        out.writeStringField("build_date", date());
        out.writeFieldName("build_time");
        MesosJson.writeDouble(timeS(), out);
        out.writeStringField("build_user", "");
    }

    private static Instant time() {
        try {
            return Files.getLastModifiedTime(Path.of(BuildFacts.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI()))
                    .toInstant();
        } catch (IOException | URISyntaxException e) {
            return Instant.EPOCH;
        }
    }
}

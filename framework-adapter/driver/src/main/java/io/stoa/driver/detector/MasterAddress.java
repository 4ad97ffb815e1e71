package io.stoa.driver.detector;

import io.stoa.driver.http.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;

/**
 * What a framework calls its master: {@code host:port}, {@code http://host:port}, {@code master@host:port},
 * {@code zk://user:password@host:port,host:port/path}, or {@code file://} with the path of a file that holds one of
 * these.
 */
public final class MasterAddress {

    private static final int LARGEST_FILE_BYTES = 64 * 1024;

    /** A port that no address has: it must be named. */
    private static final int NO_PORT = 0;

    private MasterAddress() {}

    /**
     * A detector for that master.
     *
     * @throws IllegalArgumentException if it is none of these; the text says why, in Mesos' words where Mesos has them
     */
    public static MasterDetector detector(String master, DetectorTimes times) {
        return detector(master, times, true);
    }

    private static MasterDetector detector(String master, DetectorTimes times, boolean files) {
        String trimmed = master.trim();
        if (trimmed.startsWith("zk://")) {
            return new ZooKeeperDetector(ZooKeeperUrl.parse(trimmed), times);
        }
        if (trimmed.startsWith("file://") && files) {
            return detector(content(trimmed.substring("file://".length())), times, false);
        }
        return new FixedDetector(fixed(trimmed));
    }

    private static String content(String path) {
        try {
            Path file = Paths.get(path);
            if (Files.size(file) > LARGEST_FILE_BYTES) {
                throw new IllegalArgumentException("Failed to read from file at '" + path + "': bytes: "
                        + Files.size(file) + " (expected: at most " + LARGEST_FILE_BYTES + ")");
            }
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            throw new IllegalArgumentException("Failed to read from file at '" + path + "'", e);
        }
    }

    private static Leader fixed(String master) {
        String address = master.startsWith("master@") ? master.substring("master@".length()) : master;
        try {
            Endpoint endpoint = Endpoint.parse(address, NO_PORT, "/");
            return new Leader(endpoint.host(), endpoint.port(), null);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Failed to parse '" + master
                            + "' (expected: host:port, http://host:port, zk://host:port/path or file:///path)",
                    e);
        }
    }
}

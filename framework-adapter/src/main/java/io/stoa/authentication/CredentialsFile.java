package io.stoa.authentication;

import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.v1.Protos.Credential;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of {@code --credentials}: {@code {"credentials": [{"principal": "p", "secret": "s"}]}}, or the text that
 * Mesos took before 1.11, a line for each, principal and secret separated by blanks. What is wrong with it is told
 * without what stands in it.
 */
public final class CredentialsFile {

    private static final Logger LOG = LoggerFactory.getLogger(CredentialsFile.class);

    /** Far beyond any list of frameworks. */
    private static final long MAX_BYTES = 16L << 20;

    private static final String FLAG = " (see --credentials flag)";
    private static final String SYNTAX_ERRORS_REST = " near: ";

    private static final Set<PosixFilePermission> OF_OTHERS = EnumSet.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

    private CredentialsFile() {}

    /** @throws IllegalArgumentException with what is wrong, in Mesos' words where it has them */
    public static Credentials read(Path file) {
        LOG.info("Loading credentials for authentication file={}", file);
        String text = text(file);
        if (text.isBlank()) {
            throw wrong("Credentials file must contain at least one credential");
        }
        warnOfOthers(file);
        return Credentials.of(text.stripLeading().startsWith("{") ? json(text) : lines(text));
    }

    private static String text(Path file) {
        try {
            long bytes = Files.size(file);
            if (bytes > MAX_BYTES) {
                throw wrong("Failed to read credentials file '" + file + "': " + bytes + " bytes (expected: at most "
                        + MAX_BYTES + ")");
            }
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalArgumentException("Failed to read credentials file '" + file + "': " + e + FLAG, e);
        }
    }

    private static void warnOfOthers(Path file) {
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains)) {
                LOG.warn(
                        "Permissions on credentials file '{}' are too open; it is recommended that your credentials file"
                                + " is NOT accessible by others",
                        file);
            }
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn("Failed to stat credentials file '{}': {}", file, e.toString());
        }
    }

    private static Map<String, String> json(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        org.apache.mesos.v1.Protos.Credentials.Builder read = org.apache.mesos.v1.Protos.Credentials.newBuilder();
        try {
            MesosJson.parse(bytes, read);
        } catch (MesosJsonException e) {
            throw wrong(
                    switch (e.step()) {
                        case PARSE -> "Invalid json format: " + e.getMessage().split(SYNTAX_ERRORS_REST, 2)[0];
                        case CONVERT -> "Failed to parse credentials: " + e.getMessage();
                    });
        }
        Map<String, String> secrets = new HashMap<>();
        for (Credential credential : read.getCredentialsList()) {
            secrets.put(credential.getPrincipal(), credential.getSecret());
        }
        return secrets;
    }

    private static Map<String, String> lines(String text) {
        Map<String, String> secrets = new HashMap<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (!line.isBlank()) {
                String[] pair = line.strip().split("\\s+", -1);
                if (pair.length != 2) {
                    throw wrong("Invalid credential format at line " + number);
                }
                secrets.put(pair[0], pair[1]);
            }
        }
        return secrets;
    }

    private static IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(what + FLAG);
    }
}

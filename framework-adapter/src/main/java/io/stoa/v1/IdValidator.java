package io.stoa.v1;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The rules for ids that end up as names of directories, and for uuids. */
public final class IdValidator {

    /** The longest file name that hosts take, in bytes. */
    private static final int MAX_BYTES = 255;

    private IdValidator() {}

    /** The rules for ids of tasks, executors, agents, frameworks and volumes alike. */
    public static Optional<String> invalidity(String id) {
        if (id.isEmpty()) {
            return Optional.of("ID must not be empty");
        }
        if (isTooLong(id)) {
            return Optional.of("ID must not be greater than " + MAX_BYTES + " characters");
        }
        if (id.equals(".") || id.equals("..")) {
            return Optional.of("'" + id + "' is disallowed");
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (c < ' ' || c == 0x7f || c == '/' || c == '\\') {
                return Optional.of("'" + id + "' contains invalid characters");
            }
        }
        return Optional.empty();
    }

    /** True for what no file can be named. */
    public static boolean isTooLong(String name) {
        return name.length() > MAX_BYTES || name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES;
    }
}

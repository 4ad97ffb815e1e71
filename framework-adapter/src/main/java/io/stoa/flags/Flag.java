package io.stoa.flags;

import java.util.Optional;

/**
 * The declaration of one flag.
 *
 * @param name as typed after {@code --}, in lower case
 * @param alias another name of it
 * @param defaultText what counts when it is not given, in the form in which it would be typed
 * @param required whether it has to be given
 * @param help one or more lines
 */
public record Flag<T>(
        String name,
        FlagType<T> type,
        Optional<String> alias,
        Optional<String> defaultText,
        boolean required,
        String help) {

    /** A flag that may be left out. */
    public static <T> Flag<T> of(String name, FlagType<T> type, String help) {
        return new Flag<>(name, type, Optional.empty(), Optional.empty(), false, help);
    }

    public Flag<T> withDefault(String text) {
        return new Flag<>(name, type, alias, Optional.of(text), required, help);
    }

    public Flag<T> withAlias(String other) {
        return new Flag<>(name, type, Optional.of(other), defaultText, required, help);
    }

    /** The same flag, but one that has to be given. */
    public Flag<T> asRequired() {
        return new Flag<>(name, type, alias, defaultText, true, help);
    }

    boolean isBoolean() {
        return type.equals(FlagType.BOOLEAN);
    }

    /** {@code --[no-]name} or {@code --name=VALUE}. */
    String synopsis() {
        String own = spelled(name);
        return alias.map(other -> own + ", " + spelled(other)).orElse(own);
    }

    private String spelled(String spelling) {
        return isBoolean() ? "--[no-]" + spelling : "--" + spelling + "=VALUE";
    }
}

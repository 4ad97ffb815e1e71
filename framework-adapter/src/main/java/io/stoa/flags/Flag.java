package io.stoa.flags;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The declaration of one flag.
 *
 * @param name as typed after {@code --}, in lower case
 * @param alias another name of it
 * @param variable of the environment that gives it, too; in capitals
 * @param defaultText what counts when it is not given, in the form in which it would be typed
 * @param required whether it has to be given
 * @param effective false for one that Mesos has and that changes nothing here
 * @param help one or more lines; empty where it has no effect
 */
public record Flag<T>(
        String name,
        FlagType<T> type,
        Optional<String> alias,
        Optional<String> variable,
        Optional<String> defaultText,
        boolean required,
        boolean effective,
        String help) {

    /** A flag that may be left out. */
    public static <T> Flag<T> of(String name, FlagType<T> type, String help) {
        return new Flag<>(name, type, Optional.empty(), Optional.empty(), Optional.empty(), false, true, help);
    }

    /**
     * Flags that Mesos has and that change nothing here, so that its command lines start this program, too.
     *
     * @param names separated by white space; {@code name/alias} where there is an older name
     */
    public static <T> List<Flag<?>> withoutEffect(FlagType<T> type, String names) {
        return Arrays.stream(names.strip().split("\\s+", 0))
                .<Flag<?>>map(text -> {
                    String[] spellings = text.split("/", 2);
                    Optional<String> alias = spellings.length == 1 ? Optional.empty() : Optional.of(spellings[1]);
                    return new Flag<>(spellings[0], type, alias, Optional.empty(), Optional.empty(), false, false, "");
                })
                .toList();
    }

    public Flag<T> withDefault(String text) {
        return new Flag<>(name, type, alias, variable, Optional.of(text), required, effective, help);
    }

    public Flag<T> withAlias(String other) {
        return new Flag<>(name, type, Optional.of(other), variable, defaultText, required, effective, help);
    }

    /** The same flag, also given by a variable that does not begin with {@code MESOS_}. */
    public Flag<T> withVariable(String other) {
        return new Flag<>(name, type, alias, Optional.of(other), defaultText, required, effective, help);
    }

    /** The same flag, but one that has to be given. */
    public Flag<T> asRequired() {
        return new Flag<>(name, type, alias, variable, defaultText, true, effective, help);
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

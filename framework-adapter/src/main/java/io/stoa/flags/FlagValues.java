package io.stoa.flags;

import java.util.Map;
import java.util.Optional;

/** What the flags of one set were given. */
public final class FlagValues {

    private final Map<String, Object> values;

    FlagValues(Map<String, Object> values) {
        this.values = Map.copyOf(values);
    }

    /** The value of a flag that is required or has a default. */
    public <T> T get(Flag<T> flag) {
        return find(flag)
                .orElseThrow(() -> new IllegalArgumentException(
                        "flag: " + flag.name() + " (expected: one that is required or has a default)"));
    }

    /** The value of a flag that may have been left out. */
    @SuppressWarnings("unchecked") // Each value was made by the parser of the flag of that name.
    public <T> Optional<T> find(Flag<T> flag) {
        return Optional.ofNullable((T) values.get(flag.name()));
    }
}

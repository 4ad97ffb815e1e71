package io.stoa.flags;

import java.util.Map;
import java.util.Optional;

/** What the flags of one set were given. */
public final class FlagValues {

    private final Map<String, Object> values;
    private final Map<String, String> texts;

    FlagValues(Map<String, Object> values, Map<String, String> texts) {
        this.values = Map.copyOf(values);
        this.texts = Map.copyOf(texts);
    }

    /** What counts, by name, in the form in which it is typed; flags that have no value are left out. */
    public Map<String, String> texts() {
        return texts;
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

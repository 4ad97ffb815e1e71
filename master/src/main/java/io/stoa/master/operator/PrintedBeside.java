package io.stoa.master.operator;

import org.jspecify.annotations.Nullable;

/**
 * What was printed of values of which something else is shown as well: it is found again while that is equal, too. For
 * one thread at a time; between {@link #begin} and {@link #end} or {@link #abandon}.
 *
 * @param <K> never changes; compared by identity
 * @param <B> what is shown beside it; compared by value
 */
final class PrintedBeside<K, B> {

    private final Fragments<K, Printed<B>> fragments = new Fragments<>();

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Printed<B>(B beside, byte[] json) {}

    void begin() {
        fragments.begin();
    }

    /** The answer held everything. */
    void end() {
        fragments.end();
    }

    /** The answer held a part: what is known of the others stays. */
    void abandon() {
        fragments.abandon();
    }

    byte[] of(K value, B beside, JsonParts.Element element) {
        @Nullable Printed<B> known = fragments.find(value);
        if (known != null && known.beside().equals(beside)) {
            return known.json();
        }
        return fragments
                .keep(value, new Printed<>(beside, JsonParts.element(element)))
                .json();
    }
}

package io.stoa.master.operator;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was printed of values of which something else is shown as well: it is found again while that is equal, too. For
 * one thread at a time; between {@link #begin} and {@link #end} or {@link #abandon}.
 *
 * @param <K> never changes; compared by identity
 * @param <B> what is shown beside it; compared by value
 */
public final class PrintedBeside<K, B> {

    private final Fragments<K, Printed<B>> fragments = new Fragments<>();

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Printed<B>(B beside, byte[] text) {}

    public void begin() {
        fragments.begin();
    }

    /** The answer held everything. */
    public void end() {
        fragments.end();
    }

    /** The answer held a part: what is known of the others stays. */
    public void abandon() {
        fragments.abandon();
    }

    /** @param print only asked where nothing is known */
    public byte[] of(K value, B beside, Supplier<byte[]> print) {
        @Nullable Printed<B> known = fragments.find(value);
        if (known != null && known.beside().equals(beside)) {
            return known.text();
        }
        return fragments.keep(value, new Printed<>(beside, print.get())).text();
    }
}

package io.stoa.state.model;

import com.google.protobuf.ByteString;
import java.util.BitSet;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What came of a request that was carried out, so that it is not carried out again.
 *
 * @param version the version that its transaction made
 * @param conflictedBits the mutations of its transaction that conflicted: bit {@code i % 8} of byte {@code i / 8} is
 *     that of index {@code i}; without zeros at the end
 */
public record AnsweredRequest(RequestKey key, StateVersion version, ByteString conflictedBits) {

    public static AnsweredRequest of(RequestKey key, StateVersion version, Collection<Integer> conflicted) {
        BitSet bits = new BitSet();
        conflicted.forEach(bits::set);
        return new AnsweredRequest(key, version, ByteString.copyFrom(bits.toByteArray()));
    }

    /** The indexes of the mutations that conflicted. */
    public Set<Integer> conflicted() {
        return BitSet.valueOf(conflictedBits.asReadOnlyByteBuffer()).stream()
                .boxed()
                .collect(Collectors.toUnmodifiableSet());
    }
}

package io.stoa.rpc.cluster;

import java.util.List;
import java.util.function.ObjIntConsumer;

/**
 * What one or more transactions changed, encoded once for all watchers.
 *
 * @param number of the entry, counted from 0
 * @param since the version before
 * @param version the version after
 * @param bytes the field {@code changes} of {@code Changes}, encoded
 * @param starts where in it each change begins
 * @param keys what each change is about
 * @param firsts of each transaction, in order, the index of its first change; what is said once for all of them comes
 *     after the last
 */
@SuppressWarnings("ArrayRecordComponent") // Read by those who know not to write.
record LoggedChanges(
        long number, long since, long version, byte[] bytes, int[] starts, List<ChangeKey> keys, int[] firsts) {

    private static final int ENTRY_BYTES = 160;
    private static final int CHANGE_BYTES = 56;

    /** A part of an entry that is sent as it is. */
    record Slice(LoggedChanges entry, int from, int to) {

        int size() {
            return to - from;
        }
    }

    /** About how much memory it takes. */
    long weight() {
        return ENTRY_BYTES + bytes.length + (long) CHANGE_BYTES * keys.size();
    }

    /**
     * Gives whoever is at some version what is behind it and in a scope.
     *
     * @param from at least {@code since}, less than {@code version}
     * @param slices gets each with its size, in order
     */
    void behind(long from, Scope scope, ObjIntConsumer<Slice> slices) {
        int first = from <= since || firsts.length == 0 ? 0 : firsts[(int) Math.min(from - since, firsts.length - 1)];
        if (scope.isEverything()) {
            give(first, keys.size(), slices);
            return;
        }
        int begin = -1;
        for (int i = first; i < keys.size(); i++) {
            boolean wanted = keys.get(i).isIn(scope);
            if (wanted && begin < 0) {
                begin = i;
            } else if (!wanted && begin >= 0) {
                give(begin, i, slices);
                begin = -1;
            }
        }
        if (begin >= 0) {
            give(begin, keys.size(), slices);
        }
    }

    private void give(int firstChange, int endChange, ObjIntConsumer<Slice> slices) {
        if (firstChange < endChange) {
            Slice slice =
                    new Slice(this, starts[firstChange], endChange < starts.length ? starts[endChange] : bytes.length);
            slices.accept(slice, slice.size());
        }
    }
}

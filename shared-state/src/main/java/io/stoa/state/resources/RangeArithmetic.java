package io.stoa.state.resources;

import java.util.Arrays;

/**
 * Sets of unsigned 64-bit numbers as arrays of bounds: begin and end by turns, both inclusive. All but the argument of
 * {@link #coalesce} are sorted and neither overlap nor touch.
 */
final class RangeArithmetic {

    private RangeArithmetic() {}

    static long[] coalesce(long[] bounds) {
        if (bounds.length <= 2) {
            return bounds;
        }
        long[] sorted = sortedByBegin(bounds);
        int last = 0;
        for (int i = 2; i < sorted.length; i += 2) {
            boolean touches =
                    Long.compareUnsigned(sorted[i], sorted[last + 1]) <= 0 || sorted[i] == sorted[last + 1] + 1;
            if (!touches) {
                last += 2;
                sorted[last] = sorted[i];
                sorted[last + 1] = sorted[i + 1];
            } else if (Long.compareUnsigned(sorted[i + 1], sorted[last + 1]) > 0) {
                sorted[last + 1] = sorted[i + 1];
            }
        }
        return Arrays.copyOf(sorted, last + 2);
    }

    /** A copy with its pairs in ascending order of their begins. */
    static long[] sortedByBegin(long[] bounds) {
        long[] sorted = bounds.clone();
        boolean inOrder = true;
        for (int i = 2; i < sorted.length && inOrder; i += 2) {
            inOrder = Long.compareUnsigned(sorted[i - 2], sorted[i]) <= 0;
        }
        if (inOrder) {
            return sorted;
        }
        Long[] pairs = new Long[bounds.length / 2];
        Arrays.setAll(pairs, i -> (long) i);
        Arrays.sort(pairs, (a, b) -> Long.compareUnsigned(bounds[2 * a.intValue()], bounds[2 * b.intValue()]));
        for (int i = 0; i < pairs.length; i++) {
            sorted[2 * i] = bounds[2 * pairs[i].intValue()];
            sorted[2 * i + 1] = bounds[2 * pairs[i].intValue() + 1];
        }
        return sorted;
    }

    static boolean contains(long[] outer, long[] inner) {
        int o = 0;
        for (int i = 0; i < inner.length; i += 2) {
            while (o < outer.length && Long.compareUnsigned(outer[o + 1], inner[i]) < 0) {
                o += 2;
            }
            if (o == outer.length
                    || Long.compareUnsigned(outer[o], inner[i]) > 0
                    || Long.compareUnsigned(inner[i + 1], outer[o + 1]) > 0) {
                return false;
            }
        }
        return true;
    }

    static long[] subtract(long[] from, long[] what) {
        long[] left = new long[from.length + what.length];
        int size = 0;
        int w = 0;
        for (int f = 0; f < from.length; f += 2) {
            long begin = from[f];
            long end = from[f + 1];
            boolean rest = true;
            while (w < what.length && Long.compareUnsigned(what[w + 1], begin) < 0) {
                w += 2;
            }
            for (int i = w; rest && i < what.length && Long.compareUnsigned(what[i], end) <= 0; i += 2) {
                if (Long.compareUnsigned(begin, what[i]) < 0) {
                    left[size++] = begin;
                    left[size++] = what[i] - 1;
                }
                rest = Long.compareUnsigned(what[i + 1], end) < 0;
                begin = what[i + 1] + 1;
            }
            if (rest) {
                left[size++] = begin;
                left[size++] = end;
            }
        }
        return Arrays.copyOf(left, size);
    }
}

package io.stoa.master.operator.explain;

import java.util.Locale;

/** Tells which of many names somebody may have meant who typed another: one of its parts, or with a slip or two. */
final class Likeness {

    private static final int MAX_SLIPS = 2;
    /** In what is shorter, two slips leave nothing of what was meant. */
    private static final int MIN_LENGTH_FOR_SLIPS = 4;

    private final String typed;

    Likeness(String typed) {
        this.typed = typed.toLowerCase(Locale.ROOT);
    }

    boolean isLike(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !typed.isEmpty()
                && (lower.contains(typed)
                        || (typed.length() >= MIN_LENGTH_FOR_SLIPS
                                && Math.abs(lower.length() - typed.length()) <= MAX_SLIPS
                                && slips(typed, lower) <= MAX_SLIPS));
    }

    /** How many characters have to be put in, left out or replaced, at least. */
    private static int slips(String from, String to) {
        int[] above = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            int least = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
                least = Math.min(least, row[j]);
            }
            if (least > MAX_SLIPS) {
                return least;
            }
            above = row;
        }
        return above[to.length()];
    }
}

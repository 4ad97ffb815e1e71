package io.stoa.master.operator.explain;

import java.util.Locale;

/** Tells which of many names somebody may have meant who typed another: one of its parts, or with a slip or two. */
final class Likeness {

    private static final int MAX_SLIPS = 2;
    /** With more than one slip in so many letters, nothing is left of what was meant. */
    private static final int LETTERS_FOR_A_SLIP = 4;

    private final String typed;

    Likeness(String typed) {
        this.typed = typed.toLowerCase(Locale.ROOT);
    }

    boolean isLike(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        int slips = Math.min(MAX_SLIPS, Math.min(typed.length(), lower.length()) / LETTERS_FOR_A_SLIP);
        return !typed.isEmpty()
                && (lower.contains(typed)
                        || (slips > 0
                                && Math.abs(lower.length() - typed.length()) <= slips
                                && slips(typed, lower) <= slips));
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

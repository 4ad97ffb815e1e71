package io.stoa.state.journal.zookeeper;

import java.util.Locale;

/** Where the journal keeps what; see the package. */
record JournalPaths(String root) {

    private static final int INDEX_DIGITS = 10;

    String epoch() {
        return root + "/epoch";
    }

    String entries() {
        return root + "/entries";
    }

    String entry(long index) {
        return entries() + "/" + name(index);
    }

    String snapshots() {
        return root + "/snapshots";
    }

    String snapshot(long index) {
        return snapshots() + "/" + name(index);
    }

    String piece(long index, int piece) {
        return snapshot(index) + "/" + String.format(Locale.ROOT, "%06d", piece);
    }

    String done(long index) {
        return snapshot(index) + "/done";
    }

    private static String name(long index) {
        String digits = Long.toString(index);
        return "0".repeat(Math.max(0, INDEX_DIGITS - digits.length())) + digits;
    }
}

package io.stoa.cli;

import java.io.PrintWriter;

/** Prints pieces of text, each line of it behind a prefix; whole lines only, since others write there, too. */
final class PrefixedLines {

    /** A line that does not end is printed in pieces. */
    private static final int LINE_MAX_CHARS = 8192;

    private final String prefix;
    private final PrintWriter out;
    private final StringBuilder unfinished = new StringBuilder();

    /** @param prefix empty: text is printed as it comes */
    PrefixedLines(String prefix, PrintWriter out) {
        this.prefix = prefix;
        this.out = out;
    }

    void print(String text) {
        if (prefix.isEmpty()) {
            out.print(text);
        } else {
            unfinished.append(text);
            int start = 0;
            for (int end = unfinished.indexOf("\n"); end >= 0; end = unfinished.indexOf("\n", start)) {
                out.println(prefix + unfinished.substring(start, end));
                start = end + 1;
            }
            unfinished.delete(0, start);
            if (unfinished.length() > LINE_MAX_CHARS) {
                end();
            }
        }
        out.flush();
    }

    /** Prints the last line, where it lacks its end. */
    void end() {
        if (!unfinished.isEmpty()) {
            out.println(prefix + unfinished);
            unfinished.setLength(0);
            out.flush();
        }
    }
}

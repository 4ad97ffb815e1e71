package io.stoa.cli;

import java.io.PrintWriter;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What is known about the other end of stdout, and what it may get. */
final class Terminal {

    private Terminal() {}

    /** What tasks, frameworks and servers say must not move its cursor: control characters become blanks. */
    static String oneLine(String text) {
        return text.replaceAll("\\p{Cc}+", " ");
    }

    /** Says what nobody asked for, in one line; where it cannot be said, the command goes on. */
    static void tell(PrintWriter err, @Nullable String what) {
        try {
            err.println("stoa: " + oneLine(String.valueOf(what)));
        } catch (OutputException e) {
            // There is nobody to be told of that.
        }
    }

    /** Columns; empty where stdout is no terminal. The launcher finds it out, since a JVM cannot. */
    static OptionalInt widthOfStdout() {
        String columns = System.getenv("STOA_COLUMNS");
        return columns == null || !columns.matches("[1-9][0-9]{0,4}")
                ? OptionalInt.empty()
                : OptionalInt.of(Integer.parseInt(columns));
    }
}

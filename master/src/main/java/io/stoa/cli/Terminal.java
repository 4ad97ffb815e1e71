package io.stoa.cli;

import java.util.OptionalInt;

/** What is known about the other end of stdout, and what it may get. */
final class Terminal {

    private Terminal() {}

    /** What tasks, frameworks and servers say must not move its cursor: control characters become blanks. */
    static String oneLine(String text) {
        return text.replaceAll("\\p{Cc}+", " ");
    }

    /** Columns; empty where stdout is no terminal. The launcher finds it out, since a JVM cannot. */
    static OptionalInt widthOfStdout() {
        String columns = System.getenv("STOA_COLUMNS");
        return columns == null || !columns.matches("[1-9][0-9]{0,4}")
                ? OptionalInt.empty()
                : OptionalInt.of(Integer.parseInt(columns));
    }
}

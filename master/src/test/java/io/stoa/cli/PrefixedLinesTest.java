package io.stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class PrefixedLinesTest {

    private final StringWriter printed = new StringWriter();

    @Test
    void linesAreWholeWhateverPiecesTheyComeIn() {
        PrefixedLines lines = new PrefixedLines("t-1: ", new PrintWriter(printed));

        lines.print("he");
        assertThat(printed).hasToString("");
        lines.print("llo\nwor");
        assertThat(printed).hasToString("t-1: hello\n");
        lines.print("ld\n\n");
        lines.end();
        assertThat(printed).hasToString("t-1: hello\nt-1: world\nt-1: \n");
    }

    @Test
    void theLastLineNeedsNoEnd() {
        PrefixedLines lines = new PrefixedLines("t-1: ", new PrintWriter(printed));

        lines.print("no end");
        lines.end();
        lines.end();

        assertThat(printed).hasToString("t-1: no end\n");
    }

    @Test
    void aLineWithoutEndIsNotKeptForEver() {
        PrefixedLines lines = new PrefixedLines("t-1: ", new PrintWriter(printed));

        lines.print("x".repeat(10_000));

        assertThat(printed).hasToString("t-1: " + "x".repeat(10_000) + "\n");
    }

    @Test
    void withoutPrefixTextIsPrintedAtOnce() {
        new PrefixedLines("", new PrintWriter(printed)).print("50%");

        assertThat(printed).hasToString("50%");
    }
}

package io.stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ListingTest {

    private record Row(String name, String count) {}

    @Test
    void alignsTextToTheLeftAndNumbersToTheRight() {
        assertThat(print(OptionalInt.empty(), new Row("a-long-name", "1"), new Row("b", "1000")))
                .containsExactly("NAME         COUNT", "a-long-name      1", "b             1000");
    }

    @Test
    void cutsTheWidestColumnToFitATerminal() {
        assertThat(print(OptionalInt.of(16), new Row("a-very-long-name", "1")))
                .containsExactly("NAME       COUNT", "a-very-l…      1");
    }

    @Test
    void neverCutsAnIdOrANumber() {
        StringWriter out = new StringWriter();
        new Listing<>(List.of(new Row("agent-with-long-id-S0", "1000000")))
                .id("ID", Row::name)
                .number("COUNT", Row::count)
                .text("HOST", row -> "a-host-with-a-name")
                .printTable(new PrintWriter(out), OptionalInt.of(20));
        assertThat(out.toString().lines()).element(1).isEqualTo("agent-with-long-id-S0  1000000  a-host-…");
    }

    @Test
    void neverCutsAColumnToNothing() {
        assertThat(print(OptionalInt.of(1), new Row("a-very-long-name", "1")))
                .containsExactly("NAME      COUNT", "a-very-…      1");
    }

    @Test
    void aNameCannotMoveTheCursor() {
        assertThat(print(OptionalInt.empty(), new Row("red\u001b[31m\nline", "1")))
                .element(1)
                .asString()
                .startsWith("red [31m line");
    }

    @Test
    void anEmptyCellIsADash() {
        assertThat(print(OptionalInt.empty(), new Row("", "1"))).element(1).isEqualTo("-         1");
    }

    private static List<String> print(OptionalInt width, Row... rows) {
        StringWriter out = new StringWriter();
        new Listing<>(List.of(rows))
                .text("NAME", Row::name)
                .number("COUNT", Row::count)
                .printTable(new PrintWriter(out), width);
        return out.toString().lines().toList();
    }
}

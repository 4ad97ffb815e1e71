package io.stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoaTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void withoutACommandItSaysWhichThereAre() {
        assertThat(stoa()).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).startsWith("Usage: stoa ").contains("Commands:", "  dev ");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"help", "--help", "-h"})
    void helpIsWhatWasAskedFor(String help) {
        assertThat(stoa(help)).isZero();
        assertThat(out.toString()).startsWith("Usage: stoa ").contains("Commands:", "  dev ");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpOfOneCommandIsThatCommands() {
        assertThat(stoa("help", "logs")).isZero();
        assertThat(out.toString()).startsWith("Usage: stoa logs ").contains("--follow");
        assertThat(stoa("help", "dev")).isZero();
        assertThat(out.toString()).contains("Usage: stoa dev ", "--data=");
        assertThat(stoa("help", "nosuch")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).startsWith("stoa: no command 'nosuch'\n");
    }

    @Test
    void itsVersionIsOneLine() {
        assertThat(stoa("--version")).isZero();
        assertThat(out.toString()).isEqualTo("stoa unknown\n");
    }

    private int stoa(String... arguments) {
        return Stoa.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}

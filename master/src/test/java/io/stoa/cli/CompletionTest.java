package io.stoa.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script, in a real bash. */
class CompletionTest {

    private static final String COMPLETE = """
            source "$1"; shift
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
            read -ra found <<<"$(complete -p stoa)"
            for ((i = 0; i < ${#found[@]}; i++)); do [[ ${found[i]} != -F ]] || ${found[i + 1]}; done
            printf '%s\\n' "${COMPREPLY[@]}"
            """;

    @TempDir
    Path directory;

    private Path script;

    @BeforeEach
    void print() throws IOException {
        StringWriter out = new StringWriter();
        assertThat(Stoa.commandLine().setOut(new PrintWriter(out)).execute("completion", "bash"))
                .isZero();
        script = Files.writeString(directory.resolve("completion"), out.toString());
    }

    @Test
    void commandsAreCompleted() throws Exception {
        assertThat(completed("stoa", "ta")).containsExactlyInAnyOrder("task", "tasks");
        assertThat(completed("stoa", "")).contains("agents", "run", "master", "completion");
    }

    @Test
    void optionsOfCommandsAreCompleted() throws Exception {
        assertThat(completed("stoa", "run", "--c")).containsExactlyInAnyOrder("--count", "--cpus");
        assertThat(completed("stoa", "explain", "--r")).containsExactly("--role");
        assertThat(completed("stoa", "tasks", "--")).contains("--all", "--master", "--output");
        assertThat(completed("bin/stoa", "logs", "--f")).containsExactlyInAnyOrder("--follow", "--framework");
    }

    @Test
    void valuesOfOptionsAreCompleted() throws Exception {
        assertThat(completed("stoa", "tasks", "--output", "")).containsExactlyInAnyOrder("table", "json");
    }

    /** As bash takes the words apart, and as zsh does not. */
    @Test
    void valuesBehindAnEqualsSignAreCompleted() throws Exception {
        assertThat(completed("stoa", "tasks", "--output", "=", "js")).containsExactly("json");
        assertThat(completed("stoa", "tasks", "--output", "=")).containsExactlyInAnyOrder("table", "json");
        assertThat(completed("stoa", "tasks", "--output=js")).containsExactly("--output=json");
        assertThat(completed("stoa", "tasks", "--output", "=", "json", "--al")).containsExactly("--all");
        assertThat(completed("stoa", "tasks", "--output=json", "--al")).containsExactly("--all");
    }

    @Test
    void flagsOfServersAreCompleted() throws Exception {
        assertThat(completed("stoa", "master", "--offer_t")).containsExactly("--offer_timeout");
        assertThat(completed("stoa", "agent", "--no-switch")).containsExactly("--no-switch_user");
        assertThat(completed("stoa", "dev", "--da")).containsExactly("--data");
    }

    @Test
    void anUnknownShellIsRefused() {
        StringWriter err = new StringWriter();
        assertThat(Stoa.commandLine().setErr(new PrintWriter(err)).execute("completion", "fish"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("fish");
    }

    private List<String> completed(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("bash", "--norc", "-c", COMPLETE, "bash", script.toString()));
        command.addAll(List.of(words));
        Process bash = new ProcessBuilder(command)
                // Its compopt complains that no terminal is completing.
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        bash.getOutputStream().close();
        List<String> lines = new String(bash.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        assertThat(bash.waitFor()).isZero();
        return lines;
    }
}

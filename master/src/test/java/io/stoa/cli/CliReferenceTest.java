package io.stoa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The reference is made from the code, so that it cannot say anything else. */
class CliReferenceTest {

    private static final Path REFERENCE = Path.of("../docs/reference/cli.md");

    private static final String HEAD = """
            # The command line

            Made from the code by `CliReferenceTest`.

            - Commands print what they found on stdout and everything else, in one line, on stderr. What cannot be written there
              ends them with 1, and with 141, without a word, where nobody reads it any more.
            - Tables are for people: where stdout is a terminal, cells are cut to its width. `--output=json` is for scripts: all
              fields, nothing cut, times in UTC.
            - A task id is unique within its framework only; where several frameworks have an active task of the id,
              `--framework` says which is meant.
            - `master`, `agent` and `dev` take flags in Mesos' manner; as tables: [master](master-flags.md),
              [agent](agent-flags.md).
            """;

    /** Written anew with {@code -Dstoa.write=true}. */
    @Test
    void theReferenceSaysWhatTheCommandsSay() throws IOException {
        String expected = generate();
        if (Boolean.getBoolean("stoa.write")) {
            Files.writeString(REFERENCE, expected);
        }
        assertThat(REFERENCE).hasContent(expected);
    }

    private static String generate() {
        CommandLine root = Stoa.commandLine();
        StringJoiner text = new StringJoiner("\n", HEAD + "\n", "");
        text.add(section("stoa", root.getUsageMessage(Ansi.OFF)));
        root.getSubcommands().forEach((name, command) -> {
            String usage = Server.named(name)
                    .map(server -> withoutHome(server.flags().help()))
                    .orElseGet(() -> command.getUsageMessage(Ansi.OFF));
            text.add(section("stoa " + name, usage));
            if (Server.named(name).isEmpty()) {
                command.getSubcommands()
                        .forEach((inner, nested) ->
                                text.add(section("stoa " + name + " " + inner, nested.getUsageMessage(Ansi.OFF))));
            }
        });
        return text.toString();
    }

    private static String section(String title, String usage) {
        String lines = usage.lines().map(String::stripTrailing).reduce("", (all, line) -> all + line + "\n");
        return "## " + title + "\n\n```text\n" + lines + "```\n";
    }

    /** Whoever generates it, the reference is the same. */
    private static String withoutHome(String text) {
        return text.replace(System.getProperty("user.home") + "/.stoa", "~/.stoa");
    }
}

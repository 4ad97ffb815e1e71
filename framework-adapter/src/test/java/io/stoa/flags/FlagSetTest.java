package io.stoa.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagSetTest {

    private static final Flag<Integer> PORT =
            Flag.of("port", FlagType.INTEGER, "Port to listen on.").withDefault("5050");
    private static final Flag<String> CLUSTER = Flag.of("cluster", FlagType.TEXT, "Name of the cluster.");
    private static final Flag<Boolean> AUTHENTICATE = Flag.of(
                    "authenticate_frameworks", FlagType.BOOLEAN, "Whether to authenticate.")
            .withAlias("authenticate")
            .withDefault("false");
    private static final Flag<Duration> PING = Flag.of(
                    "agent_ping_timeout", FlagType.DURATION, "Time to wait.\nSecond line.")
            .withDefault("15secs");
    private static final Flag<Path> WORK_DIR =
            Flag.of("work_dir", FlagType.PATH, "Where to work.").asRequired();
    private static final Flag<Long> LOG_SIZE = Flag.of("max_log", FlagType.BYTES, "Size | of a log.");

    private static final FlagSet FLAGS =
            new FlagSet("Usage: stoa master [options]", List.of(PORT, CLUSTER, AUTHENTICATE, PING, WORK_DIR, LOG_SIZE));

    @Test
    void defaultsCountWhereNothingIsGiven() throws Exception {
        FlagValues values = load("--work_dir=/w");

        assertThat(values.get(PORT)).isEqualTo(5050);
        assertThat(values.get(PING)).isEqualTo(Duration.ofSeconds(15));
        assertThat(values.get(AUTHENTICATE)).isFalse();
        assertThat(values.get(WORK_DIR)).isEqualTo(Path.of("/w"));
        assertThat(values.find(CLUSTER)).isEmpty();
        assertThatThrownBy(() -> values.get(CLUSTER)).hasMessageContaining("cluster");
    }

    @Test
    void commandLineWinsOverEnvironmentAndUnknownVariablesAreIgnored() throws Exception {
        FlagValues values = FLAGS.load(
                List.of("--port=1", "--authenticate", "ignored"),
                Map.of("MESOS_PORT", "2", "MESOS_CLUSTER", "c=d", "MESOS_work_dir", "/e", "MESOS_NOSUCH", "x"));

        assertThat(values.get(PORT)).isEqualTo(1);
        assertThat(values.find(CLUSTER)).contains("c=d");
        assertThat(values.get(WORK_DIR)).isEqualTo(Path.of("/e"));
        assertThat(values.get(AUTHENTICATE)).isTrue();
    }

    @Test
    void aFlagMayHaveAVariableOfItsOwn() throws Exception {
        Flag<Integer> port = PORT.withVariable("OTHER_PORT");
        FlagSet flags = new FlagSet("Usage: some", List.of(port));

        assertThat(flags.load(List.of(), Map.of("OTHER_PORT", "2")).get(port)).isEqualTo(2);
        assertThat(flags.load(List.of(), Map.of("MESOS_PORT", "3")).get(port)).isEqualTo(3);
        assertThat(flags.load(List.of("--port=1"), Map.of("OTHER_PORT", "2")).get(port))
                .isEqualTo(1);
        assertThatThrownBy(() -> flags.load(List.of(), Map.of("MESOS_PORT", "1", "OTHER_PORT", "2")))
                .isInstanceOf(FlagsException.class)
                .hasMessageContaining("already loaded");
    }

    @Test
    void booleansAreNegatedOrGivenAValue() throws Exception {
        assertThat(load("--work_dir=/w", "--no-authenticate_frameworks").get(AUTHENTICATE))
                .isFalse();
        assertThat(load("--work_dir=/w", "--AUTHENTICATE=1").get(AUTHENTICATE)).isTrue();
    }

    @Test
    void fileStandsForItsContentButNotForAPath(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "inside");

        assertThat(load("--work_dir=file://" + file, "--cluster=file://" + file).find(CLUSTER))
                .contains("inside");
        assertThat(load("--work_dir=file://" + file).get(WORK_DIR)).isEqualTo(file);
        assertThatThrownBy(() -> load("--cluster=file:///nosuch")).hasMessageContaining("Error reading file '/nosuch'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--prot=5 | Failed to load unknown flag 'prot'; did you mean 'port'?",
                "--agent_ping_timout=5secs"
                        + "| Failed to load unknown flag 'agent_ping_timout'; did you mean 'agent_ping_timeout'?",
                "--zzzzzzzzzzzz | Failed to load unknown flag 'zzzzzzzzzzzz'",
                "--no-such | Failed to load unknown flag 'such' via 'no-such'",
                "--port | Failed to load non-boolean flag 'port': Missing value",
                "--no-port | Failed to load non-boolean flag 'port' via 'no-port'",
                "--port=x | Failed to load flag 'port': Failed to load value 'x': Failed to convert into required type",
                "--authenticate=maybe | Failed to load flag 'authenticate': Failed to load value 'maybe':"
                        + " Expecting a boolean (e.g., true or false)",
                "--no-authenticate=true"
                        + "| Failed to load boolean flag 'authenticate' via 'no-authenticate' with value 'true'",
                "--agent_ping_timeout=5 | Failed to load flag 'agent_ping_timeout': Failed to load value '5':"
                        + " Invalid duration '5'",
                "--agent_ping_timeout=5s | Failed to load flag 'agent_ping_timeout': Failed to load value '5s':"
                        + " Unknown duration unit 's'; supported units are 'ns', 'us', 'ms', 'secs', 'mins', 'hrs',"
                        + " 'days', and 'weeks'",
                "--max_log=1.5MB | Failed to load flag 'max_log': Failed to load value '1.5MB':"
                        + " Fractional bytes '1.5MB'",
                "--max_log=5XB | Failed to load flag 'max_log': Failed to load value '5XB': Unknown bytes unit 'XB'",
                "--cluster=x | Flag 'work_dir' is required, but it was not provided",
            })
    void mistakesAreSaidInMesosWords(String argument, String message) {
        assertThatThrownBy(() -> load(argument))
                .isInstanceOf(FlagsException.class)
                .hasMessage(message);
    }

    @Test
    void theSameFlagTwiceIsRefusedAlsoByItsAlias() {
        assertThatThrownBy(() -> load("--port=1", "--port=2"))
                .hasMessage("Flag 'port' is already loaded via name 'port'");
        assertThatThrownBy(() -> load("--authenticate", "--authenticate_frameworks"))
                .hasMessage("Flag 'authenticate_frameworks' is already loaded via name 'authenticate'");
    }

    @ParameterizedTest
    @CsvSource({"500ms, 500", "1.5secs, 1500", "1mins, 60000", "1hrs, 3600000", "1days, 86400000", "1weeks, 604800000"})
    void durationsAreRead(String text, long ms) {
        assertThat(FlagType.DURATION.parser().apply(text)).isEqualTo(Duration.ofMillis(ms));
    }

    @ParameterizedTest
    @CsvSource({"0B, 0", "3kb, 3072", "64MB, 67108864", "1GB, 1073741824", "2TB, 2199023255552"})
    void bytesAreRead(String text, long bytes) {
        assertThat(FlagType.BYTES.parser().apply(text)).isEqualTo(bytes);
    }

    @Test
    void helpAndReferenceListEveryFlagByName() {
        assertThat(FlagSet.wantsHelp(List.of("--nosuch", "--help"))).isTrue();
        assertThat(FLAGS.help())
                .startsWith("Usage: stoa master [options]\n\n  --agent_ping_timeout=VALUE ")
                .contains("  --[no-]authenticate_frameworks, --[no-]authenticate     Whether to authenticate."
                        + " (default: false)\n");
        assertThat(FLAGS.markdown())
                .startsWith("""
                        | Flag | Type | Default | What it does |
                        |---|---|---|---|
                        | `--agent_ping_timeout=VALUE` | duration | `15secs` | Time to wait. Second line. |
                        """)
                .contains("| `--work_dir=VALUE` | path | required | Where to work. |\n", "Size \\| of a log.");
    }

    private static FlagValues load(String... arguments) throws FlagsException {
        return FLAGS.load(List.of(arguments), Map.of());
    }
}

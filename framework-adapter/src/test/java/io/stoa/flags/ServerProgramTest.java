package io.stoa.flags;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.Appender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class ServerProgramTest {

    private static final FlagSet FLAGS =
            ServerFlags.with("Usage: stoa agent", 5051, List.of(Flag.of("role", FlagType.TEXT, "A role.")));

    @TempDir
    Path directory;

    private boolean ran;
    private ServerProgram.Body body = flags -> ran = true;

    @AfterEach
    void logAsBefore() throws Exception {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        Appender<?> file = root.getAppender("FILE");
        if (file != null) {
            file.stop();
            root.detachAppender("FILE");
        }
    }

    @Test
    void helpAndVersionAreShownWhateverElseIsTyped() {
        assertThat(run("--nonsense", "--help"))
                .startsWith("0 Usage: stoa agent\n")
                .contains("  --role=VALUE ", "without effect:\n", " --modules_dir=VALUE");
        assertThat(run("--nonsense", "--version")).isEqualTo("0 mesos 1.11.0\n");
        assertThat(ran).isFalse();
    }

    @Test
    void whatIsWrongIsSaidWithTheNearestFlag() {
        assertThat(run("--rolle=x")).isEqualTo("""
                1 stoa agent: Failed to load unknown flag 'rolle'; did you mean 'role'?
                Try 'stoa agent --help'
                """);
        body = flags -> {
            throw new IOException("port 5051 is taken");
        };
        assertThat(run()).isEqualTo("1 stoa agent: port 5051 is taken\n");
    }

    @Test
    void flagsWithoutEffectAreSaidOnceInTheLog() throws Exception {
        assertThat(run("--log_dir=" + directory, "--modules=m", "--acls=a", "--role=r"))
                .isEqualTo("0 ");
        assertThat(ran).isTrue();
        assertThat(Files.readString(directory.resolve("agent.log")))
                .containsOnlyOnce("Flags without effect here: acls, modules");
    }

    @Test
    void aLogThatCannotBeWrittenIsAnError() throws Exception {
        Files.writeString(directory.resolve("file"), "");

        assertThat(run("--log_dir=" + directory.resolve("file"))).startsWith("1 stoa agent: log_dir: cannot write ");
        assertThat(run("--logging_level=LOUD")).contains("logging_level: 'LOUD' (expected: INFO, WARNING or ERROR)");
        assertThat(ran).isFalse();
    }

    private String run(String... arguments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, UTF_8);
        int code = new ServerProgram("agent", "1.11.0", FLAGS, body).run(List.of(arguments), Map.of(), out, out);
        return code + " " + bytes.toString(UTF_8);
    }
}

package io.stoa.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class CredentialsTest {

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @TempDir
    private Path directory;

    @BeforeEach
    void listen() {
        logged.start();
        logger().addAppender(logged);
    }

    @AfterEach
    void listenNoMore() {
        logger().detachAppender(logged);
    }

    @Test
    void theFormOfMesosIsRead() throws Exception {
        Credentials credentials = CredentialsFile.read(file("""
                { "credentials": [ { "principal": "sherman", "secret": "kite surf:ä" },
                                   { "principal": "mute" } ] }"""));

        assertThat(credentials.match("sherman", "kite surf:ä")).isTrue();
        assertThat(credentials.match("sherman", "kite")).isFalse();
        assertThat(credentials.match("sherman", "")).isFalse();
        assertThat(credentials.match("nobody", "")).isFalse();
        assertThat(credentials.match("mute", "")).isTrue();
        assertThat(credentials.secret("sherman").orElseThrow()).isEqualTo("kite surf:ä".getBytes(UTF_8));
        assertThat(credentials.secret("nobody")).isEmpty();
    }

    @Test
    void theFormBeforeIsReadToo() throws Exception {
        Credentials credentials = CredentialsFile.read(file("one  first\n\n two\tsecond \r\n"));

        assertThat(credentials.match("one", "first")).isTrue();
        assertThat(credentials.match("two", "second")).isTrue();
    }

    @Test
    void theLastOfTwoSecretsOfAPrincipalCounts() throws Exception {
        Credentials credentials = CredentialsFile.read(file("p old\np new\n"));

        assertThat(credentials.match("p", "new")).isTrue();
        assertThat(credentials.match("p", "old")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"credentials\":[{\"principal\":\"p\",\"secret\":\"hush\"}"
                        + "| Invalid json format: syntax error at line 1 (see --credentials flag)",
                "{\"credentials\":[{\"secret\":\"hush\"}]}"
                        + "| Failed to parse credentials: Missing required fields: credentials[0].principal"
                        + " (see --credentials flag)",
                "p hush more| Invalid credential format at line 1 (see --credentials flag)",
                "hush| Invalid credential format at line 1 (see --credentials flag)",
                "''| Credentials file must contain at least one credential (see --credentials flag)"
            })
    void whatIsWrongIsToldWithoutSecrets(String content, String message) throws Exception {
        Path file = file(content);

        assertThatThrownBy(() -> CredentialsFile.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThat(logged.list).noneMatch(event -> event.getFormattedMessage().contains("hush"));
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path file = directory.resolve("none");

        assertThatThrownBy(() -> CredentialsFile.read(file))
                .hasMessageStartingWith("Failed to read credentials file '" + file + "': ")
                .hasMessageEndingWith(" (see --credentials flag)");
    }

    @Test
    void aFileOfAnySizeIsNotRead() throws Exception {
        Path file = file("");
        try (var sparse = Files.newByteChannel(file, java.nio.file.StandardOpenOption.WRITE)) {
            sparse.position(1L << 30).write(java.nio.ByteBuffer.wrap(new byte[1]));
        }

        assertThatThrownBy(() -> CredentialsFile.read(file)).hasMessageContaining("(expected: at most 16777216)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw-----w-"})
    void oneThatOthersMayOpenIsWarnedOf(String permissions) throws Exception {
        Path file = file("p s\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        CredentialsFile.read(file);

        List<String> warnings = logged.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
        if (permissions.endsWith("---")) {
            assertThat(warnings).isEmpty();
        } else {
            assertThat(warnings)
                    .containsExactly("Permissions on credentials file '" + file + "' are too open; it is recommended"
                            + " that your credentials file is NOT accessible by others");
        }
    }

    @Test
    void nothingPrintsASecret() {
        Credentials credentials = Credentials.of(Map.of("p", "hush"));

        assertThat(credentials).hasToString("1 credentials");
        assertThat(new BasicAuthentication("realm", credentials).toString()).doesNotContain("hush");
    }

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("credentials"), content);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(CredentialsFile.class);
    }
}

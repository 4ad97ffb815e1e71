package io.stoa.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.authentication.AuthenticationConfig;
import io.stoa.flags.FlagsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthenticationFlagsTest {

    @TempDir
    private Path directory;

    private Path file = Path.of("");

    @BeforeEach
    void credentials() throws Exception {
        file = Files.writeString(directory.resolve("credentials"), "golden hush\n");
    }

    @Test
    void nobodyHasToAuthenticateUnlessAsked() throws Exception {
        AuthenticationConfig config = config();

        assertThat(config.frameworks()).isFalse();
        assertThat(config.httpFrameworks()).isEmpty();
        assertThat(config.timeoutMs()).isEqualTo(15_000);
        assertThat(config.credentials().secret("golden")).isEmpty();
        assertThat(config.requiresPeerAddress()).isFalse();
    }

    @Test
    void theAddressOfPeersIsRequiredByTheVariableThatLibprocessHasForIt() throws Exception {
        AuthenticationConfig config = AuthenticationFlags.config(MasterFlags.ALL.load(
                List.of("--work_dir=/w"), Map.of("LIBPROCESS_REQUIRE_PEER_ADDRESS_IP_MATCH", "true")));

        assertThat(config.requiresPeerAddress()).isTrue();
    }

    @Test
    void everythingIsReadFromFlagsAsMesosNamesThem() throws Exception {
        AuthenticationConfig config = config(
                "--credentials=file://" + file,
                "--authenticate",
                "--authenticators=crammd5",
                "--authentication_v0_timeout=3secs",
                "--authenticate_http_frameworks",
                "--http_framework_authenticators=basic");

        assertThat(config.frameworks()).isTrue();
        assertThat(config.timeoutMs()).isEqualTo(3_000);
        assertThat(config.credentials().match("golden", "hush")).isTrue();
        assertThat(config.httpFrameworks().orElseThrow().realm()).isEqualTo("mesos-master-scheduler");
        assertThat(config.httpFrameworks().orElseThrow().credentials().match("golden", "hush"))
                .isTrue();
    }

    /** As in Mesos, where such a master starts and lets in no framework over libprocess. */
    @Test
    void frameworksMayHaveToAuthenticateWhereNoneCan() throws Exception {
        assertThat(config("--authenticate_frameworks").frameworks()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--authenticators=a,b | Multiple authenticators not supported",
                "--authenticators=x | Authenticator 'x' not found. Check the spelling (compare to 'crammd5') or verify"
                        + " that the authenticator was loaded successfully (see --modules)",
                "--authenticate_http_frameworks | Missing `--http_framework_authenticators` flag. This must be used in"
                        + " conjunction with `--authenticate_http_frameworks`",
                "--authenticate_http_frameworks --http_framework_authenticators=basic | Failed to create HTTP"
                        + " authenticator module 'basic': No credentials provided for the default 'basic' HTTP"
                        + " authenticator for realm 'mesos-master-scheduler'",
                "--authenticate_http_frameworks --http_framework_authenticators=jwt | Failed to create HTTP"
                        + " authenticator module 'jwt': HTTP authenticator 'jwt' not found. Check the spelling (compare"
                        + " to 'basic') or verify that the authenticator was loaded successfully (see --modules)",
                "--authentication_v0_timeout=0secs | authentication_v0_timeout: 0ms (expected: >= 1ms)",
                "--credentials=/nowhere/at/all | Failed to read credentials file '/nowhere/at/all':"
                        + " java.nio.file.NoSuchFileException: /nowhere/at/all (see --credentials flag)"
            })
    void whatMesosRefusesIsRefusedAlike(String flags, String message) {
        assertThatThrownBy(() -> config(flags.split(" ", -1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void noSecretIsAmongTheFlagsThatEverybodyMayRead() throws Exception {
        assertThat(MasterConfig.of(MasterFlags.ALL.load(
                                List.of("--ip=127.0.0.1", "--work_dir=/w", "--credentials=" + file), Map.of()))
                        .flags())
                .containsEntry("credentials", "***")
                .doesNotContainValue("golden hush\n");
    }

    private static AuthenticationConfig config(String... flags) throws FlagsException {
        List<String> all = new ArrayList<>(List.of("--ip=127.0.0.1", "--work_dir=/w"));
        all.addAll(List.of(flags));
        return MasterConfig.of(MasterFlags.ALL.load(all, Map.of())).authentication();
    }
}

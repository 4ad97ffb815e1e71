package io.stoa.master;

import io.stoa.authentication.AuthenticationConfig;
import io.stoa.authentication.BasicAuthentication;
import io.stoa.authentication.Credentials;
import io.stoa.authentication.CredentialsFile;
import io.stoa.flags.Flag;
import io.stoa.flags.FlagType;
import io.stoa.flags.FlagValues;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The master's flags that say who has to prove who he is: Mesos' names, forms and defaults, and what it refuses. */
final class AuthenticationFlags {

    private static final Logger LOG = LoggerFactory.getLogger(AuthenticationFlags.class);

    private static final String CRAM_MD5 = "crammd5";
    private static final String BASIC = "basic";

    static final Flag<Path> CREDENTIALS = Flag.of(
            "credentials",
            FlagType.PATH,
            "File with the principals and secrets of frameworks:"
                    + " {\"credentials\":[{\"principal\":\"P\",\"secret\":\"S\"}]}, or a line P S for each.");
    static final Flag<Boolean> AUTHENTICATE_FRAMEWORKS = Flag.of(
                    "authenticate_frameworks",
                    FlagType.BOOLEAN,
                    "Whether frameworks over libprocess are let in only when they have authenticated.")
            .withAlias("authenticate")
            .withDefault("false");
    static final Flag<String> AUTHENTICATORS = Flag.of(
                    "authenticators", FlagType.TEXT, "How frameworks over libprocess authenticate: " + CRAM_MD5 + ".")
            .withDefault(CRAM_MD5);
    static final Flag<Duration> AUTHENTICATION_V0_TIMEOUT = Flag.of(
                    "authentication_v0_timeout",
                    FlagType.DURATION,
                    "How long a framework over libprocess may take to authenticate.")
            .withDefault("15secs");
    static final Flag<Boolean> AUTHENTICATE_HTTP_FRAMEWORKS = Flag.of(
                    "authenticate_http_frameworks",
                    FlagType.BOOLEAN,
                    "Whether /api/v1/scheduler is only for those who authenticate.")
            .withDefault("false");
    static final Flag<String> HTTP_FRAMEWORK_AUTHENTICATORS = Flag.of(
            "http_framework_authenticators",
            FlagType.TEXT,
            "How frameworks over HTTP authenticate: " + BASIC + ". To be given with --authenticate_http_frameworks.");

    static final Flag<Boolean> REQUIRE_PEER_ADDRESS_IP_MATCH = Flag.of(
                    "require_peer_address_ip_match",
                    FlagType.BOOLEAN,
                    "Whether messages over libprocess are taken only from the IP address that their sender names as its"
                            + " own. To Mesos' master this is said by the variable"
                            + " LIBPROCESS_REQUIRE_PEER_ADDRESS_IP_MATCH, which counts here, too.")
            .withVariable("LIBPROCESS_REQUIRE_PEER_ADDRESS_IP_MATCH")
            .withDefault("false");

    static final List<Flag<?>> ALL = List.of(
            CREDENTIALS,
            AUTHENTICATE_FRAMEWORKS,
            AUTHENTICATORS,
            AUTHENTICATION_V0_TIMEOUT,
            AUTHENTICATE_HTTP_FRAMEWORKS,
            HTTP_FRAMEWORK_AUTHENTICATORS,
            REQUIRE_PEER_ADDRESS_IP_MATCH);

    private AuthenticationFlags() {}

    /** @throws IllegalArgumentException with what is wrong, in Mesos' words */
    static AuthenticationConfig config(FlagValues flags) {
        Optional<Credentials> credentials = flags.find(CREDENTIALS).map(CredentialsFile::read);
        checkAuthenticator(flags.get(AUTHENTICATORS));
        boolean frameworks = flags.get(AUTHENTICATE_FRAMEWORKS);
        if (frameworks && credentials.isEmpty()) {
            LOG.warn("No credentials provided, authentication requests will be refused");
        }
        long timeoutMs = flags.get(AUTHENTICATION_V0_TIMEOUT).toMillis();
        if (timeoutMs < 1) {
            throw new IllegalArgumentException("authentication_v0_timeout: " + timeoutMs + "ms (expected: >= 1ms)");
        }
        return new AuthenticationConfig(
                credentials.orElse(Credentials.NONE),
                frameworks,
                timeoutMs,
                flags.get(AUTHENTICATE_HTTP_FRAMEWORKS)
                        ? Optional.of(httpFrameworks(flags.find(HTTP_FRAMEWORK_AUTHENTICATORS), credentials))
                        : Optional.empty(),
                flags.get(REQUIRE_PEER_ADDRESS_IP_MATCH));
    }

    private static void checkAuthenticator(String names) {
        if (names.contains(",")) {
            throw new IllegalArgumentException("Multiple authenticators not supported");
        }
        if (!names.equals(CRAM_MD5)) {
            throw new IllegalArgumentException(
                    "Authenticator '" + names + "' not found. Check the spelling (compare to '" + CRAM_MD5
                            + "') or verify that the authenticator was loaded successfully (see --modules)");
        }
    }

    private static BasicAuthentication httpFrameworks(Optional<String> names, Optional<Credentials> credentials) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("Missing `--http_framework_authenticators` flag. This must be used in"
                    + " conjunction with `--authenticate_http_frameworks`");
        }
        for (String name : names.get().split(",", -1)) {
            if (!name.equals(BASIC)) {
                throw notCreated(
                        name,
                        "HTTP authenticator '" + name + "' not found. Check the spelling (compare to '" + BASIC
                                + "') or verify that the authenticator was loaded successfully (see --modules)");
            }
        }
        return new BasicAuthentication(
                AuthenticationConfig.SCHEDULER_REALM,
                credentials.orElseThrow(() -> notCreated(
                        BASIC,
                        "No credentials provided for the default '" + BASIC + "' HTTP authenticator for realm '"
                                + AuthenticationConfig.SCHEDULER_REALM + "'")));
    }

    private static IllegalArgumentException notCreated(String name, String why) {
        return new IllegalArgumentException("Failed to create HTTP authenticator module '" + name + "': " + why);
    }
}

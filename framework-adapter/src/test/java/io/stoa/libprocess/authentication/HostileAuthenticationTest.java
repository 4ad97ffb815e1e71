package io.stoa.libprocess.authentication;

import static io.stoa.libprocess.authentication.AuthenticatorFixture.authenticateeOf;
import static io.stoa.libprocess.authentication.AuthenticatorFixture.pid;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.stoa.libprocess.Message;
import io.stoa.libprocess.PeerLimits;
import io.stoa.libprocess.Upid;
import io.stoa.libprocess.scheduler.SubscriptionGate.Admission;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class HostileAuthenticationTest {

    private static final Upid DRIVER = pid("scheduler-9ac3@127.0.0.1:7070");
    private static final Upid AUTHENTICATEE = authenticateeOf(DRIVER);
    private static final AuthenticationLimits SMALL = new AuthenticationLimits(10, 4, 3);

    private final AuthenticatorFixture fixture = new AuthenticatorFixture(true, SMALL);

    @Test
    void aStepBeforeTheStartEndsTheExchange() {
        fixture.authenticate(DRIVER);
        fixture.step(AUTHENTICATEE, fixture.last().from(), "golden 00".getBytes(UTF_8));

        assertThat(fixture.lastError()).isEqualTo("Unexpected authentication 'step' received");
        assertThat(fixture.processes.ids()).isEmpty();
    }

    @Test
    void aSecondStartEndsTheExchange() {
        fixture.authenticate(DRIVER);
        String exchange = fixture.last().from();
        fixture.start(AUTHENTICATEE, exchange, "CRAM-MD5");
        fixture.start(AUTHENTICATEE, exchange, "CRAM-MD5");

        assertThat(fixture.lastError()).isEqualTo("Unexpected authentication 'start' received");
        assertThat(fixture.processes.ids()).isEmpty();
    }

    @Test
    void anotherMechanismIsRefusedWithoutRepeatingIt() {
        fixture.authenticate(DRIVER);
        fixture.start(AUTHENTICATEE, fixture.last().from(), "PLAIN".repeat(1_000));

        assertThat(fixture.lastError()).isEqualTo("Mechanism not supported (expected: CRAM-MD5)");
    }

    @Test
    void aResponseThatIsTooLongIsNotLookedAt() {
        fixture.authenticate(DRIVER);
        String exchange = fixture.last().from();
        fixture.start(AUTHENTICATEE, exchange, "CRAM-MD5");
        fixture.step(AUTHENTICATEE, exchange, new byte[1 << 20]);

        assertThat(fixture.lastError()).isEqualTo("Malformed response of 1048576 bytes (expected: at most 1024)");
        assertThat(fixture.admit(DRIVER, "")).hasOnlyElementsOfType(Admission.Refused.class);
    }

    @Test
    void noMessageButWholeOnesOfTheAuthenticateeCount() {
        fixture.authenticate(DRIVER);
        String exchange = fixture.last().from();
        int sent = fixture.peers.sent().size();
        fixture.start(AUTHENTICATEE.withId("other"), exchange, "PLAIN");
        fixture.start(pid("crammd5-authenticatee(1)@127.0.0.2:7070"), exchange, "PLAIN");
        fixture.processes.send(
                new Message(AUTHENTICATEE, exchange, "mesos.internal.AuthenticationStartMessage", new byte[] {10}));
        fixture.processes.send(new Message(AUTHENTICATEE, exchange, "mesos.internal.Other", new byte[0]));
        fixture.processes.send(new Message(AUTHENTICATEE, exchange, "", new byte[0]));

        assertThat(fixture.peers.sent()).hasSize(sent);

        fixture.start(AUTHENTICATEE, exchange, "CRAM-MD5");
        fixture.step(
                AUTHENTICATEE, exchange, AuthenticatorFixture.response(fixture.challenge(), "golden", "golden-secret"));
        assertThat(fixture.admit(DRIVER, "")).containsExactly(new Admission.Granted(Optional.of("golden")));
    }

    @Test
    void nobodySpeaksForAProcessElsewhere() {
        fixture.authenticate(DRIVER, "golden", "golden-secret");
        fixture.authenticate(pid("crammd5-authenticatee(1)@10.0.0.66:7070"), DRIVER);
        fixture.authentication.receive(
                new Message(AUTHENTICATEE, "master", "mesos.internal.AuthenticateMessage", new byte[] {1, 2}));

        assertThat(fixture.admit(DRIVER, "")).containsExactly(new Admission.Granted(Optional.of("golden")));
        assertThat(fixture.peers.links()).hasSize(1);
        assertThat(fixture.count("messages_authenticate")).isEqualTo(3);
        assertThat(fixture.count("authentications_dropped")).isEqualTo(2);
    }

    /** Of addresses that never answer: whoever does gets through all the same. */
    @Test
    void aStormFromManyAddressesKeepsNobodyOut() {
        for (int i = 0; i < 1_000; i++) {
            fixture.authenticate(pid("storm@10.0." + i / 250 + "." + i % 250 + ":5050"));
        }

        assertThat(fixture.processes.ids()).hasSize(SMALL.exchanges());
        assertThat(fixture.peers.links().stream().filter(link -> link.isOpen())).hasSize(SMALL.exchanges());
        assertThat(fixture.count("authentications_dropped")).isEqualTo(1_000 - SMALL.exchanges());

        fixture.authenticate(DRIVER, "golden", "golden-secret");

        assertThat(fixture.admit(DRIVER, "")).containsExactly(new Admission.Granted(Optional.of("golden")));
    }

    @Test
    void aStormFromOneHostTakesThePlaceOfItsOwnOnly() {
        fixture.authenticate(DRIVER);
        String exchange = fixture.last().from();
        for (int i = 1; i <= 1_000; i++) {
            fixture.authenticate(pid("storm@10.0.0.66:" + i));
        }

        assertThat(fixture.processes.ids())
                .hasSize(1 + SMALL.exchangesOfAHost())
                .contains(exchange);
    }

    @Test
    void whoHasAnsweredGivesWayLast() {
        String first = answered(pid("slow@10.0.0.7:1"));
        fixture.authenticate(pid("silent@10.0.0.7:2"));
        String silent = fixture.last().from();
        for (int i = 3; i <= SMALL.exchangesOfAHost() + 1; i++) {
            answered(pid("slow@10.0.0.7:" + i));
        }

        assertThat(fixture.processes.ids())
                .hasSize(SMALL.exchangesOfAHost())
                .contains(first)
                .doesNotContain(silent);

        fixture.authenticate(pid("one-more@10.0.0.7:99"));

        assertThat(fixture.processes.ids())
                .hasSize(SMALL.exchangesOfAHost())
                .contains(fixture.last().from())
                .doesNotContain(first);
    }

    @Test
    void aHostWhoseExchangesNeverEndKeepsNobodyOut() {
        answered(pid("honest@10.0.0.1:1"));
        String honest = fixture.last().from();
        for (int i = 0; i < 100; i++) {
            answered(pid("slow@10.0.0." + (2 + i % 4) + ":" + (1 + i)));
        }

        assertThat(fixture.processes.ids()).hasSize(SMALL.exchanges()).contains(honest);

        fixture.authenticate(DRIVER, "golden", "golden-secret");

        assertThat(fixture.admit(DRIVER, "")).containsExactly(new Admission.Granted(Optional.of("golden")));
    }

    /** @return its exchange, which waits for a response now */
    private String answered(Upid pid) {
        fixture.authenticate(pid);
        String exchange = fixture.last().from();
        fixture.start(authenticateeOf(pid), exchange, "CRAM-MD5");
        return exchange;
    }

    @Test
    void whoGivesWayIsDecidedBeforeThereAreTooManyConnections() {
        assertThat(AuthenticationLimits.STANDARD.exchanges())
                .isLessThan(PeerLimits.STANDARD.authentications().maxConnections());
    }

    /** Otherwise anybody could speak in it who names its other side as the sender. */
    @Test
    void theNameOfAnExchangeCannotBeForeseen() {
        fixture.authenticate(DRIVER);
        String one = fixture.last().from();
        fixture.authenticate(DRIVER);

        assertThat(fixture.last().from()).isNotEqualTo(one).hasSize("crammd5-authenticator-session()".length() + 32);
    }

    @Test
    void proofsAreForgottenBeyondTheirLimit() {
        for (int i = 0; i <= SMALL.proofs(); i++) {
            fixture.authenticate(pid("driver@10.0.0." + i + ":1"), "golden", "golden-secret");
        }

        assertThat(fixture.admit(pid("driver@10.0.0.0:1"), "")).hasOnlyElementsOfType(Admission.Refused.class);
        assertThat(fixture.admit(pid("driver@10.0.0.1:1"), "")).hasOnlyElementsOfType(Admission.Granted.class);
    }

    /** The principal, as long as it is proved by nobody, may be a secret that was typed in the wrong place. */
    @Test
    void noSecretIsLogged() {
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(FrameworkAuthentication.class);
        logged.start();
        logger.addAppender(logged);
        Level level = logger.getLevel();
        logger.setLevel(Level.TRACE);
        try {
            fixture.authenticate(DRIVER, "golden", "golden-secret");
            fixture.authenticate(DRIVER, "golden-secret", "golden");
            fixture.admit(DRIVER, "");
        } finally {
            logger.setLevel(level);
            logger.detachAppender(logged);
        }

        assertThat(logged.list)
                .isNotEmpty()
                .noneMatch(event -> event.getFormattedMessage().contains("golden-secret"));
    }
}

package io.stoa.libprocess.authentication;

import static io.stoa.libprocess.authentication.AuthenticatorFixture.authenticateeOf;
import static io.stoa.libprocess.authentication.AuthenticatorFixture.pid;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.libprocess.LinkPurpose;
import io.stoa.libprocess.Upid;
import io.stoa.libprocess.scheduler.SubscriptionGate.Admission;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FrameworkAuthenticationTest {

    private static final Upid DRIVER = pid("scheduler-9ac3@127.0.0.1:7070");
    private static final Upid AUTHENTICATEE = authenticateeOf(DRIVER);
    private static final Admission NOT_AUTHENTICATED =
            new Admission.Refused("Framework at scheduler-9ac3@127.0.0.1:7070 is not authenticated");

    private final AuthenticatorFixture fixture = new AuthenticatorFixture(true, AuthenticationLimits.STANDARD);

    @Test
    void whoKnowsTheSecretIsThePrincipal() {
        fixture.authenticate(DRIVER);

        assertThat(fixture.lastMechanisms()).containsExactly("CRAM-MD5");
        assertThat(fixture.last().from()).matches("crammd5-authenticator-session\\([0-9a-f]{32}\\)");
        assertThat(fixture.last().to()).isEqualTo(AUTHENTICATEE);
        assertThat(fixture.peers.links().get(0).purpose).isEqualTo(LinkPurpose.AUTHENTICATION);

        fixture.authenticate(DRIVER, "golden", "golden-secret");

        assertThat(fixture.sentTo(AUTHENTICATEE))
                .containsExactly(
                        "AuthenticationMechanismsMessage",
                        "AuthenticationMechanismsMessage",
                        "AuthenticationStepMessage",
                        "AuthenticationCompletedMessage");
        assertThat(fixture.admit(DRIVER, "")).containsExactly(new Admission.Granted(Optional.of("golden")));
        assertThat(fixture.admit(DRIVER, "golden")).containsExactly(new Admission.Granted(Optional.of("golden")));
    }

    @Test
    void nothingOfAnExchangeRemainsWhenItIsOver() {
        fixture.authenticate(DRIVER, "golden", "golden-secret");

        assertThat(fixture.processes.ids()).isEmpty();
        assertThat(fixture.peers.links().get(0).isOpen()).isFalse();
        assertThat(fixture.time.nextDueMs()).isEmpty();
    }

    @Test
    void aFrameworkOfAnotherPrincipalIsRefused() {
        fixture.authenticate(DRIVER, "golden", "golden-secret");

        assertThat(fixture.admit(DRIVER, "other"))
                .containsExactly(new Admission.Refused(
                        "Framework principal 'other' does not match authenticated principal 'golden'"));
    }

    @Test
    void whoDoesNotKnowTheSecretIsNobody() {
        fixture.authenticate(DRIVER, "golden", "wrong");

        assertThat(fixture.sentTo(AUTHENTICATEE)).endsWith("AuthenticationFailedMessage");
        assertThat(fixture.admit(DRIVER, "golden")).containsExactly(NOT_AUTHENTICATED);
        assertThat(fixture.processes.ids()).isEmpty();
    }

    @Test
    void whoHasProvedNothingSubscribesOnlyWhereNobodyHasTo() {
        AuthenticatorFixture open = new AuthenticatorFixture(false, AuthenticationLimits.STANDARD);

        assertThat(fixture.admit(DRIVER, "")).containsExactly(NOT_AUTHENTICATED);
        assertThat(open.admit(DRIVER, "anybody")).containsExactly(new Admission.Granted(Optional.empty()));
    }

    @Test
    void aSubscriptionWaitsForTheAuthenticationUnderWay() {
        fixture.authenticate(DRIVER);
        String exchange = fixture.last().from();
        List<Admission> replaced = fixture.admit(DRIVER, "");
        List<Admission> answers = fixture.admit(DRIVER, "golden");
        fixture.start(AUTHENTICATEE, exchange, "CRAM-MD5");

        assertThat(answers).isEmpty();

        fixture.step(
                AUTHENTICATEE, exchange, AuthenticatorFixture.response(fixture.challenge(), "golden", "golden-secret"));

        assertThat(answers).containsExactly(new Admission.Granted(Optional.of("golden")));
        assertThat(replaced).isEmpty();
    }

    @Test
    void aSubscriptionThatWaitedForAWrongSecretIsRefused() {
        fixture.authenticate(DRIVER);
        String exchange = fixture.last().from();
        List<Admission> answers = fixture.admit(DRIVER, "golden");
        fixture.start(AUTHENTICATEE, exchange, "CRAM-MD5");
        fixture.step(AUTHENTICATEE, exchange, AuthenticatorFixture.response(fixture.challenge(), "golden", "wrong"));

        assertThat(answers).containsExactly(NOT_AUTHENTICATED);
    }

    /** The driver asks again, as to Mesos. */
    @Test
    void aSubscriptionIsDroppedWhereTheAuthenticationCameToNothing() {
        fixture.authenticate(DRIVER);
        List<Admission> superseded = fixture.admit(DRIVER, "golden");
        fixture.authenticate(DRIVER);
        List<Admission> late = fixture.admit(DRIVER, "golden");
        fixture.time.advance(AuthenticatorFixture.TIMEOUT_MS);
        fixture.authenticate(DRIVER);
        List<Admission> cut = fixture.admit(DRIVER, "golden");
        fixture.peers.links().get(2).lose();

        assertThat(superseded).isEmpty();
        assertThat(late).isEmpty();
        assertThat(cut).isEmpty();
        assertThat(fixture.admit(DRIVER, "golden")).containsExactly(NOT_AUTHENTICATED);
        assertThat(fixture.processes.ids()).isEmpty();
    }

    @Test
    void whoTakesTooLongIsCutOffWithoutAnotherWord() {
        fixture.authenticate(DRIVER);
        fixture.time.advance(AuthenticatorFixture.TIMEOUT_MS - 1);

        assertThat(fixture.processes.ids()).containsExactly(fixture.last().from());

        fixture.time.advance(1);

        assertThat(fixture.processes.ids()).isEmpty();
        assertThat(fixture.peers.links().get(0).isOpen()).isFalse();
        assertThat(fixture.sentTo(AUTHENTICATEE)).containsExactly("AuthenticationMechanismsMessage");
    }

    @Test
    void whoAuthenticatesAgainHasProvedNothingMeanwhile() {
        fixture.authenticate(DRIVER, "golden", "golden-secret");
        fixture.authenticate(DRIVER, "golden", "wrong");

        assertThat(fixture.admit(DRIVER, "golden")).containsExactly(NOT_AUTHENTICATED);
    }

    @Test
    void aSecondExchangeOfAProcessTakesThePlaceOfTheFirst() {
        fixture.authenticate(DRIVER);
        fixture.authenticate(DRIVER);

        assertThat(fixture.processes.ids()).containsExactly(fixture.last().from());
        assertThat(fixture.peers.links().get(0).isOpen()).isFalse();
        assertThat(fixture.peers.links().get(1).isOpen()).isTrue();
    }

    @Test
    void aProofEndsWithTheFrameworkOfItsProcess() {
        fixture.authenticate(DRIVER, "golden", "golden-secret");
        fixture.authentication.left(DRIVER);

        assertThat(fixture.admit(DRIVER, "golden")).containsExactly(NOT_AUTHENTICATED);
    }

    @Test
    void aTermThatIsOverTakesNobodyAndLeavesNothing() {
        fixture.authenticate(DRIVER);
        List<Admission> answers = fixture.admit(DRIVER, "golden");
        fixture.authentication.close();
        fixture.authenticate(DRIVER);

        assertThat(answers).isEmpty();
        assertThat(fixture.processes.ids()).isEmpty();
        assertThat(fixture.time.nextDueMs()).isEmpty();
        assertThat(fixture.peers.links()).hasSize(1).noneMatch(link -> link.isOpen());
    }
}

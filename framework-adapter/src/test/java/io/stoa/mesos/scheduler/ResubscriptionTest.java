package io.stoa.mesos.scheduler;

import static io.stoa.mesos.scheduler.SchedulerFixture.framework;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import java.util.function.UnaryOperator;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a framework that is known says of itself when it subscribes again, and by UPDATE_FRAMEWORK. */
class ResubscriptionTest {

    private static final String ID = "M-0000";
    private static final String PRINCIPAL = "Changing framework's principal is not allowed.";

    private final SchedulerFixture fixture = new SchedulerFixture();
    private FakeStream stream = new FakeStream("none", fixture.loop);

    @BeforeEach
    void subscribe() {
        stream = fixture.subscribe(known());
    }

    private static FrameworkInfo.Builder known() {
        return framework()
                .setFailoverTimeout(60)
                .setPrincipal("p")
                .setCheckpoint(true)
                .setHostname("one");
    }

    @Test
    void theUserAndTheCheckpointingItBeganWithAreKeptWithoutAWord() {
        FakeStream again = fixture.subscribe(known().setUser("other").setCheckpoint(false), ID);

        assertThat(again.errors()).isEmpty();
        assertThat(info().getUser()).isEqualTo("root");
        assertThat(info().getCheckpoint()).isTrue();
    }

    @Test
    void anUpdateOfTheUserOrTheCheckpointingIsRefused() {
        assertThat(update(info -> info.setUser("other")))
                .isEqualTo(CallAnswer.invalid("FrameworkInfo update is not valid: Updating 'FrameworkInfo.user' is"
                        + " unsupported; attempted to update from 'root' to 'other'"));
        assertThat(update(info -> info.clearCheckpoint()))
                .isEqualTo(CallAnswer.invalid("FrameworkInfo update is not valid: Updating 'FrameworkInfo.checkpoint'"
                        + " is unsupported; attempted to update from 'true' to 'false'"));
        assertThat(info()).isEqualTo(known().setId(info().getId()).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"q", ""})
    void anotherPrincipalIsNoSubscriber(String principal) {
        FakeStream stranger = fixture.subscribe(known().setPrincipal(principal), ID);
        assertThat(stranger.errors()).containsExactly(PRINCIPAL);
        assertThat(stranger.ended).isTrue();
        assertThat(stream.ended).as("the one that is subscribed stays").isFalse();
    }

    @Test
    void forHowLongItMayStayAwayIsKnown() {
        FrameworkId id = new FrameworkId(ID);
        assertThat(fixture.api.removedInMs(id)).as("subscribed").isEmpty();
        stream.close();
        fixture.advance(20_000);
        assertThat(fixture.api.removedInMs(id)).hasValue(40_000);

        fixture.changeLeader();
        fixture.api.start();
        assertThat(fixture.api.removedInMs(id)).hasValue(SchedulerConfig.DEFAULTS.recoveryTimeoutMs());
        fixture.advance(SchedulerConfig.DEFAULTS.recoveryTimeoutMs());
        assertThat(fixture.api.removedInMs(id)).as("removed").isEmpty();
    }

    @Test
    void noPrincipalIsAnotherOneThanAnEmptyOne() {
        assertThat(fixture.subscribe(known().clearPrincipal(), ID).errors()).containsExactly(PRINCIPAL);
        assertThat(update(info -> info.clearPrincipal()))
                .isEqualTo(CallAnswer.invalid("FrameworkInfo update is not valid: " + PRINCIPAL));
        FakeStream without = fixture.subscribe(framework());
        assertThat(without.errors()).isEmpty();
        assertThat(fixture.subscribe(framework().setPrincipal(""), "M-0001").errors())
                .containsExactly(PRINCIPAL);
    }

    @Test
    void theRulesHoldAfterAChangeOfTheLeader() {
        fixture.changeLeader();
        assertThat(fixture.subscribe(known().setPrincipal("q"), ID).errors()).containsExactly(PRINCIPAL);
        assertThat(fixture.subscribe(known().setUser("other"), ID).errors()).isEmpty();
        assertThat(info().getUser()).isEqualTo("root");
    }

    @Test
    void everythingElseIsReplacedOnSubscribe() {
        FrameworkInfo.Builder other = other();
        assertThat(fixture.subscribe(other.clone(), ID).errors()).isEmpty();
        assertThat(info()).isEqualTo(other.setId(info().getId()).build());
    }

    @Test
    void everythingElseIsReplacedByAnUpdate() {
        FrameworkInfo.Builder other = other().setId(info().getId());
        assertThat(update(info -> other)).isEqualTo(CallAnswer.OK);
        assertThat(info()).isEqualTo(other.build());
    }

    /** No MULTI_ROLE, so that it is in one role by another field. */
    @SuppressWarnings("deprecation")
    private static FrameworkInfo.Builder other() {
        return known().setName("renamed")
                .clearHostname()
                .setWebuiUrl("http://two")
                .setFailoverTimeout(5)
                .clearRoles()
                .setRole("a")
                .clearCapabilities()
                .addCapabilities(Capability.newBuilder().setType(Capability.Type.PARTITION_AWARE))
                .setLabels(Labels.newBuilder().addLabels(Label.newBuilder().setKey("k")));
    }

    @Test
    void theNewFailoverTimeoutCounts() {
        update(info -> info.setFailoverTimeout(5));
        stream.close();
        fixture.advance(4_999);
        assertThat(fixture.state.snapshot().framework(new FrameworkId(ID))).isPresent();
        fixture.advance(1);
        assertThat(fixture.state.snapshot().framework(new FrameworkId(ID))).isEmpty();
    }

    @Test
    void onlySubscribingAgainIsCountedAsThat() {
        fixture.advance(1_000);
        update(info -> info.setName("renamed"));
        assertThat(present().reregisteredAtMs()).isZero();
        fixture.subscribe(known(), ID);
        assertThat(present().reregisteredAtMs()).isEqualTo(present().registeredAtMs() + 1_000);
    }

    @Test
    void agentsAreToldOfWhatIsNewOnly() {
        fixture.gateway.calls.clear();
        update(info -> info);
        assertThat(fixture.gateway.calls).isEmpty();
        update(info -> info.setName("renamed"));
        assertThat(fixture.gateway.calls).containsExactly("update M-0000");
        fixture.subscribe(known().setName("renamed"), ID);
        assertThat(fixture.gateway.calls).containsExactly("update M-0000", "update M-0000");
    }

    @Test
    void anUpdateIsHeldToTheRulesOfSubscribe() {
        assertThat(update(info -> info.addRoles("a").addRoles("a")))
                .isEqualTo(CallAnswer.invalid("Supplied FrameworkInfo is not valid: 'FrameworkInfo.roles' contains"
                        + " duplicate items: { a }"));
        assertThat(update(info -> info.setFailoverTimeout(1e300)))
                .isEqualTo(CallAnswer.invalid("Supplied FrameworkInfo is not valid: The framework failover_timeout"
                        + " (1e+300) is invalid"));
    }

    private FrameworkInfo info() {
        return present().info();
    }

    private Framework present() {
        return fixture.state.snapshot().framework(new FrameworkId(ID)).orElseThrow();
    }

    private CallAnswer update(UnaryOperator<FrameworkInfo.Builder> change) {
        return fixture.call(
                stream,
                Call.newBuilder()
                        .setType(Call.Type.UPDATE_FRAMEWORK)
                        .setUpdateFramework(
                                Call.UpdateFramework.newBuilder().setFrameworkInfo(change.apply(info().toBuilder()))));
    }
}

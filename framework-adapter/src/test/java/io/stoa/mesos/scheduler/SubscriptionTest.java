package io.stoa.mesos.scheduler;

import static io.stoa.mesos.scheduler.SchedulerFixture.framework;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.mesos.constraint.RegexLimits;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.Test;

class SubscriptionTest {

    private static final FrameworkId ID = new FrameworkId("M-0000");

    private final SchedulerFixture fixture = new SchedulerFixture();

    private static Call.Builder revive() {
        return Call.newBuilder().setType(Call.Type.REVIVE);
    }

    @Test
    void nothingIsSaidBeforeTheFrameworkIsDurable() {
        fixture.state.hold();
        FakeStream stream = fixture.subscribe(framework());
        assertThat(stream.events).isEmpty();
        fixture.state.release();
        fixture.loop.runAll();
        assertThat(stream.types()).containsExactly(Event.Type.SUBSCRIBED, Event.Type.HEARTBEAT);
        Event.Subscribed subscribed = stream.events.get(0).getSubscribed();
        assertThat(subscribed.getFrameworkId().getValue()).isEqualTo("M-0000");
        assertThat(subscribed.getHeartbeatIntervalSeconds()).isEqualTo(15);
        assertThat(fixture.allocator.calls).containsExactly("activate M-0000");
        assertThat(fixture.gateway.calls).containsExactly("update M-0000");
    }

    @Test
    void heartbeatsComeEvery15SecondsUntilTheStreamIsGone() {
        FakeStream stream = fixture.subscribe(framework());
        fixture.advance(14_999);
        assertThat(stream.events).hasSize(2);
        fixture.advance(1);
        fixture.advance(15_000);
        assertThat(stream.types().subList(2, 4)).containsOnly(Event.Type.HEARTBEAT);
        stream.close();
        fixture.loop.runAll();
        fixture.advance(60_000);
        assertThat(stream.events).hasSize(4);
    }

    @Test
    void idsAreCountedPastThoseThatAreTaken() {
        fixture.subscribe(framework(), "M-0001");
        fixture.subscribe(framework());
        FakeStream third = fixture.subscribe(framework());
        assertThat(third.events.get(0).getSubscribed().getFrameworkId().getValue())
                .isEqualTo("M-0002");
    }

    @Test
    void theNewestSubscriptionWins() {
        FakeStream first = fixture.subscribe(framework());
        FakeStream second = fixture.subscribe(framework(), "M-0000");
        assertThat(first.errors()).containsExactly("Framework failed over");
        assertThat(first.ended).isTrue();
        assertThat(second.types()).startsWith(Event.Type.SUBSCRIBED, Event.Type.HEARTBEAT);
        assertThat(fixture.call(first, revive()).message())
                .isEqualTo("The stream ID 'stream-0' included in this request didn't match the stream ID currently"
                        + " associated with framework ID M-0000");
        assertThat(fixture.call(second, revive())).isEqualTo(CallAnswer.ACCEPTED);
        // The end of the old stream is not the end of the framework.
        assertThat(fixture.allocator.calls).doesNotContain("deactivate M-0000");
    }

    @Test
    void anInvalidFrameworkIsToldOnItsStream() {
        FakeStream stream = fixture.subscribe(framework().addRoles("a b"));
        assertThat(stream.errors())
                .containsExactly("'FrameworkInfo.roles' contains invalid role: Role component 'a b' is invalid"
                        + " because it contains backspace or whitespace");
        assertThat(stream.ended).isTrue();
        assertThat(fixture.state.snapshot().frameworks()).isEmpty();
    }

    @Test
    void onlyListedRolesAndUsersAreLetIn() {
        SchedulerFixture strict = new SchedulerFixture(
                new SchedulerConfig(Set.of("a"), false, 15_000, 600_000, RegexLimits.DEFAULTS, 10));
        assertThat(strict.subscribe(framework().addRoles("b")).errors())
                .containsExactly("Roles { b } are not present in the master's --roles");
        assertThat(strict.subscribe(framework()).errors())
                .containsExactly("User 'root' is not allowed to run frameworks without --root_submissions set");
        assertThat(strict.subscribe(framework().setUser("app").addRoles("a")).errors())
                .isEmpty();
    }

    @Test
    void aSubscriptionThatCannotBeStoredEndsWithoutAnEvent() {
        fixture.state.refuse(CommitResult.Reason.QUEUE_FULL);
        FakeStream stream = fixture.subscribe(framework());
        assertThat(stream.events).isEmpty();
        assertThat(stream.ended).isTrue();
    }

    @Test
    void aFrameworkThatIsTooLargeToBeStoredIsRefusedForGood() {
        fixture.state.refuse(CommitResult.Reason.TOO_LARGE);
        FakeStream stream = fixture.subscribe(framework());
        assertThat(stream.errors()).containsExactly("FrameworkInfo is too large: refused by the test");
        assertThat(stream.ended).isTrue();
    }

    @Test
    void withoutFailoverTimeoutAFrameworkGoesWithItsStream() {
        FakeStream stream = fixture.subscribe(framework());
        stream.close();
        fixture.advance(0);
        assertThat(fixture.state.snapshot().isRemoved(ID)).isTrue();
        assertThat(fixture.allocator.calls).containsExactly("activate M-0000", "deactivate M-0000", "remove M-0000");
        assertThat(fixture.gateway.calls).contains("shutdownFramework M-0000");
        assertThat(fixture.call(stream, revive()).message()).isEqualTo("Framework cannot be found");
        assertThat(fixture.subscribe(framework(), "M-0000").errors()).containsExactly("Framework has been removed");
    }

    @Test
    void aFrameworkMayStayAwayForItsFailoverTimeout() {
        fixture.subscribe(framework().setFailoverTimeout(5)).close();
        fixture.advance(4_999);
        CallAnswer away = fixture.call("M-0000", Optional.of("stream-0"), revive());
        assertThat(away).isEqualTo(CallAnswer.disconnected("Framework is not subscribed"));
        FakeStream back = fixture.subscribe(framework().setFailoverTimeout(2), "M-0000");
        fixture.advance(10_000);
        assertThat(fixture.state.snapshot().isRemoved(ID)).isFalse();
        back.close();
        fixture.advance(2_000);
        assertThat(fixture.state.snapshot().isRemoved(ID)).isTrue();
    }

    @Test
    void removalIsTriedAgainWhenItCouldNotBeStored() {
        fixture.subscribe(framework()).close();
        fixture.state.refuse(CommitResult.Reason.QUEUE_FULL);
        fixture.advance(0);
        fixture.state.accept();
        fixture.advance(1_000);
        assertThat(fixture.state.snapshot().isRemoved(ID)).isTrue();
    }

    @Test
    void aStreamThatBreaksBeforeItsAnswerLeavesNoSession() {
        fixture.state.hold();
        FakeStream stream = fixture.subscribe(framework().setFailoverTimeout(60));
        stream.close();
        fixture.state.release();
        fixture.loop.runAll();
        assertThat(fixture.api.isConnected(ID)).isFalse();
        fixture.advance(60_000);
        assertThat(fixture.state.snapshot().isRemoved(ID)).isTrue();
    }

    @Test
    void tearDownIsAnsweredWhenTheFrameworkIsGone() {
        FakeStream stream = fixture.subscribe(framework().setFailoverTimeout(60));
        fixture.state.hold();
        Call.Builder tearDown = Call.newBuilder().setType(Call.Type.TEARDOWN);
        assertThat(fixture.call(stream, tearDown).kind()).isEqualTo(CallAnswer.Kind.UNAVAILABLE);
        fixture.state.release();
        fixture.loop.runAll();
        assertThat(stream.ended).isTrue();
        assertThat(stream.types()).containsExactly(Event.Type.SUBSCRIBED, Event.Type.HEARTBEAT);
        assertThat(fixture.call(stream, revive()).message()).isEqualTo("Framework cannot be found");
        assertThat(fixture.gateway.calls).containsOnlyOnce("shutdownFramework M-0000");
    }

    @Test
    void callsNeedTheirStreamsId() {
        fixture.subscribe(framework());
        assertThat(fixture.call("M-0000", Optional.empty(), revive()).message())
                .isEqualTo("All non-subscribe calls should include the 'Mesos-Stream-Id' header");
        assertThat(fixture.call("nosuch", Optional.empty(), revive()).message()).isEqualTo("Framework cannot be found");
    }

    @Test
    void aFrameworkThatWaitsForTooMuchIsRefused() {
        SchedulerFixture narrow =
                new SchedulerFixture(new SchedulerConfig(Set.of(), true, 15_000, 600_000, RegexLimits.DEFAULTS, 0));
        FakeStream stream = narrow.subscribe(framework());
        assertThat(narrow.call(stream, revive()).kind()).isEqualTo(CallAnswer.Kind.TOO_MANY);
    }

    @Test
    void whoeverWasKnownHasTimeToComeBackToANewLeader() {
        fixture.commit(new StateMutation.AdmitFramework(
                ID,
                framework().setId(FrameworkID.newBuilder().setValue("M-0000")).build(),
                0));
        fixture.api.start();
        fixture.advance(599_999);
        assertThat(fixture.state.snapshot().framework(ID)).isPresent();
        FakeStream back = fixture.subscribe(framework(), "M-0000");
        assertThat(back.types()).contains(Event.Type.SUBSCRIBED);
        fixture.advance(600_000);
        assertThat(fixture.state.snapshot().framework(ID)).isPresent();
        fixture.api.stop();
        fixture.loop.runAll();
        assertThat(back.ended).isTrue();
        fixture.advance(600_000);
        assertThat(fixture.state.snapshot().framework(ID)).isPresent();
    }

    @Test
    void updateFrameworkIsAnsweredWhenItIsDurable() {
        FakeStream stream = fixture.subscribe(framework());
        FrameworkInfo.Builder info = fixture.state.snapshot().framework(ID).orElseThrow().info().toBuilder();
        Call.UpdateFramework.Builder update = Call.UpdateFramework.newBuilder()
                .setFrameworkInfo(info.addRoles("c"))
                .addSuppressedRoles("c");
        Call.Builder call =
                Call.newBuilder().setType(Call.Type.UPDATE_FRAMEWORK).setUpdateFramework(update);
        assertThat(fixture.call(stream, call)).isEqualTo(CallAnswer.OK);
        assertThat(fixture.allocator.calls).contains("update M-0000 [*, c] [c]");
        assertThat(fixture.call(stream, call.setUpdateFramework(update.addSuppressedRoles("d"))))
                .isEqualTo(CallAnswer.invalid("'UpdateFramework' call is not valid: Suppressed roles { d } are not"
                        + " contained in the set of roles"));
        assertThat(fixture.call(stream, call.setUpdateFramework(update.setFrameworkInfo(info.setUser("x")))))
                .extracting(CallAnswer::message)
                .asString()
                .startsWith("FrameworkInfo update is not valid: Updating 'FrameworkInfo.user' is unsupported");
    }

    @Test
    void updateFrameworkIsAnsweredAfterTheRescindedOffers() {
        FakeStream stream = fixture.subscribe(framework());
        FrameworkInfo info =
                fixture.state.snapshot().framework(ID).orElseThrow().info();
        fixture.allocator.updated = new CompletableFuture<>();
        List<CallAnswer> answers = new ArrayList<>();
        fixture.api.call(
                Call.newBuilder()
                        .setType(Call.Type.UPDATE_FRAMEWORK)
                        .setFrameworkId(info.getId())
                        .setUpdateFramework(Call.UpdateFramework.newBuilder().setFrameworkInfo(info))
                        .build(),
                Optional.of(stream.id()),
                answers::add);
        fixture.loop.runAll();
        assertThat(answers).isEmpty();

        fixture.allocator.updated.complete(null);
        fixture.loop.runAll();

        assertThat(answers).containsExactly(CallAnswer.OK);
    }

    @Test
    void rolesThatAreNotTheFrameworksAreIgnored() {
        FakeStream stream = fixture.subscribe(framework().addRoles("a"));
        fixture.call(stream, revive().setRevive(Call.Revive.newBuilder().addRoles("a")));
        fixture.call(
                stream,
                revive().setRevive(Call.Revive.newBuilder().addRoles("a").addRoles("strange")));
        fixture.call(stream, Call.newBuilder().setType(Call.Type.SUPPRESS).setSuppress(Call.Suppress.newBuilder()));
        assertThat(fixture.allocator.calls)
                .containsExactly("activate M-0000", "revive M-0000 [a]", "suppress M-0000 []");
    }
}

package io.stoa.mesos.scheduler;

import static io.stoa.mesos.scheduler.SchedulerFixture.framework;
import static io.stoa.mesos.scheduler.SchedulerFixture.withId;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.mesos.scheduler.CallAnswer.Kind;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.transaction.StateMutation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.Test;

/** Schedulers whose streams have the id that they had before, and that must be told to take a framework over. */
class TakeoverTest {

    private static final FrameworkId ID = new FrameworkId("M-0000");

    private final SchedulerFixture fixture = new SchedulerFixture();

    @Test
    void whoSubscribesTwiceWithoutAnIdIsToldItsOwnAgain() {
        FakeStream stream = first("a");
        FakeStream repeated = first("a");

        assertThat(stream.types()).containsExactly(Event.Type.SUBSCRIBED, Event.Type.HEARTBEAT, Event.Type.SUBSCRIBED);
        assertThat(stream.events.get(2)).isEqualTo(stream.events.get(0));
        assertThat(repeated.events).isEmpty();
        assertThat(fixture.state.snapshot().frameworks()).hasSize(1);
    }

    @Test
    void theSameSchedulerGoesOnFromWhereItWas() {
        FakeStream stream = first("a");
        FakeStream again = again("a", Takeover.REFUSED);

        assertThat(stream.errors()).isEmpty();
        assertThat(stream.ended).isTrue();
        assertThat(stream.resumed).isFalse();
        assertThat(again.resumed).isTrue();
        assertThat(fixture.allocator.calls).containsExactly("activate M-0000", "resume M-0000");
    }

    @Test
    void theSameSchedulerGoesOnAlsoAfterItWasAway() {
        first("a").close();
        assertThat(again("a", Takeover.REFUSED).resumed).isTrue();
    }

    @Test
    void whoTakesItsOwnFrameworkOverBeginsAnewWithoutAnError() {
        FakeStream stream = first("a");
        FakeStream again = again("a", Takeover.ALLOWED);

        assertThat(stream.errors()).isEmpty();
        assertThat(again.resumed).isFalse();
        assertThat(again.types()).contains(Event.Type.SUBSCRIBED);
    }

    @Test
    void anotherSchedulerIsRefusedUnlessItTakesOver() {
        FakeStream stream = first("a");

        FakeStream late = again("b", Takeover.REFUSED);
        assertThat(late.errors()).containsExactly("Framework failed over");
        assertThat(late.ended).isTrue();
        assertThat(stream.ended).isFalse();

        FakeStream next = again("b", Takeover.ALLOWED);
        assertThat(next.errors()).isEmpty();
        assertThat(stream.errors()).containsExactly("Framework failed over");
    }

    @Test
    void whoWasReplacedIsRefusedAlsoWhenTheOtherIsAway() {
        first("a");
        again("b", Takeover.ALLOWED).close();
        assertThat(again("a", Takeover.REFUSED).errors()).containsExactly("Framework failed over");
    }

    @Test
    void twoThatSubscribeAtOnceDoNotBothGetIn() {
        fixture.commit(
                new StateMutation.AdmitFramework(ID, withId(info(), "M-0000").build(), 0));
        fixture.state.hold();
        FakeStream one = again("a", Takeover.REFUSED);
        FakeStream two = again("b", Takeover.REFUSED);
        fixture.state.release();
        fixture.loop.runAll();

        assertThat(one.errors()).isEmpty();
        assertThat(two.errors()).containsExactly("Framework failed over");
    }

    @Test
    void anybodyMayComeBackToANewLeader() {
        first("a");
        fixture.changeLeader();
        fixture.api.start();
        FakeStream back = again("b", Takeover.REFUSED);
        assertThat(back.errors()).isEmpty();
        assertThat(back.resumed).isFalse();
    }

    @Test
    void aSchedulerHasOneFramework() {
        FakeStream stream = first("a");
        FakeStream other = fixture.subscribe(withId(info(), "other"), "a", Takeover.ALLOWED);
        assertThat(other.events).isEmpty();
        assertThat(stream.ended).isFalse();
        assertThat(fixture.state.snapshot().framework(new FrameworkId("other"))).isEmpty();
    }

    @Test
    void whoIsDeactivatedIsHeardButGetsNoOffers() {
        FakeStream stream = first("a");
        fixture.api.deactivate(ID, "b");
        fixture.loop.runAll();
        assertThat(fixture.api.isActive(ID)).isTrue();

        fixture.api.deactivate(ID, "a");
        fixture.loop.runAll();

        assertThat(fixture.api.isActive(ID)).isFalse();
        assertThat(fixture.api.isConnected(ID)).isTrue();
        assertThat(fixture.allocator.calls).containsExactly("activate M-0000", "suspend M-0000");
        assertThat(fixture.call(stream, revive()).kind()).isEqualTo(Kind.ACCEPTED);
        again("a", Takeover.REFUSED);
        assertThat(fixture.api.isActive(ID)).isTrue();
    }

    @Test
    void whoseStreamIsGoneIsToldFromAStranger() {
        first("a").close();
        assertThat(fixture.call("M-0000", Optional.of("a"), revive()).kind()).isEqualTo(Kind.DISCONNECTED);
        assertThat(fixture.call("M-0000", Optional.of("b"), revive()).kind()).isEqualTo(Kind.FORBIDDEN);
        assertThat(fixture.call("nosuch", Optional.of("a"), revive()).kind()).isEqualTo(Kind.STRANGE);
        again("b", Takeover.ALLOWED);
        assertThat(fixture.call("M-0000", Optional.of("a"), revive()).kind()).isEqualTo(Kind.STRANGE);
    }

    @Test
    void onlyTheLastSchedulerUnregistersItsFramework() {
        first("a").close();
        assertThat(unregister("b")).isEqualTo(Kind.STRANGE);
        assertThat(fixture.state.snapshot().framework(ID)).isPresent();
        assertThat(unregister("a")).isEqualTo(Kind.ACCEPTED);
        assertThat(fixture.state.snapshot().framework(ID)).isEmpty();
    }

    @Test
    void whoseSubscriptionIsDecidedAfterTheTermIsNotConnected() {
        fixture.state.hold();
        FakeStream stream = first("a");
        fixture.api.stop();
        fixture.state.release();
        fixture.loop.runAll();

        assertThat(fixture.api.isConnected(ID)).isFalse();
        assertThat(stream.events).isEmpty();
        assertThat(stream.ended).isTrue();
        assertThat(fixture.allocator.calls).endsWith("deactivate M-0000");
    }

    @Test
    void itIsKnownWhenASubscriptionIsDecided() {
        fixture.state.hold();
        CompletableFuture<Void> decided = fixture.api
                .subscribe(
                        Call.newBuilder()
                                .setType(Call.Type.SUBSCRIBE)
                                .setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(info()))
                                .build(),
                        new FakeStream("a", fixture.loop),
                        Takeover.REFUSED)
                .toCompletableFuture();
        fixture.loop.runAll();
        assertThat(decided).isNotDone();
        fixture.state.release();
        fixture.loop.runAll();
        assertThat(decided).isDone();
    }

    private Kind unregister(String streamId) {
        List<CallAnswer> answers = new ArrayList<>();
        fixture.api.unregister(ID, streamId, answers::add);
        fixture.loop.runAll();
        return answers.get(0).kind();
    }

    private FakeStream first(String streamId) {
        return fixture.subscribe(info(), streamId, Takeover.REFUSED);
    }

    private FakeStream again(String streamId, Takeover takeover) {
        return fixture.subscribe(withId(info(), "M-0000"), streamId, takeover);
    }

    private static FrameworkInfo.Builder info() {
        return framework().setFailoverTimeout(60);
    }

    private static Call.Builder revive() {
        return Call.newBuilder().setType(Call.Type.REVIVE).setRevive(Call.Revive.newBuilder());
    }
}

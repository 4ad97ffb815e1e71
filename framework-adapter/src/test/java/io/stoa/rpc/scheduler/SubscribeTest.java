package io.stoa.rpc.scheduler;

import static io.stoa.rpc.scheduler.RpcFixture.assertFails;
import static io.stoa.rpc.scheduler.RpcFixture.scheduler;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.stoa.mesos.scheduler.Transport;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.ReconcileRequest;
import io.stoa.proto.v1.SubscribeRequest;
import io.stoa.proto.v1.TearDownRequest;
import io.stoa.proto.v1.UpdateSchedulerRequest;
import io.stoa.state.model.FrameworkId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SubscribeTest {

    private RpcFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = new RpcFixture();
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void aSchedulerIsToldItsIdAndGeneration() throws Exception {
        Identity identity = fixture.subscribe(scheduler("batch", "eng")).identity();
        FrameworkId id = new FrameworkId(identity.getSchedulerId());
        assertThat(fixture.state
                        .snapshot()
                        .framework(id)
                        .orElseThrow()
                        .generation()
                        .value())
                .isEqualTo(identity.getGeneration())
                .isPositive();
        assertThat(fixture.api.transport(id)).contains(Transport.RPC);
        assertThat(fixture.api.pid(id)).isEmpty();
        assertThat(fixture.counted("master/messages_register_framework")).isEqualTo(1);
    }

    @Test
    void nothingIsOfferedToItAlsoAfterAnUpdate() throws Exception {
        fixture.agent("S0", "cpus:4;mem:4096");
        EventReader events = fixture.subscribe(scheduler("batch", "eng"));
        Identity identity = events.identity();
        FrameworkInfo.Builder more = scheduler("batch", "eng", "ops");
        fixture.stub()
                .updateScheduler(UpdateSchedulerRequest.newBuilder()
                        .setIdentity(identity)
                        .setInfo(more)
                        .build());
        FrameworkId id = new FrameworkId(identity.getSchedulerId());
        assertThat(fixture.state.snapshot().framework(id).orElseThrow().info().getRolesList())
                .containsExactly("eng", "ops");
        assertThat(fixture.allocator.wishes().join().get(0).suppressedRoles()).containsExactlyInAnyOrder("eng", "ops");
        assertThat(fixture.allocator.openOffers()).isEmpty();
        assertThat(events.isOpen()).isTrue();
    }

    @Test
    void whatASchedulerSaysOfItselfIsLimited() throws Exception {
        FrameworkInfo.Builder manyRoles = scheduler("batch");
        for (int i = 0; i <= 1_000; i++) {
            manyRoles.addRoles("r" + i);
        }
        Identity identity = fixture.subscribe(scheduler("batch", "eng")).identity();
        Map<FrameworkInfo.Builder, String> tooMuch = Map.of(
                manyRoles,
                "info.roles: 1001 (expected: at most 1000)",
                scheduler("batch", "eng", "r".repeat(1_025)),
                "info.roles[1]: 1025 characters (expected: at most 1024)",
                scheduler("b".repeat(1_025), "eng"),
                "info.name: 1025 characters (expected: at most 1024)",
                scheduler("batch", "eng").setWebuiUrl("u".repeat(256 << 10)),
                " bytes (expected: at most 262144)");
        for (Map.Entry<FrameworkInfo.Builder, String> each : tooMuch.entrySet()) {
            Status end = fixture.subscribe(each.getKey()).end();
            assertThat(end.getDescription()).endsWith(each.getValue());
            assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertFails(
                    () -> fixture.stub()
                            .updateScheduler(UpdateSchedulerRequest.newBuilder()
                                    .setIdentity(identity)
                                    .setInfo(each.getKey())
                                    .build()),
                    Status.Code.INVALID_ARGUMENT,
                    each.getValue());
        }
        assertThat(fixture.state.snapshot().frameworks()).hasSize(1);
    }

    @Test
    void theNewestInstanceEndsTheStreamOfTheOneBefore() throws Exception {
        EventReader first = fixture.subscribe(scheduler("batch", "eng"));
        Identity before = first.identity();
        Identity after = fixture.subscribe(again(before)).identity();

        Status end = first.end();
        assertThat(end.getCode()).isEqualTo(Status.Code.ABORTED);
        assertThat(end.getDescription()).isEqualTo("Framework failed over");
        assertThat(after.getSchedulerId()).isEqualTo(before.getSchedulerId());
        assertThat(after.getGeneration()).isGreaterThan(before.getGeneration());
        assertFails(
                () -> fixture.stub().reconcile(reconcile(before)),
                Status.Code.FAILED_PRECONDITION,
                "generation: " + before.getGeneration() + " (expected: " + after.getGeneration() + ")");
        fixture.stub().reconcile(reconcile(after));
    }

    @Test
    void whoComesBackDoesNotPushOutItsSuccessor() throws Exception {
        Identity before = fixture.subscribe(scheduler("batch", "eng")).identity();
        EventReader successor = fixture.subscribe(again(before));
        Identity after = successor.identity();

        Status end = resubscribe(before).end();
        assertThat(end.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(end.getDescription())
                .isEqualTo("generation: " + before.getGeneration() + " (expected: " + after.getGeneration() + ")");
        assertThat(successor.isOpen()).isTrue();
        assertThat(resubscribe(after).identity().getGeneration()).isGreaterThan(after.getGeneration());
    }

    @Test
    void oneOfAHundredStreamsAtOnceIsLeft() throws Exception {
        assertOneOfAHundredIsLeft(
                fixture.subscribe(scheduler("batch", "eng")).identity().getSchedulerId());
    }

    /** Very first instances that know their id cannot become two schedulers. */
    @Test
    void ofAHundredFirstOnesWithAnIdOfTheirOwnOneSchedulerIsMade() throws Exception {
        assertOneOfAHundredIsLeft("batch-7f3a");
        assertThat(fixture.state.snapshot().frameworks()).hasSize(1);
    }

    private void assertOneOfAHundredIsLeft(String id) throws Exception {
        FrameworkInfo info = scheduler("batch", "eng")
                .setId(FrameworkID.newBuilder().setValue(id))
                .build();
        List<EventReader> streams = new ArrayList<>();
        List<ManagedChannel> channels = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            if (i % 4 == 0) {
                channels.add(fixture.channel());
            }
            streams.add(EventReader.subscribe(channels.get(i / 4), info));
        }
        await().until(() -> streams.stream().filter(EventReader::isOpen).count() == 1);
        long newest = fixture.state
                .snapshot()
                .framework(new FrameworkId(id))
                .orElseThrow()
                .generation()
                .value();
        for (EventReader stream : streams) {
            if (stream.isOpen()) {
                assertThat(stream.identity().getGeneration()).isEqualTo(newest);
            } else {
                assertThat(stream.end().getCode()).isEqualTo(Status.Code.ABORTED);
            }
        }
        channels.forEach(ManagedChannel::shutdownNow);
    }

    @Test
    void whatIsWrongWithAFrameworkIsSaidInMesosWords() throws Exception {
        Status end = fixture.subscribe(scheduler("batch", "a//b")).end();
        assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(end.getDescription())
                .isEqualTo("'FrameworkInfo.roles' contains invalid role: Role 'a//b' cannot contain two adjacent"
                        + " slashes");
        Status nothing = EventReader.subscribe(fixture.channel, SubscribeRequest.getDefaultInstance(), 1)
                .end();
        assertThat(nothing.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(nothing.getDescription()).isEqualTo("info: missing (expected: a FrameworkInfo)");
        assertThat(fixture.state.snapshot().frameworks()).isEmpty();
    }

    @Test
    void whoWasTornDownIsNotFoundAndDoesNotComeBack() throws Exception {
        EventReader events = fixture.subscribe(scheduler("batch", "eng"));
        Identity identity = events.identity();
        fixture.stub()
                .tearDown(TearDownRequest.newBuilder().setIdentity(identity).build());
        assertThat(events.end().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertFails(() -> fixture.stub().reconcile(reconcile(identity)), Status.Code.NOT_FOUND, "unknown");
        Status back = fixture.subscribe(again(identity)).end();
        assertThat(back.getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(back.getDescription()).isEqualTo("Framework has been removed");
        await().until(() -> fixture.gateway.calls.contains("shutdownFramework " + identity.getSchedulerId()));
    }

    @Test
    void whoWentAwayIsWaitedForAndMayNotCallMeanwhile() throws Exception {
        EventReader events = fixture.subscribe(scheduler("batch", "eng"));
        Identity identity = events.identity();
        FrameworkId id = new FrameworkId(identity.getSchedulerId());
        events.cancel();
        await().until(() -> fixture.api.removedInMs(id).isPresent());
        assertThat(fixture.api.removedInMs(id).orElseThrow()).isBetween(500_000L, 600_000L);
        assertFails(
                () -> fixture.stub().reconcile(reconcile(identity)),
                Status.Code.FAILED_PRECONDITION,
                "not connected (expected: subscribed over RPC)");
        resubscribe(identity).identity();
        assertThat(fixture.api.removedInMs(id)).isEmpty();
    }

    @Test
    void aMasterThatLosesTheLeadSaysSoAndNamesTheNext() throws Exception {
        EventReader events = fixture.subscribe(scheduler("batch", "eng"));
        Identity identity = events.identity();
        fixture.service.follow(Optional.of("elsewhere:5050"));
        fixture.api.stop();
        assertThat(events.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertFails(() -> fixture.stub().reconcile(reconcile(identity)), Status.Code.UNAVAILABLE, "does not lead");
        assertThat(fixture.subscribe(again(identity)).end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    private static ReconcileRequest reconcile(Identity identity) {
        return ReconcileRequest.newBuilder().setIdentity(identity).build();
    }

    private static FrameworkInfo.Builder again(Identity identity) {
        return scheduler("batch", "eng").setId(FrameworkID.newBuilder().setValue(identity.getSchedulerId()));
    }

    private EventReader resubscribe(Identity identity) {
        SubscribeRequest request = SubscribeRequest.newBuilder()
                .setInfo(again(identity))
                .setGeneration(identity.getGeneration())
                .build();
        return EventReader.subscribe(fixture.channel, request, Integer.MAX_VALUE);
    }
}

package io.stoa.libprocess.scheduler;

import static io.stoa.libprocess.scheduler.MessagesFixture.DRIVER;
import static io.stoa.libprocess.scheduler.MessagesFixture.ID;
import static io.stoa.libprocess.scheduler.MessagesFixture.OTHER;
import static io.stoa.libprocess.scheduler.MessagesFixture.info;
import static io.stoa.libprocess.scheduler.MessagesFixture.infoWithId;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.libprocess.Upid;
import io.stoa.libprocess.scheduler.SubscriptionGate.Admission;
import io.stoa.mesos.scheduler.CallAnswer;
import io.stoa.mesos.scheduler.SchedulerFixture;
import io.stoa.proto.libprocess.FrameworkToExecutorMessage;
import io.stoa.proto.libprocess.RegisterFrameworkMessage;
import io.stoa.proto.libprocess.StatusUpdateAcknowledgementMessage;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.CommitResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OperationID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.Test;

class SchedulerMessagesTest {

    private final MessagesFixture fixture = new MessagesFixture();

    private static final FrameworkId FRAMEWORK = new FrameworkId(ID);

    @Test
    void aFrameworkIsLinkedWhenItIsSubscribed() {
        fixture.subscribe(DRIVER, info(), false);

        assertThat(fixture.sent()).containsExactly("scheduler-1 FrameworkRegisteredMessage");
        assertThat(fixture.peers.links()).hasSize(1);
        assertThat(fixture.peers.links().get(0).to).isEqualTo(DRIVER);
        assertThat(fixture.peers.links().get(0).from).isEqualTo("master");
        assertThat(fixture.master.api.isConnected(FRAMEWORK)).isTrue();
    }

    @Test
    void aSubscriptionThatNamesTheMastersOwnAddressIsDropped() {
        fixture.subscribe(new Upid("master", "127.0.0.1", 5050), info(), false);
        fixture.subscribe(new Upid("scheduler-1", "0.0.0.0", 5050), info(), true);

        assertThat(fixture.master.state.snapshot().frameworks()).isEmpty();
        assertThat(fixture.peers.links()).isEmpty();
        assertThat(fixture.sent()).isEmpty();
        assertThat(fixture.counted("dropped_messages")).isEqualTo(2);
    }

    @Test
    void aFrameworkThatIsRefusedIsToldWithoutALink() {
        FrameworkInfo wrong = info().toBuilder().addRoles("a").addRoles("a").build();
        fixture.subscribe(DRIVER, wrong, false);

        assertThat(fixture.sent())
                .containsExactly(
                        "scheduler-1 FrameworkErrorMessage 'FrameworkInfo.roles' contains duplicate items:" + " { a }");
        assertThat(fixture.peers.links()).isEmpty();
    }

    @Test
    void aDriverThatRepeatsItselfIsOneFramework() {
        fixture.master.state.hold();
        fixture.subscribe(DRIVER, info(), false);
        fixture.subscribe(DRIVER, info(), false);
        fixture.subscribe(DRIVER, info(), false);
        fixture.master.state.release();
        fixture.master.loop.runAll();

        assertThat(fixture.master.state.snapshot().frameworks()).hasSize(1);
        assertThat(fixture.sent())
                .containsExactly("scheduler-1 FrameworkRegisteredMessage", "scheduler-1 FrameworkRegisteredMessage");
        assertThat(fixture.peers.links()).hasSize(1);
    }

    @Test
    void noHeartbeatsAreSent() {
        fixture.subscribed();
        fixture.master.advance(60_000);
        assertThat(fixture.sent()).isEmpty();
    }

    @Test
    void whoeverTakesOverReplacesTheOther() {
        fixture.subscribed();
        fixture.subscribe(OTHER, infoWithId(), false);
        assertThat(fixture.sent()).containsExactly("scheduler-2 FrameworkErrorMessage Framework failed over");

        fixture.subscribe(OTHER, infoWithId(), true);
        assertThat(fixture.sent())
                .containsExactlyInAnyOrder(
                        "scheduler-1 FrameworkErrorMessage Framework failed over",
                        "scheduler-2 FrameworkRegisteredMessage");
        assertThat(fixture.peers.links().get(0).isOpen()).isFalse();
        fixture.call(DRIVER, call -> call.setType(Call.Type.TEARDOWN));
        fixture.deactivate(DRIVER);
        fixture.unregister(DRIVER);
        assertThat(fixture.sent()).isEmpty();
        assertThat(fixture.master.api.isActive(FRAMEWORK)).isTrue();
    }

    @Test
    void aTakeoverOverHttpReplacesIt() {
        fixture.subscribed();
        takeOverByHttp();
        assertThat(fixture.sent()).containsExactly("scheduler-1 FrameworkErrorMessage Framework failed over");
        fixture.call(DRIVER, call -> call.setType(Call.Type.TEARDOWN));
        assertThat(fixture.master.api.isConnected(FRAMEWORK)).isTrue();
    }

    private void takeOverByHttp() {
        fixture.master.api.subscribe(
                Call.newBuilder()
                        .setType(Call.Type.SUBSCRIBE)
                        .setFrameworkId(infoWithId().getId())
                        .setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(infoWithId()))
                        .build(),
                SchedulerFixture.stream("http", fixture.master.loop),
                io.stoa.mesos.scheduler.Takeover.ALLOWED);
        fixture.master.loop.runAll();
    }

    @Test
    void nobodySpeaksForItOverHttp() {
        fixture.subscribed();
        Call.Builder teardown = Call.newBuilder().setType(Call.Type.TEARDOWN);
        for (Optional<String> stream : List.of(Optional.of(DRIVER.toString()), Optional.<String>empty())) {
            assertThat(fixture.master.call(ID, stream, teardown))
                    .isEqualTo(new CallAnswer(CallAnswer.Kind.FORBIDDEN, "Framework is not connected via HTTP"));
        }
        assertThat(fixture.master.api.isConnected(FRAMEWORK)).isTrue();
    }

    @Test
    void whatAnEarlierSubscriptionHadToSayIsHeardByTheNext() {
        fixture.master.agent("cpus:4;mem:512");
        fixture.subscribed();
        String offer = fixture.master.allocator.offer(FRAMEWORK, "S0", "*", Resources.parse("cpus:4;mem:512"));
        fixture.master.loop.runAll();
        fixture.sent();
        fixture.master.state.hold();
        fixture.call(
                DRIVER,
                call -> SchedulerFixture.accept(
                                offer,
                                SchedulerFixture.task("t", "cpus:1;mem:32"),
                                SchedulerFixture.task("t", "cpus:1;mem:32"))
                        .setFrameworkId(call.getFrameworkId()));
        fixture.subscribe(DRIVER, infoWithId(), true);
        fixture.call(
                DRIVER,
                call -> call.setType(Call.Type.KILL)
                        .setKill(Call.Kill.newBuilder()
                                .setTaskId(TaskID.newBuilder().setValue("t"))));
        fixture.master.state.release();
        fixture.master.loop.runAll();
        assertThat(fixture.sent())
                .contains("scheduler-1 FrameworkRegisteredMessage", "scheduler-1 StatusUpdateMessage");
        assertThat(fixture.master.gateway.calls)
                .as("the KILL waits for the launch")
                .contains("kill S0 t");
    }

    @Test
    void aLinkThatBreaksWhenItsFrameworkIsBackIsNoLoss() {
        fixture.subscribed();
        fixture.master.state.hold();
        fixture.subscribe(DRIVER, infoWithId(), false);
        fixture.master.state.release();
        fixture.peers.links().get(0).lose();
        fixture.master.loop.runAll();
        assertThat(fixture.sent()).containsExactly("scheduler-1 FrameworkReregisteredMessage");
        assertThat(fixture.master.api.isConnected(FRAMEWORK)).isTrue();
        assertThat(fixture.left).isEmpty();
    }

    @Test
    void aSubscriptionThatIsTooLargeIsRefusedBeforeAnythingElse() {
        fixture.gate = then -> {
            throw new AssertionError("asked");
        };
        fixture.subscribe(
                DRIVER, info().toBuilder().setHostname("h".repeat(1024 * 1024)).build(), false);
        assertThat(fixture.sent())
                .singleElement()
                .asString()
                .startsWith("scheduler-1 FrameworkErrorMessage Subscription is too large");
        assertThat(fixture.counted("dropped_messages")).isOne();
    }

    @Test
    void aDriverThatComesBackIsReregistered() {
        fixture.subscribed();
        fixture.subscribe(DRIVER, infoWithId(), false);
        assertThat(fixture.sent()).containsExactly("scheduler-1 FrameworkReregisteredMessage");
        assertThat(fixture.peers.links()).hasSize(2);
        assertThat(fixture.peers.links().get(0).isOpen()).isFalse();
        assertThat(fixture.peers.links().get(1).isOpen()).isTrue();
        assertThat(fixture.left).isEmpty();
    }

    @Test
    void aDriverThatTakesItsOwnOverIsRegistered() {
        fixture.subscribed();
        fixture.subscribe(DRIVER, infoWithId(), true);
        assertThat(fixture.sent()).containsExactly("scheduler-1 FrameworkRegisteredMessage");
    }

    @Test
    void aDriverOfAFormerTermIsRegistered() {
        fixture.subscribed();
        fixture.changeLeader();
        assertThat(fixture.peers.links().get(0).isOpen()).isFalse();
        fixture.subscribe(DRIVER, infoWithId(), false);
        assertThat(fixture.sent()).containsExactly("scheduler-1 FrameworkRegisteredMessage");
    }

    @Test
    void whoseLinkIsLostIsToldAndMayComeBack() {
        fixture.subscribed();
        fixture.peers.links().get(0).lose();
        fixture.master.loop.runAll();

        assertThat(fixture.sent()).containsExactly("scheduler-1 FrameworkErrorMessage Framework disconnected");
        assertThat(fixture.master.api.isConnected(FRAMEWORK)).isFalse();
        assertThat(fixture.master.allocator.calls).endsWith("deactivate " + ID);
        fixture.call(DRIVER, call -> call.setType(Call.Type.REVIVE));
        assertThat(fixture.sent()).containsExactly("scheduler-1 FrameworkErrorMessage Framework disconnected");
        fixture.call(OTHER, call -> call.setType(Call.Type.REVIVE));
        assertThat(fixture.sent()).isEmpty();

        fixture.subscribe(DRIVER, infoWithId(), false);
        assertThat(fixture.sent()).containsExactly("scheduler-1 FrameworkReregisteredMessage");
    }

    @Test
    void whoseLinkIsLostIsRemovedAfterItsTimeout() {
        fixture.subscribed();
        fixture.peers.links().get(0).lose();
        fixture.master.loop.runAll();
        fixture.master.advance(60_000);
        assertThat(fixture.master.state.snapshot().framework(FRAMEWORK)).isEmpty();
        fixture.subscribe(DRIVER, infoWithId(), true);
        assertThat(fixture.sent()).endsWith("scheduler-1 FrameworkErrorMessage Framework has been removed");
    }

    @Test
    void aDriverThatAbortsStaysConnectedWithoutOffers() {
        fixture.subscribed();
        fixture.deactivate(OTHER);
        assertThat(fixture.master.api.isActive(FRAMEWORK)).isTrue();
        fixture.deactivate(DRIVER);
        assertThat(fixture.master.api.isActive(FRAMEWORK)).isFalse();
        assertThat(fixture.master.allocator.calls).endsWith("suspend " + ID);
        fixture.call(DRIVER, call -> call.setType(Call.Type.TEARDOWN));
        assertThat(fixture.master.state.snapshot().isRemoved(FRAMEWORK)).isTrue();
        assertThat(fixture.sent()).isEmpty();
        assertThat(fixture.peers.links().get(0).isOpen()).isFalse();
    }

    @Test
    void aFrameworkThatLeavesIsRemovedAsSoonAsThatCanBeStored() {
        fixture.subscribed();
        fixture.master.state.refuse(CommitResult.Reason.QUEUE_FULL);
        fixture.call(DRIVER, call -> call.setType(Call.Type.TEARDOWN));
        fixture.unregister(DRIVER);
        fixture.peers.links().get(0).lose();
        fixture.master.advance(2_000);
        assertThat(fixture.master.state.snapshot().framework(FRAMEWORK)).isPresent();

        fixture.master.state.accept();
        fixture.master.advance(1_000);

        assertThat(fixture.master.state.snapshot().isRemoved(FRAMEWORK)).isTrue();
        assertThat(fixture.sent()).containsExactly("scheduler-1 FrameworkErrorMessage Framework disconnected");
    }

    @Test
    void theFrameworkThatLeftWhileTheLeadWasLostIsLeftToTheNextLeader() {
        fixture.subscribed();
        fixture.master.state.refuse(CommitResult.Reason.NOT_LEADING);
        fixture.call(DRIVER, call -> call.setType(Call.Type.TEARDOWN));
        fixture.master.state.accept();
        fixture.master.advance(10_000);
        assertThat(fixture.master.state.snapshot().framework(FRAMEWORK)).isPresent();
        assertThat(fixture.sent()).isEmpty();
    }

    @Test
    void aFrameworkUnregistersAlsoWhenItsLinkIsLost() {
        fixture.subscribed();
        fixture.peers.links().get(0).lose();
        fixture.master.loop.runAll();
        fixture.unregister(OTHER);
        assertThat(fixture.master.state.snapshot().isRemoved(FRAMEWORK)).isFalse();
        fixture.unregister(DRIVER);
        assertThat(fixture.master.state.snapshot().isRemoved(FRAMEWORK)).isTrue();
    }

    @Test
    void aFrameworkHasThePidThatItWasLastSubscribedBy() {
        fixture.subscribed();
        assertThat(fixture.master.api.pid(FRAMEWORK)).contains(DRIVER.toString());
        fixture.subscribe(OTHER, infoWithId(), true);
        fixture.peers.links().get(1).lose();
        fixture.master.loop.runAll();
        assertThat(fixture.master.api.isConnected(FRAMEWORK)).isFalse();
        assertThat(fixture.master.api.pid(FRAMEWORK)).contains(OTHER.toString());

        takeOverByHttp();
        assertThat(fixture.master.api.pid(FRAMEWORK)).isEmpty();
        fixture.changeLeader();
        assertThat(fixture.master.api.pid(FRAMEWORK)).isEmpty();
    }

    @Test
    void nothingComesOfWhatStrangersSay() {
        fixture.master.agent("cpus:4");
        fixture.subscribed();
        List<String> before = List.copyOf(fixture.master.allocator.calls);
        fixture.call(OTHER, call -> call.setType(Call.Type.SUPPRESS));
        fixture.call(
                OTHER,
                call -> call.setType(Call.Type.KILL)
                        .setKill(Call.Kill.newBuilder()
                                .setTaskId(TaskID.newBuilder().setValue("t"))));
        fixture.send(
                OTHER,
                FrameworkToExecutorMessage.newBuilder()
                        .setFrameworkId(MessagesFixture.id(ID))
                        .setSlaveId(MessagesFixture.id("S0"))
                        .setExecutorId(MessagesFixture.id("e"))
                        .setData(ByteString.EMPTY)
                        .build());
        fixture.send(
                OTHER,
                StatusUpdateAcknowledgementMessage.newBuilder()
                        .setFrameworkId(MessagesFixture.id(ID))
                        .setSlaveId(MessagesFixture.id("S0"))
                        .setTaskId(MessagesFixture.id("t"))
                        .setUuid(SchedulerFixture.uuid(1))
                        .build());

        assertThat(fixture.master.allocator.calls).isEqualTo(before);
        assertThat(fixture.master.gateway.calls).containsExactly("update " + ID);
        assertThat(fixture.sent()).isEmpty();
        assertThat(fixture.counted("messages_kill_task")).isZero();
        assertThat(fixture.counted("invalid_framework_to_executor_messages")).isOne();
        assertThat(fixture.counted("invalid_status_update_acknowledgements")).isOne();
    }

    @Test
    void whatCannotBeReadIsDropped() {
        fixture.receive(DRIVER, "mesos.scheduler.Call", new byte[] {10, -1, -1});
        fixture.receive(DRIVER, "mesos.scheduler.Call", new byte[0]);
        fixture.receive(DRIVER, "mesos.internal.RegisterFrameworkMessage", new byte[0]);
        fixture.receive(DRIVER, "", new byte[0]);
        assertThat(fixture.sent()).isEmpty();
    }

    @Test
    void aRegistrationWithAnIdIsRefused() {
        fixture.send(
                DRIVER,
                RegisterFrameworkMessage.newBuilder()
                        .setFramework(infoWithId().toByteString())
                        .build());
        assertThat(fixture.sent())
                .containsExactly("scheduler-1 FrameworkErrorMessage Registering with 'id' already set");
    }

    @Test
    void onlyAFailedUpdateOfTheFrameworkIsAnswered() {
        fixture.subscribed();
        fixture.call(DRIVER, call -> update(call, infoWithId().toBuilder().setName("other")));
        assertThat(fixture.sent()).isEmpty();
        fixture.call(DRIVER, call -> update(call, infoWithId().toBuilder().setUser("other")));
        assertThat(fixture.sent())
                .singleElement()
                .asString()
                .startsWith("scheduler-1 FrameworkErrorMessage FrameworkInfo update is not valid: Updating"
                        + " 'FrameworkInfo.user'");
        fixture.call(OTHER, call -> update(call, infoWithId().toBuilder().setUser("other")));
        assertThat(fixture.sent()).isEmpty();
    }

    private static Call.Builder update(Call.Builder call, FrameworkInfo.Builder info) {
        return call.setType(Call.Type.UPDATE_FRAMEWORK)
                .setUpdateFramework(Call.UpdateFramework.newBuilder().setFrameworkInfo(info));
    }

    @Test
    void operationsThatAskForFeedbackAreRefusedAndTheOthersDone() {
        fixture.master.agent("cpus:4;mem:512");
        fixture.subscribed();
        String offer = fixture.master.allocator.offer(FRAMEWORK, "S0", "*", Resources.parse("cpus:4;mem:512"));
        fixture.master.loop.runAll();
        fixture.sent();
        Offer.Operation.Builder reserve = Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.RESERVE)
                .setId(OperationID.newBuilder().setValue("op"))
                .setReserve(Offer.Operation.Reserve.newBuilder());
        Call.Builder accept = SchedulerFixture.accept(
                offer, reserve, SchedulerFixture.launch(SchedulerFixture.task("t", "cpus:1;mem:32")));
        fixture.call(DRIVER, call -> accept.setFrameworkId(call.getFrameworkId()));

        assertThat(fixture.sent())
                .containsExactly("scheduler-1 FrameworkErrorMessage " + OperationsWithFeedback.REFUSAL);
        assertThat(fixture.master.knows("t")).isTrue();
    }

    @Test
    void aMessageToAnExecutorGoesToItsAgent() {
        fixture.master.agent("cpus:4");
        fixture.subscribed();
        fixture.call(
                DRIVER,
                call -> call.setType(Call.Type.MESSAGE)
                        .setMessage(Call.Message.newBuilder()
                                .setAgentId(AgentID.newBuilder().setValue("S0"))
                                .setExecutorId(ExecutorID.newBuilder().setValue("e"))
                                .setData(ByteString.copyFromUtf8("hello"))));
        assertThat(fixture.master.gateway.calls).endsWith("message e hello");
        assertThat(fixture.counted("messages_framework_to_executor")).isOne();
    }

    @Test
    void aFrameworkIsLetInWhenTheGateSaysSo() {
        List<Consumer<Admission>> waiting = new ArrayList<>();
        fixture.gate = waiting::add;
        fixture.subscribe(DRIVER, info(), false);
        assertThat(fixture.sent()).isEmpty();
        waiting.get(0).accept(new Admission.Granted(Optional.of("p")));
        fixture.master.loop.runAll();
        assertThat(fixture.sent()).containsExactly("scheduler-1 FrameworkRegisteredMessage");
        assertThat(fixture.master
                        .state
                        .snapshot()
                        .framework(FRAMEWORK)
                        .orElseThrow()
                        .info()
                        .getPrincipal())
                .isEqualTo("p");

        fixture.gate = then -> then.accept(new Admission.Refused("no"));
        fixture.subscribe(OTHER, info(), false);
        assertThat(fixture.sent()).containsExactly("scheduler-2 FrameworkErrorMessage no");
    }

    @Test
    void theGateHearsWhoHasNoFrameworkAnyMore() {
        fixture.subscribed();
        fixture.subscribe(DRIVER, infoWithId(), false);
        assertThat(fixture.left).isEmpty();
        fixture.subscribe(OTHER, infoWithId(), true);
        assertThat(fixture.left).containsExactly(DRIVER);
        fixture.peers.links().get(2).lose();
        fixture.master.loop.runAll();
        assertThat(fixture.left).containsExactly(DRIVER, OTHER);
    }

    @Test
    void aSubscriptionThatIsDecidedAfterTheTermIsNotLinked() {
        fixture.master.state.hold();
        fixture.subscribe(DRIVER, info(), false);
        fixture.master.api.stop();
        fixture.master.state.release();
        fixture.master.loop.runAll();
        assertThat(fixture.sent()).isEmpty();
        assertThat(fixture.peers.links()).isEmpty();
    }
}

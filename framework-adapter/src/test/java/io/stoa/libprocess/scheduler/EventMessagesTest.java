package io.stoa.libprocess.scheduler;

import static io.stoa.libprocess.scheduler.MessagesFixture.DRIVER;
import static io.stoa.libprocess.scheduler.MessagesFixture.ID;
import static io.stoa.libprocess.scheduler.MessagesFixture.OTHER;
import static io.stoa.libprocess.scheduler.MessagesFixture.infoWithId;
import static io.stoa.libprocess.scheduler.MessagesFixture.parse;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.libprocess.FakePeers;
import io.stoa.libprocess.Upid;
import io.stoa.mesos.scheduler.SchedulerFixture;
import io.stoa.proto.libprocess.ExecutorToFrameworkMessage;
import io.stoa.proto.libprocess.ExitedExecutorMessage;
import io.stoa.proto.libprocess.FrameworkRegisteredMessage;
import io.stoa.proto.libprocess.LostSlaveMessage;
import io.stoa.proto.libprocess.RescindResourceOfferMessage;
import io.stoa.proto.libprocess.ResourceOffersMessage;
import io.stoa.proto.libprocess.StatusUpdateMessage;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import java.util.List;
import java.util.OptionalInt;
import org.apache.mesos.Protos;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a framework is sent is read with the classes of {@code mesos}, as drivers read it. */
class EventMessagesTest {

    private static final FrameworkId FRAMEWORK = new FrameworkId(ID);
    private static final String AGENT_PID = "slave(1)@127.0.0.1:5051";

    private final MessagesFixture fixture = new MessagesFixture();

    @BeforeEach
    void subscribed() {
        fixture.master.agent("cpus:4;mem:512");
        fixture.subscribe(DRIVER, MessagesFixture.info(), false);
    }

    private FakePeers.Sent onlyOne() {
        List<FakePeers.Sent> news = fixture.news();
        assertThat(news).hasSize(1);
        return news.get(0);
    }

    @Test
    void theMasterSaysWhoItIs() throws Exception {
        FakePeers.Sent sent = onlyOne();
        assertThat(sent.from()).isEqualTo("master");
        assertThat(sent.linked()).isTrue();
        FrameworkRegisteredMessage registered = parse(FrameworkRegisteredMessage.parser(), sent.body());
        assertThat(registered.getFrameworkId().getValue()).isEqualTo(ID);
        assertThat(Protos.MasterInfo.parseFrom(registered.getMasterInfo()).getHostname())
                .isEqualTo("localhost");
    }

    @Test
    void anOfferComesWithThePidOfItsAgent() throws Exception {
        fixture.news();
        fixture.master.allocator.offer(FRAMEWORK, "S0", "*", Resources.parse("cpus:4"));
        fixture.master.allocator.offer(FRAMEWORK, "gone", "*", Resources.parse("cpus:4"));
        fixture.master.loop.runAll();
        List<FakePeers.Sent> news = fixture.news();
        ResourceOffersMessage known =
                parse(ResourceOffersMessage.parser(), news.get(0).body());
        assertThat(known.getPidsList()).containsExactly(AGENT_PID);
        Protos.Offer offer = Protos.Offer.parseFrom(known.getOffers(0));
        assertThat(offer.getSlaveId().getValue()).isEqualTo("S0");
        assertThat(offer.getFrameworkId().getValue()).isEqualTo(ID);
        assertThat(parse(ResourceOffersMessage.parser(), news.get(1).body()).getPidsList())
                .as("as many as there are offers")
                .containsExactly("master@127.0.0.1:5050");
    }

    @Test
    void anOfferIsRescinded() {
        fixture.news();
        fixture.master
                .allocator
                .sinks
                .get(FRAMEWORK)
                .rescind(OfferID.newBuilder().setValue("O7").build());
        fixture.master.loop.runAll();
        assertThat(parse(RescindResourceOfferMessage.parser(), onlyOne().body())
                        .getOfferId()
                        .getValue())
                .isEqualTo("O7");
    }

    @Test
    void anUpdateToBeAcknowledgedSaysWhereItIsFrom() throws Exception {
        launch();
        fixture.master.report("t", TaskState.TASK_RUNNING, 1);
        StatusUpdateMessage message =
                parse(StatusUpdateMessage.parser(), onlyOne().body());
        assertThat(message.getPid()).isEqualTo(AGENT_PID);
        assertThat(message.getUpdate().getUuid()).isEqualTo(SchedulerFixture.uuid(1));
        assertThat(message.getUpdate().getSlaveId().getValue()).isEqualTo("S0");
        assertThat(message.getUpdate().getFrameworkId().getValue()).isEqualTo(ID);
        assertThat(message.getUpdate().getLatestState()).isEqualTo(Protos.TaskState.TASK_RUNNING_VALUE);
        Protos.TaskStatus status =
                Protos.TaskStatus.parseFrom(message.getUpdate().getStatus());
        assertThat(status.getState()).isEqualTo(Protos.TaskState.TASK_RUNNING);
        assertThat(message.getUpdate().getTimestamp()).isEqualTo(status.getTimestamp());
    }

    @Test
    void anUpdateIsAcknowledgedByWayOfTheAgentAsToTheMaster() {
        launch();
        fixture.master.report("t", TaskState.TASK_FINISHED, 1);

        acknowledgeToTheAgent("t", SchedulerFixture.uuid(1), OTHER);
        acknowledgeToTheAgent("t", ByteString.copyFromUtf8("short"), DRIVER);
        assertThat(fixture.master.knows("t")).isTrue();
        assertThat(fixture.master.gateway.calls).doesNotContain("acknowledge S0 t");
        assertThat(fixture.counted("invalid_status_update_acknowledgements")).isEqualTo(2);

        acknowledgeToTheAgent("t", SchedulerFixture.uuid(1), DRIVER);
        assertThat(fixture.master.knows("t")).isFalse();
        assertThat(fixture.master.gateway.calls).endsWith("acknowledge S0 t");
        assertThat(fixture.counted("valid_status_update_acknowledgements")).isOne();
        assertThat(fixture.counted("messages_status_update_acknowledgement")).isOne();
    }

    @Test
    void nobodyAcknowledgesByWayOfTheAgentForAFrameworkThatIsNotConnected() {
        launch();
        fixture.master.report("t", TaskState.TASK_FINISHED, 1);
        fixture.peers.links().get(0).lose();
        fixture.master.loop.runAll();

        acknowledgeToTheAgent("t", SchedulerFixture.uuid(1), DRIVER);

        assertThat(fixture.master.knows("t")).isTrue();
        assertThat(fixture.master.gateway.calls).doesNotContain("acknowledge S0 t");
    }

    private void acknowledgeToTheAgent(String taskId, ByteString uuid, Upid from) {
        fixture.master
                .api
                .agentEvents()
                .driverAcknowledged(new AgentId("S0"), new TaskKey(FRAMEWORK, taskId), uuid, from.toString());
        fixture.master.loop.runAll();
    }

    @Test
    void anUpdateOfTheMasterIsNotAcknowledged() throws Exception {
        fixture.news();
        fixture.call(
                DRIVER,
                call -> SchedulerFixture.accept("nosuch", SchedulerFixture.task("t", "cpus:1"))
                        .setFrameworkId(call.getFrameworkId()));
        StatusUpdateMessage message =
                parse(StatusUpdateMessage.parser(), onlyOne().body());
        assertThat(message.hasPid()).isFalse();
        // Drivers before 0.23 want one.
        assertThat(message.getUpdate().hasUuid()).isTrue();
        assertThat(message.getUpdate().getUuid()).isEmpty();
        assertThat(message.getUpdate().hasLatestState()).isFalse();
        assertThat(Protos.TaskStatus.parseFrom(message.getUpdate().getStatus()).getState())
                .isEqualTo(Protos.TaskState.TASK_LOST);
    }

    @Test
    void executorsSpeakAndEnd() {
        fixture.news();
        ExecutorKey executor = new ExecutorKey(new AgentId("S0"), FRAMEWORK, "e");
        fixture.master.api.agentEvents().executorMessage(executor, ByteString.copyFromUtf8("hello"));
        fixture.master.api.agentEvents().executorExited(executor, OptionalInt.of(256));
        fixture.master.loop.runAll();
        List<FakePeers.Sent> news = fixture.news();
        ExecutorToFrameworkMessage said =
                parse(ExecutorToFrameworkMessage.parser(), news.get(0).body());
        assertThat(said.getData().toStringUtf8()).isEqualTo("hello");
        assertThat(said.getFrameworkId().getValue()).isEqualTo(ID);
        assertThat(said.getSlaveId().getValue()).isEqualTo("S0");
        ExitedExecutorMessage exited =
                parse(ExitedExecutorMessage.parser(), news.get(1).body());
        assertThat(exited.getStatus()).isEqualTo(256);
        assertThat(exited.getExecutorId().getValue()).isEqualTo("e");
        assertThat(exited.getFrameworkId().getValue()).isEqualTo(ID);
    }

    @Test
    void anAgentIsLost() {
        fixture.news();
        fixture.master.commit(new StateMutation.MarkAgentUnreachable(new AgentId("S0"), 0));
        assertThat(parse(LostSlaveMessage.parser(), onlyOne().body())
                        .getSlaveId()
                        .getValue())
                .isEqualTo("S0");
    }

    @Test
    void answersWaitUntilTheFrameworkHasReadMore() {
        fixture.news();
        Call.Reconcile.Builder reconcile = Call.Reconcile.newBuilder();
        for (int i = 0; i < 1_200; i++) {
            reconcile
                    .addTasksBuilder()
                    .setTaskId(org.apache.mesos.v1.Protos.TaskID.newBuilder().setValue("t" + i));
        }
        fixture.call(DRIVER, call -> call.setType(Call.Type.RECONCILE).setReconcile(reconcile));
        assertThat(fixture.news()).hasSize(500);
        fixture.peers.links().get(0).catchUp();
        fixture.master.loop.runAll();
        assertThat(fixture.news()).hasSize(500);
        fixture.subscribe(DRIVER, infoWithId(), true);
        assertThat(fixture.news()).as("nothing more of the former stream").hasSize(1);
    }

    private void launch() {
        String offer = fixture.master.allocator.offer(FRAMEWORK, "S0", "*", Resources.parse("cpus:4;mem:512"));
        fixture.call(
                DRIVER,
                call -> SchedulerFixture.accept(offer, SchedulerFixture.task("t", "cpus:1;mem:32"))
                        .setFrameworkId(call.getFrameworkId()));
        fixture.news();
    }
}

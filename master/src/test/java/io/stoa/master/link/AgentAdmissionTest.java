package io.stoa.master.link;

import static io.stoa.master.link.LinkFixture.CHECKPOINTING;
import static io.stoa.master.link.LinkFixture.PARTITION_AWARE;
import static io.stoa.master.link.LinkFixture.PLAIN;
import static io.stoa.master.link.LinkFixture.reported;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.stoa.master.link.LinkFixture.TestAgent;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.Endpoint;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.MasterMessage.MessageCase;
import io.stoa.proto.agent.Register;
import io.stoa.proto.agent.Unregister;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateChange;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.DomainInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AgentAdmissionTest {

    private LinkFixture cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new LinkFixture();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void anAgentIsToldOfItsIdWhenItIsInTheState() {
        TestAgent agent = cluster.registered();

        assertThat(agent.id()).isEqualTo(new AgentId("m-S0"));
        assertThat(cluster.state.snapshot().agent(agent.id())).isPresent();
        assertThat(agent.call.sent.get(0).getRegistered().getPingBudgetMs()).isEqualTo(2_000);
        assertThat(cluster.events.log).containsExactly("connected m-S0");
    }

    /** It would be taken for connected, and nothing more be read of it. */
    @Test
    void anAgentThatIsNotToldOfToAllIsSentAwayAndMayComeBack() {
        cluster.events.fails = true;
        TestAgent agent = cluster.connect();
        agent.register("cpus:1", 5051);

        await().until(() -> agent.call.error != null);
        assertThat(Status.fromThrowable(agent.call.error).getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(cluster.links.connectedAgents()).isZero();

        cluster.events.fails = false;
        TestAgent again = cluster.connect();
        again.reregister(agent.id());
        await().untilAsserted(() -> assertThat(cluster.events.log).containsExactly("connected m-S0"));
    }

    @Test
    void everyNewAgentGetsAnIdOfItsOwn() {
        cluster.registered();
        TestAgent second = cluster.connect();
        second.register("cpus:1", 5052);
        second.awaitAnswer();

        assertThat(second.id()).isEqualTo(new AgentId("m-S1"));
    }

    @Test
    void aMasterThatDoesNotLeadSendsAgentsAway() {
        cluster.handler.lead(null);

        TestAgent agent = cluster.connect();

        MasterMessage answer = agent.call.sent.get(0);
        assertThat(answer.getRefused().getPermanent()).isFalse();
        assertThat(agent.call.completed).isTrue();
    }

    @Test
    void aCommittedClaimIsLaunchedOnItsAgent() throws Exception {
        TestAgent agent = cluster.registered();

        cluster.claim(PLAIN, agent.id(), "t1");

        await().until(() -> agent.heard(MessageCase.RUN_TASK).size() == 1);
        assertThat(agent.heard(MessageCase.RUN_TASK).get(0).getRunTask().getTaskInfo())
                .isEqualTo(LinkFixture.task(agent.id(), "t1").toByteString());
    }

    @Test
    void aClaimMadeWhileTheAgentWasAwayIsLaunchedWhenItComesBack() throws Exception {
        TestAgent agent = cluster.registered();
        AgentId id = agent.id();
        agent.breaks();
        cluster.claim(PLAIN, id, "t1");

        TestAgent again = cluster.connect();
        again.reregister(id);

        assertThat(again.call.sent.get(0).hasRegistered()).isTrue();
        assertThat(again.awaitHeard(MessageCase.RUN_TASK, 1)).hasSize(1);
    }

    @Test
    void aStagedTaskThatTheAgentKnowsIsNotLaunchedAgain() throws Exception {
        AgentId id = cluster.registered().id();
        TaskKey task = cluster.claim(CHECKPOINTING, id, "t1");

        TestAgent again = cluster.connect();
        again.reregister(id, reported(task, id, TaskState.TASK_STAGING));

        assertThat(again.heard(MessageCase.RUN_TASK)).isEmpty();
    }

    @Test
    void anAgentThatIsBackIsToldOfItsFrameworksOnceEach() throws Exception {
        AgentId id = cluster.registered().id();
        TaskKey one = cluster.running(CHECKPOINTING, id, "t1");
        TaskKey two = cluster.running(CHECKPOINTING, id, "t2");

        TestAgent again = cluster.connect();
        again.reregister(id, reported(one, id, TaskState.TASK_RUNNING), reported(two, id, TaskState.TASK_RUNNING));

        assertThat(again.awaitHeard(MessageCase.FRAMEWORK_UPDATED, 1))
                .extracting(message -> message.getFrameworkUpdated().getFrameworkInfo())
                .containsExactly(cluster.state
                        .snapshot()
                        .framework(CHECKPOINTING)
                        .orElseThrow()
                        .info()
                        .toByteString());
    }

    @Test
    void runningTasksThatTheAgentDoesNotKnowAreLost() throws Exception {
        AgentId id = cluster.registered().id();
        TaskKey plain = cluster.running(CHECKPOINTING, id, "t1");
        TaskKey aware = cluster.running(PARTITION_AWARE, id, "t2");

        cluster.connect().reregister(id);

        await().until(() -> cluster.state.snapshot().taskCount() == 0);
        await().untilAsserted(
                        () -> assertThat(cluster.lastStatus(aware).getState()).isEqualTo(TaskState.TASK_DROPPED));
        assertThat(cluster.lastStatus(plain).getState()).isEqualTo(TaskState.TASK_LOST);
        assertThat(cluster.lastStatus(plain).getReason()).isEqualTo(TaskStatus.Reason.REASON_RECONCILIATION);
        assertThat(cluster.lastStatus(plain).getMessage()).isEqualTo("Reconciliation: task unknown to the agent");
        assertThat(cluster.lastStatus(plain).getSource()).isEqualTo(TaskStatus.Source.SOURCE_AGENT);
        assertThat(cluster.lastStatus(plain).hasExecutorId()).isFalse();
    }

    @Test
    void reportedTasksThatNobodyKnowsAreEnded() {
        AgentId id = cluster.registered().id();
        TaskKey unwanted = new TaskKey(PLAIN, "t1");
        TaskKey orphan = new TaskKey(new FrameworkId("nobody"), "t2");

        TestAgent again = cluster.connect();
        again.reregister(
                id, reported(unwanted, id, TaskState.TASK_RUNNING), reported(orphan, id, TaskState.TASK_RUNNING));

        assertThat(again.awaitHeard(MessageCase.KILL_TASK, 1)
                        .get(0)
                        .getKillTask()
                        .getTaskId())
                .isEqualTo("t1");
        assertThat(again.awaitHeard(MessageCase.SHUTDOWN_FRAMEWORK, 1)
                        .get(0)
                        .getShutdownFramework()
                        .getFrameworkId())
                .isEqualTo("nobody");
    }

    @Test
    void anIdThatTheStateHasLostIsAdmittedAsItIs() {
        TestAgent agent = cluster.connect();
        agent.reregister(new AgentId("older-master-S7"));

        assertThat(agent.id()).isEqualTo(new AgentId("older-master-S7"));
        assertThat(cluster.state.snapshot().agent(agent.id())).isPresent();
    }

    @Test
    void aSecondStreamReplacesTheFirstAndNothingIsLost() throws Exception {
        TestAgent first = cluster.registered();
        TaskKey task = cluster.running(PLAIN, first.id(), "t1");

        TestAgent second = cluster.connect();
        second.reregister(first.id(), reported(task, first.id(), TaskState.TASK_RUNNING));
        first.breaks();

        assertThat(Status.fromThrowable(first.call.error).getCode()).isEqualTo(Status.Code.ABORTED);
        assertThat(cluster.links.isConnected(second.id())).isTrue();
        assertThat(cluster.events.log).containsExactly("connected m-S0", "connected m-S0");
        assertThat(cluster.stateOf(task)).isEqualTo(TaskState.TASK_RUNNING);
    }

    @Test
    void anAgentThatUnregistersLosesItsTasksAndItsPlace() throws Exception {
        TestAgent agent = cluster.registered();
        AgentId id = agent.id();
        TaskKey task = cluster.running(PARTITION_AWARE, id, "usr1");

        agent.say(AgentMessage.newBuilder().setUnregister(Unregister.getDefaultInstance()));

        await().until(() -> cluster.state.snapshot().agent(id).isEmpty());
        await().untilAsserted(() -> assertThat(cluster.lastStatus(task).getMessage())
                .isEqualTo("Agent localhost removed: the agent unregistered"));
        assertThat(cluster.lastStatus(task).getState()).isEqualTo(TaskState.TASK_LOST);
        assertThat(cluster.lastStatus(task).getReason()).isEqualTo(TaskStatus.Reason.REASON_AGENT_REMOVED);
        assertThat(agent.call.completed).isTrue();
        await().until(() -> cluster.counted("master/slave_removals/reason_unregistered") == 1);
    }

    @Test
    void aHostThatLostItsIdMakesRoomForItsSuccessor() throws Exception {
        TestAgent first = cluster.registered();
        AgentId id = first.id();
        cluster.running(CHECKPOINTING, id, "t1");
        first.breaks();

        TestAgent second = cluster.registered();

        assertThat(second.id()).isNotEqualTo(id);
        await().until(() -> cluster.state.snapshot().agent(id).isEmpty());
        assertThat(cluster.state.snapshot().agent(second.id()).orElseThrow().status())
                .isEqualTo(AgentStatus.REGISTERED);
        await().until(() -> cluster.counted("master/slave_removals/reason_registered") == 1);
    }

    @Test
    void whoDoesNotIntroduceHimselfIsSentAwayForGood() {
        TestAgent agent = cluster.connect();
        agent.pong();

        assertThat(agent.call.sent.get(0).getRefused().getPermanent()).isTrue();
        assertThat(agent.call.completed).isTrue();
    }

    @Test
    void anAgentThatIntroducesItselfTwiceIsSentAway() {
        TestAgent agent = cluster.registered();
        agent.register("cpus:1", 5051);

        assertThat(agent.awaitHeard(MessageCase.REFUSED, 1)).hasSize(1);
        assertThat(cluster.links.isConnected(new AgentId("m-S0"))).isFalse();
    }

    @Test
    void aPortThatIsNoneIsRefused() {
        TestAgent agent = cluster.connect();
        agent.register("cpus:1", 65_536);

        assertThat(agent.call.sent.get(0).getRefused().getReason())
                .isEqualTo("endpoint.port: 65536 (expected: 0 to 65535; 0: none)");
    }

    @Test
    void whatIsNoAgentInfoIsRefused() {
        TestAgent agent = cluster.connect();
        agent.say(AgentMessage.newBuilder()
                .setRegister(Register.newBuilder()
                        .setAgentInfo(ByteString.copyFromUtf8("not protobuf"))
                        .setEndpoint(Endpoint.newBuilder().setIp("127.0.0.1").setPort(1))));

        assertThat(agent.call.sent.get(0).getRefused().getPermanent()).isTrue();
        assertThat(cluster.state.snapshot().agents()).isEmpty();
    }

    /** Its tasks run on, and it may come back. */
    @Test
    void anAgentWithADomainIsRefusedByAMasterWithout() {
        DomainInfo.FaultDomain.Builder domain = DomainInfo.FaultDomain.newBuilder();
        domain.getRegionBuilder().setName("eu");
        domain.getZoneBuilder().setName("eu-1");
        TestAgent agent = cluster.connect();
        agent.say(AgentMessage.newBuilder()
                .setRegister(Register.newBuilder()
                        .setAgentInfo(AgentInfo.newBuilder()
                                .setHostname("far")
                                .setDomain(DomainInfo.newBuilder().setFaultDomain(domain))
                                .build()
                                .toByteString())
                        .setEndpoint(Endpoint.newBuilder().setIp("127.0.0.1").setPort(1))));

        assertThat(agent.call.sent.get(0).getRefused().getReason())
                .isEqualTo("The agent is configured with a domain, but the master is not");
        assertThat(agent.call.sent.get(0).getRefused().getPermanent()).isFalse();
        assertThat(cluster.state.snapshot().agents()).isEmpty();
    }

    /** What it says of the tasks that the state knows is not even looked at. */
    @Test
    void anAgentThatIsBackAsItWasIsAdmittedWithOneSmallChange() throws Exception {
        AgentId id = cluster.registered().id();
        TaskKey task = cluster.running(CHECKPOINTING, id, "t1");
        Agent before = cluster.state.snapshot().agent(id).orElseThrow();
        cluster.time.advance(1_000);

        TestAgent again = cluster.connect();
        again.reregister(again.reregistration(id)
                .addTasks(reported(task, id, TaskState.TASK_RUNNING).toBuilder()
                        .setTaskInfo(ByteString.copyFromUtf8("not protobuf"))));

        assertThat(again.call.sent)
                .extracting(MasterMessage::getMessageCase)
                .containsExactly(MessageCase.REGISTERED, MessageCase.FRAMEWORK_UPDATED);
        Agent after = cluster.state.snapshot().agent(id).orElseThrow();
        assertThat(after.reregisteredAtMs()).isEqualTo(cluster.time.epochMs());
        assertThat(after.changedAt()).isEqualTo(before.changedAt());
        await().untilAsserted(() -> assertThat(cluster.changes).contains(new StateChange.AgentAdmitted(after, true)));
    }

    @Test
    void anAgentThatIsBackWithMoreIsTakenAtItsWord() {
        AgentId id = cluster.registered().id();

        TestAgent again = cluster.connect();
        again.reregister(again.reregistration(id).setAgentInfo(again.infoWithId("cpus:8;mem:4096", id)));

        assertThat(cluster.state.snapshot().agent(id).orElseThrow().total())
                .isEqualTo(Resources.parse("cpus:8;mem:4096"));
    }

    @Test
    void whatIsNoTaskIsRefusedWhereTheStateNeedsIt() {
        AgentId id = new AgentId("older-master-S7");
        TestAgent agent = cluster.connect();
        agent.reregister(agent.reregistration(id)
                .addTasks(reported(new TaskKey(PLAIN, "t1"), id, TaskState.TASK_RUNNING).toBuilder()
                        .setTaskInfo(ByteString.copyFromUtf8("not protobuf"))));

        assertThat(agent.awaitHeard(MessageCase.REFUSED, 1).get(0).getRefused().getReason())
                .startsWith("task t1: ");
        assertThat(cluster.links.isConnected(id)).isFalse();
    }

    /** Its link opens when others have given it up already: it is to come again, and to hear it then. */
    @Test
    void anAgentThatIsGivenUpWhileItIsAdmittedIsSentAway() throws Exception {
        AgentId id = cluster.registered().id();
        Queue<Runnable> loop = new ConcurrentLinkedQueue<>();
        AgentLinkHandler handler = new AgentLinkHandler(() -> loop::add);
        handler.lead(cluster.links);
        FakeCall call = new FakeCall();
        handler.connect(call)
                .onNext(AgentMessage.newBuilder()
                        .setReregister(cluster.connect().reregistration(id))
                        .build());
        await().until(() -> !loop.isEmpty());
        cluster.links.markGone(id).get();

        for (Runnable next = loop.poll(); next != null; next = loop.poll()) {
            next.run();
        }

        assertThat(Status.fromThrowable(call.error).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(cluster.links.isConnected(id)).isFalse();
    }

    @Test
    void anAgentWithoutADomainIsRefusedWhereOneIsRequired() throws Exception {
        try (LinkFixture strict =
                new LinkFixture(new LinkConfig(1_000, 2, 10_000, RemovalRate.UNLIMITED, Retention.DEFAULTS, true, 1))) {
            TestAgent agent = strict.registered();

            assertThat(agent.call.sent.get(0).getRefused().getReason())
                    .isEqualTo("The agent is not configured with a domain, but the master requires one");
            assertThat(agent.call.sent.get(0).getRefused().getPermanent()).isFalse();
            assertThat(strict.state.snapshot().agents()).isEmpty();
        }
    }

    @Test
    void anAgentThatShrankBelowWhatRunsOnItIsRefused() throws Exception {
        TestAgent first = cluster.registered();
        for (int i = 0; i < 4; i++) {
            cluster.claim(CHECKPOINTING, first.id(), "t" + i);
        }
        TestAgent again = cluster.connect();
        again.say(AgentMessage.newBuilder()
                .setReregister(io.stoa.proto.agent.Reregister.newBuilder()
                        .setAgentInfo(again.infoWithId("cpus:3", first.id()))
                        .setEndpoint(Endpoint.newBuilder().setIp("127.0.0.1").setPort(5051))));
        again.awaitAnswer();

        assertThat(again.call.sent.get(0).getRefused().getPermanent()).isTrue();
        assertThat(cluster.links.isConnected(first.id())).isTrue();
    }
}

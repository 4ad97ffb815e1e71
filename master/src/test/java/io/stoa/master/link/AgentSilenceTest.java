package io.stoa.master.link;

import static io.stoa.master.link.LinkFixture.CHECKPOINTING;
import static io.stoa.master.link.LinkFixture.PARTITION_AWARE;
import static io.stoa.master.link.LinkFixture.PLAIN;
import static io.stoa.master.link.LinkFixture.reported;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.stoa.master.link.LinkFixture.TestAgent;
import io.stoa.proto.agent.MasterMessage.MessageCase;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import java.util.List;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AgentSilenceTest {

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
    void everyAgentIsPingedOnceAnInterval() {
        TestAgent agent = cluster.registered();

        cluster.time.advance(1_000);
        agent.pong();
        cluster.time.advance(1_000);

        assertThat(agent.awaitHeard(MessageCase.PING, 2)).hasSize(2);
    }

    @Test
    void agentsAreNotPingedAllAtOnce() {
        TestAgent first = cluster.registered();
        TestAgent second = cluster.registered();

        cluster.time.advance(950);
        assertThat(second.awaitHeard(MessageCase.PING, 1)).hasSize(1);
        assertThat(first.heard(MessageCase.PING)).isEmpty();
        cluster.time.advance(50);
        assertThat(first.awaitHeard(MessageCase.PING, 1)).hasSize(1);
        assertThat(second.heard(MessageCase.PING)).hasSize(1);
    }

    @Test
    void anAgentThatAnswersStays() {
        TestAgent agent = cluster.registered();
        for (int i = 0; i < 10; i++) {
            cluster.time.advance(1_000);
            agent.pong();
        }

        assertThat(statusOf(agent.id())).isEqualTo(AgentStatus.REGISTERED);
    }

    @Test
    void howLongAnAgentIsWaitedForIsKnownWhileItIsNotHeard() throws Exception {
        try (LinkFixture patient = new LinkFixture(new LinkConfig(1_000, 5, 10_000))) {
            TestAgent agent = patient.registered();
            patient.time.advance(1_000);
            assertThat(patient.links.givenUpInMs(agent.id()))
                    .as("it has a moment to answer")
                    .isEmpty();
            patient.time.advance(1_500);
            assertThat(patient.links.givenUpInMs(agent.id())).hasValue(2_500);
            agent.pong();
            assertThat(patient.links.givenUpInMs(agent.id())).isEmpty();
            agent.breaks();
            assertThat(patient.links.givenUpInMs(agent.id())).hasValue(5_000);
        }
    }

    @Test
    void aDisconnectionIsToldAndCostsNoPlaceInTheState() {
        TestAgent agent = cluster.registered();

        agent.breaks();

        assertThat(cluster.events.log).endsWith("disconnected " + agent.id());
        assertThat(cluster.links.isConnected(agent.id())).isFalse();
        assertThat(statusOf(agent.id())).isEqualTo(AgentStatus.REGISTERED);
    }

    @Test
    void aDisconnectionCostsWhatIsNotCheckpointed() throws Exception {
        TestAgent agent = cluster.registered();
        TaskKey plain = cluster.running(PLAIN, agent.id(), "lost");
        TaskKey checkpointed = cluster.running(CHECKPOINTING, agent.id(), "kept");

        agent.breaks();

        await().until(() -> cluster.statuses(plain).size() == 2);
        assertThat(cluster.state.snapshot().task(plain)).isEmpty();
        TaskStatus status = cluster.lastStatus(plain);
        assertThat(status.getState()).isEqualTo(TaskState.TASK_LOST);
        assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_AGENT_DISCONNECTED);
        assertThat(status.getMessage()).isEqualTo("Agent localhost disconnected");
        assertThat(cluster.stateOf(checkpointed)).isEqualTo(TaskState.TASK_RUNNING);

        TestAgent again = cluster.connect();
        again.reregister(
                agent.id(),
                reported(plain, agent.id(), TaskState.TASK_RUNNING),
                reported(checkpointed, agent.id(), TaskState.TASK_RUNNING));

        assertThat(again.awaitHeard(MessageCase.KILL_TASK, 1))
                .singleElement()
                .satisfies(
                        message -> assertThat(message.getKillTask().getTaskId()).isEqualTo("lost"));
    }

    @Test
    void whoIsSilentForTooLongIsNotTakenForDisconnectedFirst() throws Exception {
        TestAgent agent = cluster.registered();
        TaskKey plain = cluster.running(PLAIN, agent.id(), "lost");

        cluster.time.advance(2_000);

        await().until(() -> !cluster.links.isConnected(agent.id())
                && cluster.statuses(plain).size() == 2);
        assertThat(cluster.statuses(plain))
                .extracting(TaskStatus::getMessage)
                .containsExactly("", "health check timed out");
    }

    @Test
    void anAgentThatIsSilentForTooLongBecomesUnreachable() throws Exception {
        TestAgent agent = cluster.registered();
        TaskKey old = cluster.running(CHECKPOINTING, agent.id(), "lost-old");
        TaskKey aware = cluster.running(PARTITION_AWARE, agent.id(), "lost-pa");

        cluster.time.advance(2_000);

        await().until(() -> statusOf(agent.id()) == AgentStatus.UNREACHABLE);
        await().until(() -> cluster.statuses(aware).size() == 2);
        assertThat(cluster.lastStatus(aware).getState()).isEqualTo(TaskState.TASK_UNREACHABLE);
        assertThat(cluster.stateOf(aware)).isEqualTo(TaskState.TASK_UNREACHABLE);
        TaskStatus status = cluster.lastStatus(old);
        assertThat(status.getState()).isEqualTo(TaskState.TASK_LOST);
        assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_AGENT_REMOVED);
        assertThat(status.getMessage()).isEqualTo("health check timed out");
        assertThat(status.getUnreachableTime().getNanoseconds()).isEqualTo(cluster.time.epochMs() * 1_000_000);
        assertThat(Status.fromThrowable(agent.call.error).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(cluster.links.isConnected(agent.id())).isFalse();
        assertThat(cluster.counted("master/slave_unreachable_scheduled")).isEqualTo(1);
        assertThat(cluster.counted("master/slave_unreachable_completed")).isEqualTo(1);
        assertThat(cluster.counted("master/slave_unreachable_canceled")).isZero();
        assertThat(cluster.counted("master/recovery_slave_removals")).isZero();
    }

    @Test
    void whatComesBackWithAnUnreachableAgentRunsAgain() throws Exception {
        TestAgent agent = cluster.registered();
        AgentId id = agent.id();
        TaskKey old = cluster.running(CHECKPOINTING, id, "lost-old");
        TaskKey aware = cluster.running(PARTITION_AWARE, id, "lost-pa");
        agent.breaks();
        cluster.time.advance(2_000);
        await().until(() -> statusOf(id) == AgentStatus.UNREACHABLE);

        TestAgent again = cluster.connect();
        again.reregister(id, reported(old, id, TaskState.TASK_RUNNING), reported(aware, id, TaskState.TASK_RUNNING));

        for (TaskKey task : new TaskKey[] {old, aware}) {
            await().until(() -> cluster.statuses(task).size() == 3);
            TaskStatus status = cluster.lastStatus(task);
            assertThat(status.getState()).isEqualTo(TaskState.TASK_RUNNING);
            assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_AGENT_REREGISTERED);
            assertThat(status.getMessage()).isEqualTo("Unreachable agent re-reregistered");
            assertThat(cluster.stateOf(task)).isEqualTo(TaskState.TASK_RUNNING);
        }
        assertThat(again.heard(MessageCase.KILL_TASK)).isEmpty();
        assertThat(statusOf(id)).isEqualTo(AgentStatus.REGISTERED);
    }

    @Test
    void aNewLeaderWaitsLongerForAgentsItHasNotSeenYet() {
        AgentId id = cluster.registered().id();
        cluster.links.close();
        AgentLinks next = new AgentLinks(
                cluster.state,
                MasterInfo.newBuilder().setId("n").setIp(0).setPort(5050).build(),
                LinkFixture.CONFIG,
                cluster.counts,
                cluster.time,
                Runnable::run,
                why -> {});
        next.start(cluster.events);

        cluster.time.advance(9_000);
        assertThat(statusOf(id)).isEqualTo(AgentStatus.REGISTERED);
        cluster.time.advance(1_000);

        await().until(() -> statusOf(id) == AgentStatus.UNREACHABLE);
        assertThat(cluster.counted("master/recovery_slave_removals")).isEqualTo(1);
        next.close();
    }

    @Test
    void anAgentIsNotLostBetweenItsAdmissionAndTheOpeningOfItsLink() throws Exception {
        cluster.time.advance(20_000);
        admit(new AgentId("m-S9"));
        passUntilDecided();
        assertThat(statusOf(new AgentId("m-S9"))).isEqualTo(AgentStatus.REGISTERED);

        AgentId back = cluster.registered().id();
        cluster.time.advance(2_000);
        await().until(() -> statusOf(back) == AgentStatus.UNREACHABLE && !cluster.links.isConnected(back));
        admit(back);
        passUntilDecided();
        assertThat(statusOf(back)).isEqualTo(AgentStatus.REGISTERED);
    }

    /** What was committed meanwhile is in the state before the next commit is. */
    private void passUntilDecided() throws Exception {
        cluster.time.advance(20_000);
        cluster.commit(new StateMutation.RemoveTask(new TaskKey(PLAIN, "nobody")));
    }

    /** Into the state, and no further. */
    private void admit(AgentId id) throws Exception {
        Resources total = Resources.parse("cpus:4;mem:4096");
        cluster.commit(new StateMutation.AdmitAgent(
                id,
                AgentInfo.newBuilder()
                        .setId(AgentID.newBuilder().setValue(id.value()))
                        .setHostname("localhost")
                        .addAllResources(total.toProto())
                        .build(),
                List.of(),
                "1.11.0",
                "127.0.0.1",
                5051,
                total,
                0));
    }

    @Test
    void whoIsGivenUpBetweenItsAdmissionAndTheOpeningOfItsLinkHasToComeAgain() throws Exception {
        TestAgent agent = cluster.registered();
        AgentId id = agent.id();
        TaskKey task = cluster.running(PARTITION_AWARE, id, "t1");
        agent.breaks();

        TestAgent again = cluster.connect();
        again.call.meanwhile(() -> cluster.time.advance(2_000));
        again.reregister(id, reported(task, id, TaskState.TASK_RUNNING));
        await().until(() ->
                statusOf(id) == AgentStatus.UNREACHABLE && again.call.isEnded() && !cluster.links.isConnected(id));

        TestAgent onceMore = cluster.connect();
        onceMore.reregister(id, reported(task, id, TaskState.TASK_RUNNING));
        await().until(() -> statusOf(id) == AgentStatus.REGISTERED && cluster.links.isConnected(id));
        await().until(() -> cluster.stateOf(task) == TaskState.TASK_RUNNING);
        assertThat(onceMore.call.isEnded()).isFalse();
    }

    @Test
    void theEndOfATermCostsNoTask() throws Exception {
        TestAgent agent = cluster.registered();
        TaskKey task = cluster.running(PLAIN, agent.id(), "t1");

        cluster.links.close();
        agent.breaks();

        assertThat(Status.fromThrowable(agent.call.error).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        cluster.running(PLAIN, agent.id(), "t2");
        assertThat(cluster.stateOf(task)).isEqualTo(TaskState.TASK_RUNNING);
    }

    private AgentStatus statusOf(AgentId id) {
        return cluster.state.snapshot().agent(id).orElseThrow().status();
    }
}

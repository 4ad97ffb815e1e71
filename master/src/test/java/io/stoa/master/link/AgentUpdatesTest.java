package io.stoa.master.link;

import static io.stoa.master.link.LinkFixture.PLAIN;
import static io.stoa.master.link.LinkFixture.status;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.master.link.LinkFixture.TestAgent;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.DriverAcknowledgement;
import io.stoa.proto.agent.ExecutorExited;
import io.stoa.proto.agent.MasterMessage.MessageCase;
import io.stoa.proto.agent.StatusAcknowledgement;
import io.stoa.proto.agent.StatusUpdate;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import java.util.Optional;
import org.apache.mesos.v1.Protos.DurationInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AgentUpdatesTest {

    private LinkFixture cluster;
    private TestAgent agent;
    private TaskKey task;

    @BeforeEach
    void start() throws Exception {
        cluster = new LinkFixture();
        agent = cluster.registered();
        task = cluster.claim(PLAIN, agent.id(), "t1");
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void anUpdateBecomesTheTasksState() {
        agent.update(PLAIN, status("t1", TaskState.TASK_RUNNING, 1));

        await().until(() -> cluster.stateOf(task) == TaskState.TASK_RUNNING);
        assertThat(agent.heard(MessageCase.ACKNOWLEDGEMENT)).isEmpty();
        await().until(() -> cluster.statuses(task).size() == 1);
        assertThat(cluster.lastStatus(task).getAgentId().getValue())
                .isEqualTo(agent.id().value());
    }

    @Test
    void aRepeatedUpdateIsPassedOnAgain() {
        agent.update(PLAIN, status("t1", TaskState.TASK_RUNNING, 1));
        await().until(() -> cluster.statuses(task).size() == 1);
        agent.update(PLAIN, status("t1", TaskState.TASK_RUNNING, 1));

        await().until(() -> cluster.events.log.contains("repeated t1"));
        assertThat(cluster.statuses(task)).hasSize(1);
    }

    @Test
    void aTaskThatHasEndedHoldsNothingThoughItsFrameworkIsNotToldYet() {
        agent.update(PLAIN, status("t1", TaskState.TASK_RUNNING, 1));
        await().until(() -> cluster.statuses(task).size() == 1);
        agent.update(PLAIN, status("t1", TaskState.TASK_RUNNING, 1), TaskState.TASK_FINISHED);

        await().until(() -> cluster.events.log.contains("repeated t1"));
        assertThat(cluster.stateOf(task)).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(cluster.state.snapshot().agent(agent.id()).orElseThrow().claimed())
                .isEqualTo(Resources.EMPTY);
        assertThat(cluster.statuses(task)).hasSize(1);

        agent.update(PLAIN, status("t1", TaskState.TASK_FINISHED, 2));
        await().until(() -> cluster.statuses(task).size() == 2);
        assertThat(cluster.lastStatus(task).getState()).isEqualTo(TaskState.TASK_FINISHED);
    }

    @Test
    void aTaskOfWhichTheEndCouldNotBeToldIsLostWithItsAgent() {
        agent.update(PLAIN, status("t1", TaskState.TASK_RUNNING, 1), TaskState.TASK_FINISHED);
        await().until(() -> cluster.stateOf(task) == TaskState.TASK_FINISHED);

        cluster.links.markGone(agent.id()).join();

        await().until(() -> cluster.statuses(task).size() == 2);
        assertThat(cluster.lastStatus(task).getState()).isEqualTo(TaskState.TASK_LOST);
    }

    @Test
    void anUpdateThatNobodyWaitsForIsAcknowledgedSoThatItEnds() throws Exception {
        agent.update(new FrameworkId("nobody"), status("t1", TaskState.TASK_RUNNING, 1));
        agent.update(PLAIN, status("t2", TaskState.TASK_RUNNING, 2));
        cluster.commit(new StateMutation.RemoveTask(task));
        agent.update(PLAIN, status("t1", TaskState.TASK_FINISHED, 3));

        await().until(() -> agent.heard(MessageCase.ACKNOWLEDGEMENT).size() == 3);
        StatusAcknowledgement last =
                agent.heard(MessageCase.ACKNOWLEDGEMENT).get(2).getAcknowledgement();
        assertThat(last.getTaskId()).isEqualTo("t1");
        assertThat(last.getUuid()).isEqualTo(LinkFixture.uuid(3));
        assertThat(cluster.counted("master/invalid_status_updates")).isEqualTo(3);
    }

    @Test
    void whatADriverAcknowledgedToTheAgentGoesToItsFramework() {
        agent.say(AgentMessage.newBuilder()
                .setDriverAcknowledgement(DriverAcknowledgement.newBuilder()
                        .setFrom("scheduler-1@127.0.0.1:7070")
                        .setFrameworkId("anything")
                        .setTaskId("t1")
                        .setUuid(LinkFixture.uuid(1))));

        String expected = "acknowledged " + agent.id() + " t1 by scheduler-1@127.0.0.1:7070";
        await().until(() -> cluster.events.log.contains(expected));
    }

    @Test
    void anAgentCannotSpeakForTasksOfAnother() {
        TestAgent other = cluster.connect();
        other.register("cpus:1", 5052);
        other.awaitAnswer();

        other.update(PLAIN, status("t1", TaskState.TASK_FINISHED, 1));

        await().until(() -> other.heard(MessageCase.ACKNOWLEDGEMENT).size() == 1);
        assertThat(cluster.stateOf(task)).isEqualTo(TaskState.TASK_STAGING);
        assertThat(cluster.counted("master/invalid_status_updates")).isEqualTo(1);
    }

    @Test
    void aMessageIsAskedForWhenOneHasBeenDealtWith() {
        int before = agent.call.requested;
        agent.update(PLAIN, status("t1", TaskState.TASK_RUNNING, 1));

        await().until(() -> agent.call.requested == before + 1);
        assertThat(before).isEqualTo(1 + AgentSession.MAX_IN_FLIGHT);
    }

    @Test
    void whatIsNoStatusEndsTheStream() {
        agent.say(AgentMessage.newBuilder()
                .setStatusUpdate(StatusUpdate.newBuilder().setStatus(ByteString.copyFromUtf8("not protobuf"))));

        assertThat(agent.awaitHeard(MessageCase.REFUSED, 1)).hasSize(1);
        await().until(() -> agent.call.completed);
        assertThat(cluster.links.isConnected(agent.id())).isFalse();
    }

    @Test
    void executorsEndAndSpeak() throws Exception {
        cluster.commit(new StateMutation.Claim(
                PLAIN, agent.id(), "*", LinkFixture.withExecutor(LinkFixture.task(agent.id(), "t2"), "e1")));
        agent.say(AgentMessage.newBuilder()
                .setExecutorMessage(io.stoa.proto.agent.ExecutorMessage.newBuilder()
                        .setFrameworkId("plain")
                        .setExecutorId("e1")
                        .setData(ByteString.copyFromUtf8("hello"))));
        agent.say(AgentMessage.newBuilder()
                .setExecutorExited(ExecutorExited.newBuilder()
                        .setFrameworkId("plain")
                        .setExecutorId("e1")
                        .setWaitStatus(768)));

        assertThat(cluster.events.log).endsWith("message e1 hello", "exited e1 OptionalInt[768]");
        await().until(() -> cluster.state.snapshot().executorsOn(agent.id()).isEmpty());
    }

    @Test
    void theEndOfACommandsExecutorIsNobodysBusiness() {
        agent.say(AgentMessage.newBuilder()
                .setExecutorExited(ExecutorExited.newBuilder()
                        .setFrameworkId("plain")
                        .setExecutorId("t1")
                        .setWaitStatus(0)));

        assertThat(cluster.events.log).containsExactly("connected " + agent.id());
    }

    @Test
    void killsAndAcknowledgementsReachTheAgentOfTheTask() {
        assertThat(cluster.links.isKilled(agent.id(), task)).isFalse();
        cluster.links.killTask(agent.id(), task, Optional.empty());
        assertThat(cluster.links.isKilled(agent.id(), task)).isTrue();
        cluster.links.acknowledge(agent.id(), task, LinkFixture.uuid(1));
        cluster.links.shutdownFramework(PLAIN);
        cluster.links.frameworkUpdated(cluster.state.snapshot().framework(PLAIN).orElseThrow());

        assertThat(agent.awaitHeard(MessageCase.KILL_TASK, 1)).hasSize(1);
        assertThat(agent.awaitHeard(MessageCase.ACKNOWLEDGEMENT, 1)).hasSize(1);
        assertThat(agent.awaitHeard(MessageCase.SHUTDOWN_FRAMEWORK, 1)).hasSize(1);
        assertThat(agent.awaitHeard(MessageCase.FRAMEWORK_UPDATED, 1)).hasSize(1);
    }

    /** As a leader finds it to whom nobody has said so. */
    @Test
    void whatWasCommittedToBeKilledIsKilledByWhoeverLeadsWhenItsAgentIsBack() throws Exception {
        KillPolicy policy = KillPolicy.newBuilder()
                .setGracePeriod(DurationInfo.newBuilder().setNanoseconds(7))
                .build();
        TaskKey kept = cluster.running(LinkFixture.CHECKPOINTING, agent.id(), "t2");
        cluster.commit(new StateMutation.KillTask(kept, policy));
        assertThat(cluster.links.isKilled(agent.id(), kept)).isTrue();
        agent.breaks();

        TestAgent back = cluster.connect();
        back.reregister(agent.id(), LinkFixture.reported(kept, agent.id(), TaskState.TASK_RUNNING));

        var kill = back.awaitHeard(MessageCase.KILL_TASK, 1).get(0).getKillTask();
        assertThat(kill.getTaskId()).isEqualTo("t2");
        assertThat(KillPolicy.parseFrom(kill.getKillPolicy())).isEqualTo(policy);
    }
}

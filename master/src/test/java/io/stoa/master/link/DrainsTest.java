package io.stoa.master.link;

import static io.stoa.master.link.LinkFixture.CHECKPOINTING;
import static io.stoa.master.link.LinkFixture.PARTITION_AWARE;
import static io.stoa.master.link.LinkFixture.PLAIN;
import static io.stoa.master.link.LinkFixture.reported;
import static io.stoa.master.link.LinkFixture.status;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.master.link.LinkFixture.TestAgent;
import io.stoa.proto.agent.KillTask;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.MasterMessage.MessageCase;
import io.stoa.state.model.Activation;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.StateMutation;
import java.util.List;
import java.util.OptionalLong;
import org.apache.mesos.v1.Protos.DurationInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DrainsTest {

    private static final long THREE_S = 3_000_000_000L;

    private LinkFixture cluster;
    private TestAgent agent;
    private AgentId id;

    @BeforeEach
    void start() throws Exception {
        cluster = new LinkFixture();
        agent = cluster.registered();
        id = agent.id();
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void tasksAreKilledWithTheGraceThatIsLeftToThem() throws Exception {
        cluster.running(PLAIN, id, "none");
        claim("short", 1_000_000_000L);
        claim("long", 60_000_000_000L);

        drain(OptionalLong.of(THREE_S), false);

        List<KillTask> kills = kills(agent, 3);
        assertThat(graceNs(kills, "none")).isEqualTo(THREE_S);
        assertThat(graceNs(kills, "short")).as("its own is shorter").isEqualTo(-1);
        assertThat(graceNs(kills, "long")).isEqualTo(THREE_S);
    }

    @Test
    void withoutABoundTasksKeepTheirGrace() throws Exception {
        claim("long", 60_000_000_000L);

        drain(OptionalLong.empty(), false);

        assertThat(graceNs(kills(agent, 1), "long")).isEqualTo(-1);
    }

    @Test
    void theAgentIsDrainedWhenTheLastEndIsAcknowledged() throws Exception {
        TaskKey task = cluster.running(PLAIN, id, "t");
        drain(OptionalLong.of(THREE_S), false);

        agent.update(PLAIN, status("t", TaskState.TASK_KILLED, 2));
        await().until(() -> cluster.statuses(task).size() == 2);
        assertThat(cluster.lastStatus(task).getState()).isEqualTo(TaskState.TASK_KILLED);
        assertThat(cluster.lastStatus(task).getReason()).isEqualTo(TaskStatus.Reason.REASON_AGENT_DRAINING);
        assertThat(isDraining()).isTrue();

        cluster.commit(new StateMutation.RemoveTask(task));
        await().until(() -> !isDraining());
        assertThat(cluster.state.snapshot().agent(id).orElseThrow().activation())
                .isEqualTo(new Activation.Drain(OptionalLong.of(THREE_S), false, 9_000, true));
    }

    @Test
    void anAgentWithoutTasksIsDrainedAtOnce() throws Exception {
        drain(OptionalLong.empty(), false);

        await().until(() -> !isDraining());
        assertThat(cluster.links.isConnected(id)).isTrue();
    }

    @Test
    void whatEndsByItselfSaysSo() throws Exception {
        TaskKey task = cluster.running(PLAIN, id, "t");
        drain(OptionalLong.empty(), true);

        agent.update(PLAIN, status("t", TaskState.TASK_FINISHED, 2));
        await().until(() -> cluster.statuses(task).size() == 2);
        assertThat(cluster.lastStatus(task).getState()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(cluster.lastStatus(task).hasReason()).isFalse();
    }

    @Test
    void anAgentToBeMarkedGoneIsSoWhenNothingIsLeft() throws Exception {
        TaskKey aware = cluster.running(PARTITION_AWARE, id, "aware");
        TaskKey other = cluster.running(CHECKPOINTING, id, "other");
        drain(OptionalLong.empty(), true);

        agent.update(PARTITION_AWARE, status("aware", TaskState.TASK_KILLING, 2), TaskState.TASK_KILLED);
        agent.update(PARTITION_AWARE, status("aware", TaskState.TASK_KILLED, 3));
        agent.update(CHECKPOINTING, status("other", TaskState.TASK_KILLED, 2));
        await().until(() ->
                cluster.statuses(aware).size() == 3 && cluster.statuses(other).size() == 2);
        assertThat(cluster.statuses(aware))
                .extracting(TaskStatus::getState)
                .endsWith(TaskState.TASK_KILLING, TaskState.TASK_GONE_BY_OPERATOR);
        assertThat(cluster.stateOf(aware)).isEqualTo(TaskState.TASK_GONE_BY_OPERATOR);
        assertThat(cluster.lastStatus(aware).getReason()).isEqualTo(TaskStatus.Reason.REASON_AGENT_DRAINING);
        assertThat(cluster.lastStatus(other).getState()).isEqualTo(TaskState.TASK_KILLED);

        cluster.commit(new StateMutation.RemoveTask(aware));
        cluster.commit(new StateMutation.RemoveTask(other));
        await().until(() -> cluster.state.snapshot().isGone(id));
        assertThat(agent.awaitHeard(MessageCase.SHUTDOWN, 1)).hasSize(1);
    }

    @Test
    void anAgentThatWasAwayWhenItWasToDrainDrainsWhenItIsBack() throws Exception {
        TaskKey runs = cluster.running(CHECKPOINTING, id, "runs");
        TaskKey unseen = cluster.claim(CHECKPOINTING, id, "unseen");
        agent.breaks();
        await().until(() -> !cluster.links.isConnected(id));
        drain(OptionalLong.of(THREE_S), false);

        TestAgent again = cluster.connect();
        again.reregister(id, reported(runs, id, TaskState.TASK_RUNNING));

        assertThat(graceNs(kills(again, 1), "runs")).isEqualTo(THREE_S);
        await().until(() -> cluster.state.snapshot().task(unseen).isEmpty());
        assertThat(again.heard(MessageCase.RUN_TASK)).as("launched again").isEmpty();
        assertThat(isDraining()).isTrue();
        cluster.commit(new StateMutation.RemoveTask(runs));
        await().until(() -> !isDraining());
    }

    @Test
    void anAgentThatIsAwayIsNotTakenForDrained() throws Exception {
        agent.breaks();
        await().until(() -> !cluster.links.isConnected(id));
        drain(OptionalLong.empty(), false);
        assertThat(isDraining()).isTrue();

        cluster.connect().reregister(id);
        await().until(() -> !isDraining());
    }

    @Test
    void aTaskThatComesBackWithItsAgentIsEndedToo() throws Exception {
        agent.breaks();
        await().until(() -> !cluster.links.isConnected(id));
        cluster.commit(new StateMutation.MarkAgentUnreachable(id, 1));
        drain(OptionalLong.of(THREE_S), false);

        TaskKey lost = new TaskKey(CHECKPOINTING, "lost");
        TestAgent again = cluster.connect();
        again.reregister(id, reported(lost, id, TaskState.TASK_RUNNING));

        assertThat(kills(again, 1)).extracting(KillTask::getTaskId).containsExactly("lost");
        assertThat(cluster.state.snapshot().task(lost)).isPresent();
        assertThat(isDraining()).isTrue();
    }

    private void claim(String taskId, long graceNs) throws Exception {
        cluster.commit(new StateMutation.Claim(
                PLAIN,
                id,
                "*",
                LinkFixture.task(id, taskId).toBuilder()
                        .setKillPolicy(KillPolicy.newBuilder()
                                .setGracePeriod(DurationInfo.newBuilder().setNanoseconds(graceNs)))
                        .build()));
    }

    private void drain(OptionalLong maxGraceNs, boolean markGone) throws Exception {
        cluster.commit(new StateMutation.DrainAgent(id, maxGraceNs, markGone, 9_000));
    }

    private boolean isDraining() {
        return cluster.state.snapshot().agent(id).orElseThrow().activation().isDraining();
    }

    private static List<KillTask> kills(TestAgent agent, int count) {
        return agent.awaitHeard(MessageCase.KILL_TASK, count).stream()
                .map(MasterMessage::getKillTask)
                .toList();
    }

    /** -1 where it is the task's own. */
    private static long graceNs(List<KillTask> kills, String taskId) throws Exception {
        for (KillTask kill : kills) {
            if (kill.getTaskId().equals(taskId)) {
                return kill.getKillPolicy().isEmpty()
                        ? -1
                        : KillPolicy.parseFrom(kill.getKillPolicy())
                                .getGracePeriod()
                                .getNanoseconds();
            }
        }
        throw new AssertionError("not killed: " + taskId);
    }
}

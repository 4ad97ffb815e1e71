package io.stoa.master.link;

import static io.stoa.master.link.LinkFixture.CHECKPOINTING;
import static io.stoa.master.link.LinkFixture.PARTITION_AWARE;
import static io.stoa.master.link.LinkFixture.PLAIN;
import static io.stoa.master.link.LinkFixture.reported;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.master.link.LinkFixture.TestAgent;
import io.stoa.proto.agent.AgentExecutor;
import io.stoa.proto.agent.Endpoint;
import io.stoa.proto.agent.MasterMessage.MessageCase;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.GoneAgent;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.StateMutation;
import java.util.Optional;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class AgentDepartureTest {

    /** One agent in 5 s; two agents and one unreachable task of each framework are remembered, for a minute. */
    private static final LinkConfig CONFIG =
            new LinkConfig(1_000, 2, 10_000, new RemovalRate(2, 10_000), new Retention(30_000, 60_000, 2, 1), false, 1);

    private LinkFixture cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new LinkFixture(CONFIG);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void aGoneAgentsTasksAreGoneAndItIsToEnd() throws Exception {
        TestAgent agent = cluster.registered();
        TaskKey old = cluster.running(CHECKPOINTING, agent.id(), "old");
        TaskKey aware = cluster.running(PARTITION_AWARE, agent.id(), "aware");

        assertThat(cluster.links.markGone(agent.id()).join()).isEqualTo(GoneResult.GONE);

        awaitStatuses(old, 2);
        awaitStatuses(aware, 2);
        assertStatus(cluster.lastStatus(old), TaskState.TASK_LOST, TaskStatus.Reason.REASON_AGENT_REMOVED);
        assertStatus(
                cluster.lastStatus(aware),
                TaskState.TASK_GONE_BY_OPERATOR,
                TaskStatus.Reason.REASON_AGENT_REMOVED_BY_OPERATOR);
        assertThat(cluster.state.snapshot().taskCount()).isZero();
        assertThat(cluster.state.snapshot().goneAgents())
                .containsExactly(new GoneAgent(agent.id(), cluster.time.epochMs()));
        assertThat(agent.awaitHeard(MessageCase.SHUTDOWN, 1)
                        .get(0)
                        .getShutdown()
                        .getReason())
                .isEqualTo("Agent has been marked gone");
        assertThat(cluster.links.isConnected(agent.id())).isFalse();
        assertThat(cluster.events.log).endsWith("disconnected " + agent.id());
    }

    /** What is committed is told right after it can be seen. */
    private void awaitStatuses(TaskKey task, int count) {
        await().until(() -> cluster.statuses(task).size() == count);
    }

    private static void assertStatus(TaskStatus status, TaskState state, TaskStatus.Reason reason) {
        assertThat(status.getState()).isEqualTo(state);
        assertThat(status.getReason()).isEqualTo(reason);
        assertThat(status.getMessage()).isEqualTo("Agent has been marked gone");
        assertThat(status.hasUnreachableTime()).isFalse();
    }

    @Test
    void aGoneAgentThatComesBackIsToEndAtOnce() {
        AgentId id = cluster.registered().id();
        cluster.links.markGone(id).join();

        TestAgent again = cluster.connect();
        again.reregister(id);

        assertThat(again.call.sent.get(0).getShutdown().getReason()).isEqualTo("Agent has been marked gone");
        assertThat(again.call.completed).isTrue();
        assertThat(cluster.links.isConnected(id)).isFalse();
    }

    @Test
    void anUnreachableAgentMayBeGivenUpToo() throws Exception {
        TestAgent agent = cluster.registered();
        TaskKey aware = cluster.running(PARTITION_AWARE, agent.id(), "aware");
        becomesUnreachable(agent);

        assertThat(cluster.links.markGone(agent.id()).join()).isEqualTo(GoneResult.GONE);

        awaitStatuses(aware, 3);
        assertThat(cluster.lastStatus(aware).getState()).isEqualTo(TaskState.TASK_GONE_BY_OPERATOR);
        assertThat(cluster.state.snapshot().agent(agent.id())).isEmpty();
    }

    @Test
    void whoIsGoneIsGoneOnceAndWhoNeverWasIsUnknown() {
        AgentId id = cluster.registered().id();
        cluster.links.markGone(id).join();

        assertThat(cluster.links.markGone(id).join()).isEqualTo(GoneResult.GONE);
        assertThat(cluster.links.markGone(new AgentId("nobody")).join()).isEqualTo(GoneResult.UNKNOWN);
    }

    @Test
    void withoutALeaderNobodyIsGivenUp() {
        AgentId id = cluster.registered().id();
        cluster.links.close();

        assertThat(cluster.links.markGone(id).join()).isEqualTo(GoneResult.NOT_STORED);
        assertThat(cluster.state.snapshot().agent(id)).isPresent();
    }

    @Test
    void aKillWhileTheAgentIsAwayIsRepeatedWhenItIsBack() throws Exception {
        TestAgent agent = cluster.registered();
        AgentId id = agent.id();
        TaskKey running = cluster.running(CHECKPOINTING, id, "running");
        TaskKey neverStarted = cluster.claim(PARTITION_AWARE, id, "never-started");
        agent.breaks();
        cluster.links.killTask(id, running, Optional.empty());
        cluster.links.killTask(id, neverStarted, Optional.empty());

        TestAgent again = cluster.connect();
        again.reregister(id, reported(running, id, TaskState.TASK_RUNNING));

        assertThat(again.awaitHeard(MessageCase.KILL_TASK, 1))
                .singleElement()
                .satisfies(
                        message -> assertThat(message.getKillTask().getTaskId()).isEqualTo("running"));
        assertThat(again.heard(MessageCase.RUN_TASK)).isEmpty();
        awaitStatuses(neverStarted, 1);
        assertThat(cluster.lastStatus(neverStarted).getState()).isEqualTo(TaskState.TASK_DROPPED);
    }

    @Test
    void whatAnAgentNobodyKnowsRunsIsTakenUp() throws Exception {
        AgentId id = new AgentId("older-master-S7");
        TaskKey task = new TaskKey(PLAIN, "t1");
        TaskKey ended = new TaskKey(PARTITION_AWARE, "t2");

        cluster.connect()
                .reregister(
                        id, reported(task, id, TaskState.TASK_RUNNING), reported(ended, id, TaskState.TASK_FINISHED));

        awaitStatuses(ended, 1);
        awaitStatuses(task, 1);
        assertThat(cluster.stateOf(task)).isEqualTo(TaskState.TASK_RUNNING);
        assertThat(cluster.lastStatus(task).getMessage()).isEqualTo("Unknown agent reregistered");
        assertThat(cluster.lastStatus(ended).getState()).isEqualTo(TaskState.TASK_FINISHED);
        await().until(() -> cluster.state.snapshot().task(ended).isEmpty());
    }

    @Test
    void whatFitsNoMoreIsKilledWhenItComesBack() throws Exception {
        AgentId id = new AgentId("older-master-S7");
        TestAgent agent = cluster.connect();
        agent.reregister(agent.reregistration(id)
                .setAgentInfo(agent.infoWithId("cpus:0.5", id))
                .addTasks(reported(new TaskKey(PLAIN, "t1"), id, TaskState.TASK_RUNNING)));

        assertThat(agent.awaitHeard(MessageCase.KILL_TASK, 1)).hasSize(1);
        assertThat(cluster.state.snapshot().taskCount()).isZero();
    }

    @Test
    void anUnreachableTaskThatDoesNotComeBackIsForgottenWithoutAWord() throws Exception {
        TestAgent agent = cluster.registered();
        TaskKey task = cluster.running(PARTITION_AWARE, agent.id(), "t1");
        becomesUnreachable(agent);
        awaitStatuses(task, 2);

        cluster.connect().reregister(agent.id());

        await().until(() -> cluster.state.snapshot().task(task).isEmpty());
        assertThat(cluster.statuses(task)).hasSize(2);
    }

    @Test
    void executorsThatDidNotComeBackAreForgotten() throws Exception {
        TestAgent agent = cluster.registered();
        AgentId id = agent.id();
        cluster.commit(new StateMutation.Claim(
                CHECKPOINTING, id, "*", LinkFixture.withExecutor(LinkFixture.task(id, "t1"), "stays")));
        cluster.commit(new StateMutation.Claim(
                CHECKPOINTING, id, "*", LinkFixture.withExecutor(LinkFixture.task(id, "t2"), "ends")));
        TaskKey first = new TaskKey(CHECKPOINTING, "t1");
        cluster.commit(new StateMutation.UpdateTaskStatus(first, LinkFixture.status("t1", TaskState.TASK_FINISHED, 1)));
        TaskKey second = new TaskKey(CHECKPOINTING, "t2");
        cluster.commit(
                new StateMutation.UpdateTaskStatus(second, LinkFixture.status("t2", TaskState.TASK_FINISHED, 1)));
        agent.breaks();

        TestAgent again = cluster.connect();
        again.reregister(again.reregistration(id)
                .addExecutors(AgentExecutor.newBuilder()
                        .setFrameworkId(CHECKPOINTING.value())
                        .setExecutorId("stays"))
                .addExecutors(
                        AgentExecutor.newBuilder().setFrameworkId("nobody").setExecutorId("orphan")));

        await().until(() -> cluster.state
                .snapshot()
                .executor(new ExecutorKey(id, CHECKPOINTING, "ends"))
                .isEmpty());
        assertThat(cluster.state.snapshot().executor(new ExecutorKey(id, CHECKPOINTING, "stays")))
                .isPresent();
        assertThat(again.awaitHeard(MessageCase.SHUTDOWN_FRAMEWORK, 1)
                        .get(0)
                        .getShutdownFramework()
                        .getFrameworkId())
                .isEqualTo("nobody");
    }

    @Test
    void anAgentThatHasMovedIsToEnd() {
        TestAgent agent = cluster.registered();
        agent.breaks();

        TestAgent elsewhere = cluster.connect();
        elsewhere.reregister(elsewhere
                .reregistration(agent.id())
                .setEndpoint(Endpoint.newBuilder().setIp("127.0.0.2").setPort(5051)));

        assertThat(elsewhere.call.sent.get(0).getShutdown().getReason())
                .isEqualTo("Agent attempted to reregister with different IP / hostname");
    }

    @Test
    void afterAChangeOfTheLeaderAnAgentMayComeBackFromElsewhere() {
        TestAgent agent = cluster.registered();
        AgentLinks next = nextLeader();

        TestAgent elsewhere = cluster.connect();
        elsewhere.reregister(elsewhere
                .reregistration(agent.id())
                .setEndpoint(Endpoint.newBuilder().setIp("127.0.0.2").setPort(5051)));

        assertThat(elsewhere.call.sent.get(0).hasRegistered()).isTrue();
        next.close();
    }

    @Test
    void whoDoesNotComeBackToANewLeaderLosesItsTasks() throws Exception {
        TestAgent agent = cluster.registered();
        TaskKey task = cluster.running(CHECKPOINTING, agent.id(), "t1");
        AgentLinks next = nextLeader();

        cluster.time.advance(10_000);

        awaitStatuses(task, 2);
        assertThat(cluster.lastStatus(task).getMessage())
                .isEqualTo("did not reregister within 10secs after master failover");
        next.close();
    }

    private AgentLinks nextLeader() {
        cluster.links.close();
        AgentLinks next = new AgentLinks(
                cluster.state,
                MasterInfo.newBuilder().setId("n").setIp(0).setPort(5050).build(),
                CONFIG,
                cluster.counts,
                cluster.time,
                Runnable::run,
                why -> {});
        next.start(cluster.events);
        cluster.handler.lead(next);
        return next;
    }

    @Test
    void agentsAreGivenUpNoFasterThanIsAllowed() {
        TestAgent[] agents = new TestAgent[3];
        for (int i = 0; i < agents.length; i++) {
            agents[i] = cluster.connect();
            agents[i].register("cpus:1", 5051 + i);
            agents[i].awaitAnswer();
        }

        cluster.time.advance(2_000);
        await().until(() -> unreachable() == 1);
        cluster.time.advance(4_000);
        assertThat(unreachable()).isEqualTo(1);
        cluster.time.advance(1_000);
        await().until(() -> unreachable() == 2);
    }

    @Test
    void whoIsHeardWhileHeWaitsToBeGivenUpStays() {
        TestAgent first = cluster.registered();
        TestAgent second = cluster.connect();
        second.register("cpus:1", 5052);
        second.awaitAnswer();
        cluster.time.advance(2_000);
        await().until(() -> unreachable() == 1);
        TestAgent waiting = statusOf(first.id()) == AgentStatus.REGISTERED ? first : second;

        for (int i = 0; i < 10; i++) {
            waiting.pong();
            cluster.time.advance(1_000);
        }

        assertThat(statusOf(waiting.id())).isEqualTo(AgentStatus.REGISTERED);
    }

    private long unreachable() {
        return cluster.state.snapshot().agents().stream()
                .filter(agent -> agent.status() == AgentStatus.UNREACHABLE)
                .count();
    }

    @Test
    void theOldestOfTooManyGoneAgentsAreForgotten() throws Exception {
        for (int i = 0; i < 3; i++) {
            TestAgent agent = cluster.connect();
            agent.register("cpus:1", 5051 + i);
            agent.awaitAnswer();
            cluster.links.markGone(agent.id()).join();
            cluster.time.advance(1);
        }

        cluster.time.advance(30_000);

        await().until(() -> cluster.state.snapshot().goneAgents().size() == 2);
        assertThat(cluster.state.snapshot().isGone(new AgentId("m-S0"))).isFalse();
    }

    @Test
    void whoHasBeenUnreachableForLongIsForgottenWithItsTasks() throws Exception {
        TestAgent agent = cluster.registered();
        TaskKey task = cluster.running(PARTITION_AWARE, agent.id(), "t1");
        becomesUnreachable(agent);

        cluster.time.advance(60_000);
        cluster.time.advance(30_000);

        await().until(() -> cluster.state.snapshot().agent(agent.id()).isEmpty());
        assertThat(cluster.state.snapshot().task(task)).isEmpty();
        assertThat(cluster.lastStatus(task).getState()).isEqualTo(TaskState.TASK_UNREACHABLE);
    }

    @Test
    void theOldestOfTooManyUnreachableTasksIsForgotten() throws Exception {
        TestAgent agent = cluster.registered();
        cluster.running(PARTITION_AWARE, agent.id(), "t1");
        cluster.running(PARTITION_AWARE, agent.id(), "t2");

        becomesUnreachable(agent);

        await().until(() -> cluster.state.snapshot().taskCount() == 1);
    }

    private void becomesUnreachable(TestAgent agent) {
        agent.breaks();
        cluster.time.advance(2_000);
        await().until(() -> statusOf(agent.id()) == AgentStatus.UNREACHABLE);
    }

    private AgentStatus statusOf(AgentId id) {
        return cluster.state.snapshot().agent(id).orElseThrow().status();
    }
}

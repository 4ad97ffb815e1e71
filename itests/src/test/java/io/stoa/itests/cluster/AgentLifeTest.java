package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.decline;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Calls.reconcile;
import static io.stoa.itests.Calls.suppress;
import static io.stoa.itests.Fixtures.capability;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.SchedulerClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real agent that is silent, leaves, dies or is given up, as each kind of framework, its tasks and itself see it. */
@Timeout(180)
class AgentLifeTest {

    private static final AtomicInteger AGENTS = new AtomicInteger();

    @TempDir
    static Path directory;

    private static ProcessCluster cluster;
    private static StartedTasks started;

    private final String name = "agent-" + AGENTS.incrementAndGet();
    private StoaProcess agent;
    /** Checkpoints, and knows of partitions. */
    private SchedulerClient aware;
    /** Checkpoints. */
    private SchedulerClient old;

    @BeforeAll
    static void startMaster() throws Exception {
        started = StartedTasks.in(directory);
        cluster = ProcessCluster.start(directory);
    }

    @BeforeEach
    void start() throws Exception {
        agent = startAgent();
        aware = cluster.subscribe(partitionAware("aware"));
        old = cluster.subscribe(framework("old"));
    }

    @AfterEach
    void leaveNothing() throws Exception {
        aware.close();
        old.close();
        cluster.tearDownFrameworks();
        agent.kill();
        // Or the next test would be offered what is left of it.
        await().untilAsserted(() -> assertThat(cluster.get("/slaves").path("slaves"))
                .noneMatch(known -> known.path("active").asBoolean()));
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    private StoaProcess startAgent() throws IOException {
        return cluster.agent(name, "--resources=cpus:4;mem:4096;disk:1024;ports:[31000-31099]");
    }

    private static FrameworkInfo.Builder partitionAware(String name) {
        return framework(name).addCapabilities(capability(Capability.Type.PARTITION_AWARE));
    }

    /** Returns when it runs; leaves all else to others. */
    private String launched(SchedulerClient client) throws Exception {
        Offer offer = client.awaitOpenOffer(any -> true);
        String id = "t" + started.ids().size();
        client.call(accept(offer, launch(shellTask(id, offer.getAgentId(), started.noteOf(id) + "; exec sleep 1000"))));
        client.awaitState(id, TaskState.TASK_RUNNING);
        await().until(() -> started.ids().contains(id));
        client.call(suppress());
        for (Offer left : client.openOffers()) {
            client.call(decline(left, 0));
        }
        return id;
    }

    /** Patient unless its flags say otherwise; returns when both are subscribed to it. */
    private void nextMaster(String... flags) throws Exception {
        aware.close();
        old.close();
        cluster.killMaster();
        cluster.restartMaster(flags);
        aware = cluster.subscribe(partitionAware("aware").setId(aware.id()));
        old = cluster.subscribe(framework("old").setId(old.id()));
    }

    /**
     * A master that soon takes an agent for silent, also one whose answers it is held up from reading: to be had only
     * for as long as somebody is silent. Returns when the agent is there.
     */
    private void nextMasterIsHasty() throws Exception {
        nextMaster("--agent_ping_timeout=1secs", "--max_agent_ping_timeouts=5");
        await().untilAsserted(() -> assertThat(cluster.get("/slaves").path("slaves"))
                .anyMatch(known -> known.path("active").asBoolean()));
    }

    private static AgentID agentOf(SchedulerClient client, String task) throws InterruptedException {
        return client.awaitState(task, TaskState.TASK_RUNNING).getAgentId();
    }

    private static void awaitFailure(SchedulerClient client, AgentID id) throws InterruptedException {
        client.await(event -> event.getType() == Event.Type.FAILURE
                && event.getFailure().getAgentId().equals(id)
                && !event.getFailure().hasExecutorId());
    }

    private static TaskStatus awaitReason(SchedulerClient client, TaskStatus.Reason reason)
            throws InterruptedException {
        return client.await(event -> event.getUpdate().getStatus().hasReason()
                        && event.getUpdate().getStatus().getReason() == reason)
                .getUpdate()
                .getStatus();
    }

    private static TaskStatus awaitLost(SchedulerClient client, String task, TaskStatus.Reason reason, String message)
            throws InterruptedException {
        TaskStatus lost = client.awaitState(task, TaskState.TASK_LOST);
        assertThat(lost.getReason()).isEqualTo(reason);
        assertThat(lost.getMessage()).isEqualTo(message);
        return lost;
    }

    private static void assertNoTaskRuns() {
        await().untilAsserted(() -> assertThat(started.running()).isEmpty());
    }

    @Test
    void anAgentThatIsSilentIsUnreachableAndItsTasksRunOnWhenItSpeaksAgain() throws Exception {
        String ofAware = launched(aware);
        String ofOld = launched(old);
        AgentID id = agentOf(aware, ofAware);
        nextMasterIsHasty();

        agent.signal("STOP");
        TaskStatus unreachable = aware.awaitState(ofAware, TaskState.TASK_UNREACHABLE);
        assertThat(unreachable.getMessage()).isEqualTo("health check timed out");
        assertThat(unreachable.hasUnreachableTime()).isTrue();
        awaitLost(old, ofOld, TaskStatus.Reason.REASON_AGENT_REMOVED, "health check timed out");
        awaitFailure(aware, id);
        awaitFailure(old, id);
        assertThat(aware.reconcile(ofAware, id)).isEqualTo(TaskState.TASK_UNREACHABLE);
        assertThat(old.reconcile(ofOld, id)).isEqualTo(TaskState.TASK_LOST);
        assertThat(started.running()).hasSize(2);

        nextMaster();
        agent.signal("CONT");
        TaskStatus back = awaitReason(aware, TaskStatus.Reason.REASON_AGENT_REREGISTERED);
        assertThat(back.getState()).isEqualTo(TaskState.TASK_RUNNING);
        assertThat(back.getMessage()).isEqualTo("Unreachable agent re-reregistered");
        assertThat(awaitReason(old, TaskStatus.Reason.REASON_AGENT_REREGISTERED).getState())
                .isEqualTo(TaskState.TASK_RUNNING);
        assertThat(started.running()).hasSize(2);
        assertThat(aware.reconcile(ofAware, id)).isEqualTo(TaskState.TASK_RUNNING);
        aware.call(kill(ofAware));
        aware.awaitState(ofAware, TaskState.TASK_KILLED);
    }

    @Test
    void anAgentThatUnregistersTakesItsTasksWithIt() throws Exception {
        String ofAware = launched(aware);
        String ofOld = launched(old);
        AgentID id = agentOf(aware, ofAware);

        agent.signal("USR1");

        String message = "Agent 127.0.0.1 removed: the agent unregistered";
        awaitLost(aware, ofAware, TaskStatus.Reason.REASON_AGENT_REMOVED, message);
        awaitLost(old, ofOld, TaskStatus.Reason.REASON_AGENT_REMOVED, message);
        awaitFailure(aware, id);
        assertThat(agent.await()).isZero();
        assertNoTaskRuns();
        assertThat(aware.reconcile(ofAware, id)).isEqualTo(TaskState.TASK_UNKNOWN);

        agent = startAgent();
        try (SchedulerClient later = cluster.subscribe(framework("later"))) {
            assertThat(later.awaitOpenOffer(any -> true).getAgentId()).isNotEqualTo(id);
        }
    }

    @Test
    void anAgentThatIsGoneEndsWithItsTasksWheneverItComesBack() throws Exception {
        String ofAware = launched(aware);
        AgentID id = agentOf(aware, ofAware);
        nextMasterIsHasty();
        agent.signal("STOP");
        aware.awaitState(ofAware, TaskState.TASK_UNREACHABLE);

        cluster.markGone(id);
        TaskStatus gone = aware.awaitState(ofAware, TaskState.TASK_GONE_BY_OPERATOR);
        assertThat(gone.getReason()).isEqualTo(TaskStatus.Reason.REASON_AGENT_REMOVED_BY_OPERATOR);
        awaitFailure(aware, id);
        assertThat(aware.reconcile(ofAware, id)).isEqualTo(TaskState.TASK_GONE_BY_OPERATOR);
        assertThat(started.running()).hasSize(1);

        agent.signal("CONT");
        assertThat(agent.await()).isZero();
        assertNoTaskRuns();
        nextMaster();
    }

    @Test
    void anAgentThatIsMarkedGoneWhileItIsThereEndsAtOnce() throws Exception {
        String ofAware = launched(aware);
        String ofOld = launched(old);
        AgentID id = agentOf(aware, ofAware);

        cluster.markGone(id);

        aware.awaitState(ofAware, TaskState.TASK_GONE_BY_OPERATOR);
        awaitLost(old, ofOld, TaskStatus.Reason.REASON_AGENT_REMOVED, "Agent has been marked gone");
        assertThat(agent.await()).isZero();
        assertNoTaskRuns();
        cluster.markGone(id);
    }

    @Test
    void anAgentThatDoesNotReturnToTheNextLeaderIsUnreachableUntilItDoes() throws Exception {
        String task = launched(aware);
        AgentID id = agentOf(aware, task);
        agent.kill();

        nextMaster("--agent_reregister_timeout=5secs", "--agent_ping_timeout=1secs", "--max_agent_ping_timeouts=100");
        // It is told once, to whoever is there by then; who comes later has to ask.
        Call.Builder asks = reconcile(task);
        asks.getReconcileBuilder().getTasksBuilder(0).setAgentId(id);
        await().until(() -> {
            aware.call(asks);
            return aware.events().stream()
                    .anyMatch(event -> event.getUpdate().getStatus().getState() == TaskState.TASK_UNREACHABLE);
        });
        agent = startAgent();
        assertThat(awaitReason(aware, TaskStatus.Reason.REASON_AGENT_REREGISTERED)
                        .getState())
                .isEqualTo(TaskState.TASK_RUNNING);
        assertThat(started.running()).hasSize(1);
        nextMaster();
    }
}

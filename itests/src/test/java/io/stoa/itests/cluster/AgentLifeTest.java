package io.stoa.itests.cluster;

import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.shellTask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stoa.agent.AgentCommand;
import io.stoa.itests.SchedulerClient;
import io.stoa.master.MasterMain;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real agent that is silent, leaves, dies or is given up, as its framework, its tasks and itself see it. */
@Timeout(180)
class AgentLifeTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private StoaProcess master;
    private StoaProcess agent;
    private String address;
    private StartedTasks started;

    @BeforeEach
    void start() throws Exception {
        started = StartedTasks.in(directory);
        master = StoaProcess.start(
                directory.resolve("master.log"),
                MasterMain.class,
                "--ip=127.0.0.1",
                "--hostname=127.0.0.1",
                "--port=0",
                "--agent_ping_timeout=500ms",
                "--max_agent_ping_timeouts=4",
                "--work_dir=" + directory.resolve("master"));
        address = Candidates.awaitAddress(master);
        await().atMost(PATIENCE).until(() -> master.said().contains("Leading id="));
        agent = startAgent();
    }

    @AfterEach
    void noTaskIsLeftBehind() {
        agent.close();
        master.close();
    }

    private StoaProcess startAgent() throws IOException {
        return StoaProcess.start(
                directory.resolve("agent.log"),
                AgentCommand.class,
                "--master=" + address,
                "--ip=127.0.0.1",
                "--hostname=127.0.0.1",
                "--port=0",
                "--resources=cpus:4;mem:4096;disk:1024;ports:[31000-31099]",
                "--no-switch_user",
                "--registration_backoff_factor=10ms",
                "--executor_shutdown_grace_period=1secs",
                "--runtime_dir=" + directory.resolve("run"),
                "--work_dir=" + directory.resolve("agent"));
    }

    private SchedulerClient partitionAware() throws Exception {
        return SchedulerClient.subscribe(
                address,
                framework("life")
                        .addCapabilities(FrameworkInfo.Capability.newBuilder()
                                .setType(FrameworkInfo.Capability.Type.PARTITION_AWARE))
                        .build());
    }

    /** Returns when it runs. */
    private AgentID launch(SchedulerClient client) throws Exception {
        Offer offer = client.awaitOffer(any -> true);
        client.launch(offer, List.of(shellTask("t", offer.getAgentId(), started.noteOf("t") + "; exec sleep 1000")));
        client.awaitState("t", TaskState.TASK_RUNNING);
        await().atMost(PATIENCE).until(() -> started.ids().size() == 1);
        return offer.getAgentId();
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

    private void assertTaskEnds() {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(runningTasks()).isEmpty());
    }

    private List<String> runningTasks() throws IOException {
        return started.orphans().stream()
                .filter(process -> process.contains("sleep 1000"))
                .toList();
    }

    private HttpResponse<String> markGone(AgentID id) throws Exception {
        String call = "{\"type\":\"MARK_AGENT_GONE\",\"mark_agent_gone\":{\"agent_id\":{\"value\":\"" + id.getValue()
                + "\"}}}";
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + address + "/api/v1"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(call))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void anAgentThatIsSilentIsUnreachableAndItsTaskRunsOnWhenItSpeaksAgain() throws Exception {
        try (SchedulerClient client = partitionAware()) {
            AgentID id = launch(client);

            agent.signal("STOP");
            TaskStatus unreachable = client.awaitState("t", TaskState.TASK_UNREACHABLE);
            assertThat(unreachable.getMessage()).isEqualTo("health check timed out");
            assertThat(unreachable.hasUnreachableTime()).isTrue();
            awaitFailure(client, id);
            assertThat(runningTasks()).hasSize(1);

            agent.signal("CONT");
            TaskStatus back = awaitReason(client, TaskStatus.Reason.REASON_AGENT_REREGISTERED);
            assertThat(back.getState()).isEqualTo(TaskState.TASK_RUNNING);
            assertThat(back.getMessage()).isEqualTo("Unreachable agent re-reregistered");
            assertThat(runningTasks()).hasSize(1);
            client.call(io.stoa.itests.Fixtures.kill("t"));
            client.awaitState("t", TaskState.TASK_KILLED);
        }
    }

    @Test
    void anAgentThatUnregistersTakesItsTasksWithIt() throws Exception {
        try (SchedulerClient client = partitionAware()) {
            AgentID id = launch(client);

            agent.signal("USR1");

            TaskStatus lost = client.awaitState("t", TaskState.TASK_LOST);
            assertThat(lost.getReason()).isEqualTo(TaskStatus.Reason.REASON_AGENT_REMOVED);
            assertThat(lost.getMessage()).isEqualTo("Agent 127.0.0.1 removed: the agent unregistered");
            awaitFailure(client, id);
            assertThat(agent.await()).isZero();
            assertTaskEnds();

            agent = startAgent();
            assertThat(client.awaitOffer(offer -> !offer.getAgentId().equals(id))
                            .getAgentId())
                    .isNotEqualTo(id);
        }
    }

    @Test
    void anAgentThatIsGoneEndsWithItsTasksWheneverItComesBack() throws Exception {
        try (SchedulerClient client = partitionAware()) {
            AgentID id = launch(client);
            agent.signal("STOP");
            client.awaitState("t", TaskState.TASK_UNREACHABLE);

            assertThat(markGone(id).statusCode()).isEqualTo(200);
            TaskStatus gone = client.awaitState("t", TaskState.TASK_GONE_BY_OPERATOR);
            assertThat(gone.getReason()).isEqualTo(TaskStatus.Reason.REASON_AGENT_REMOVED_BY_OPERATOR);
            awaitFailure(client, id);
            assertThat(runningTasks()).hasSize(1);

            agent.signal("CONT");
            assertThat(agent.await()).isZero();
            assertTaskEnds();
        }
    }

    @Test
    void anAgentThatIsMarkedGoneWhileItIsThereEndsAtOnce() throws Exception {
        try (SchedulerClient client = partitionAware()) {
            AgentID id = launch(client);

            assertThat(markGone(id).statusCode()).isEqualTo(200);

            client.awaitState("t", TaskState.TASK_GONE_BY_OPERATOR);
            assertThat(agent.await()).isZero();
            assertTaskEnds();
            assertThat(markGone(id).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whatIsNotCheckpointedIsLostWithTheAgentsProcess() throws Exception {
        try (SchedulerClient client = SchedulerClient.subscribe(
                address, framework("fleeting").setCheckpoint(false).build())) {
            launch(client);

            agent.kill();

            TaskStatus lost = client.awaitState("t", TaskState.TASK_LOST);
            assertThat(lost.getReason()).isEqualTo(TaskStatus.Reason.REASON_AGENT_DISCONNECTED);
            assertThat(lost.getMessage()).isEqualTo("Agent 127.0.0.1 disconnected");
            agent = startAgent();
            assertTaskEnds();
        }
    }
}

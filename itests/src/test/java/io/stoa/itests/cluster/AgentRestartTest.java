package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.decline;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Calls.suppress;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.SchedulerClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.HealthCheck;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What tasks and their framework notice of an agent that ends and comes back. */
@Timeout(180)
class AgentRestartTest {

    /** Waits for what the test says, and does that. */
    private static final String WAIT = "while [ ! -e $MESOS_SANDBOX/go ]; do sleep 0.1; done; ";

    /** How an agent ends. */
    private enum Way {
        KILL,
        TERM
    }

    @TempDir
    private static Path directory;

    private static ProcessCluster cluster;
    private static BusyboxImage image;
    private static StoaProcess agent;

    private StartedTasks started;
    private SchedulerClient client;

    @BeforeAll
    static void start() throws Exception {
        image = new BusyboxImage(Files.createDirectory(directory.resolve("image")));
        cluster = ProcessCluster.start(directory);
        agent = startAgent();
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            cluster.close();
        } finally {
            image.close();
        }
    }

    @BeforeEach
    void subscribe(@TempDir Path own) throws Exception {
        started = StartedTasks.in(own);
        client = cluster.subscribe(framework("f"));
    }

    @AfterEach
    void end() throws Exception {
        cluster.end(client);
        // Whose end is told by the agent, which has to be there for it.
        await().until(() ->
                DockerEngine.machines().containers(directory.resolve("agent")).isEmpty());
    }

    private static StoaProcess startAgent() throws IOException {
        return cluster.agent("agent", "--resources=cpus:4;mem:1024;disk:1024", "--containerizers=mesos,docker");
    }

    private static void end(Way way) throws InterruptedException {
        if (way == Way.KILL) {
            agent.kill();
        } else {
            assertThat(agent.terminate()).isEqualTo(128 + 15);
        }
    }

    private static TaskInfo inDocker(TaskInfo task) {
        return task.toBuilder()
                .setContainer(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.DOCKER)
                        .setDocker(ContainerInfo.DockerInfo.newBuilder().setImage(image.name())))
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void tasksRunOnAndWhatBecameOfThemMeanwhileIsTold(Way way) throws Exception {
        Offer offer = client.awaitOpenOffer(any -> true);
        AgentID id = offer.getAgentId();
        client.call(accept(
                offer,
                launch(
                        shellTask("stays", id, started.noteOf("stays") + "; exec sleep 1000"),
                        shellTask("finishes", id, WAIT + "echo > ended"),
                        shellTask("fails", id, WAIT + "echo > ended; exit 7"),
                        shellTask("dies", id, WAIT + "echo > ended; kill -9 $$"),
                        inDocker(shellTask("docker-stays", id, "exec sleep 1000")),
                        inDocker(shellTask("docker-finishes", id, WAIT + "echo > $MESOS_SANDBOX/ended")),
                        inDocker(shellTask("docker-fails", id, WAIT + "echo > $MESOS_SANDBOX/ended; exit 7")))));
        List<String> ending = List.of("finishes", "fails", "dies", "docker-finishes", "docker-fails");
        for (String task : ending) {
            client.awaitState(task, TaskState.TASK_RUNNING);
        }
        client.awaitState("stays", TaskState.TASK_RUNNING);
        client.awaitState("docker-stays", TaskState.TASK_RUNNING);
        await().until(() -> started.running().containsKey("stays"));

        end(way);
        for (String task : ending) {
            Files.createFile(sandbox(task).resolve("go"));
        }
        for (String task : ending) {
            await().until(() -> Files.exists(sandbox(task).resolve("ended")));
        }
        agent = startAgent();

        for (String task : List.of("finishes", "docker-finishes")) {
            assertThat(client.awaitState(task, TaskState.TASK_FINISHED).getMessage())
                    .isEqualTo(
                            task.equals("finishes")
                                    ? "Command exited with status 0"
                                    : "Container exited with status 0");
        }
        assertThat(client.awaitState("fails", TaskState.TASK_FAILED).getMessage())
                .isEqualTo("Command exited with status 7");
        assertThat(client.awaitState("dies", TaskState.TASK_FAILED).getMessage())
                .isEqualTo("Command terminated with signal Killed");
        assertThat(client.awaitState("docker-fails", TaskState.TASK_FAILED).getMessage())
                .isEqualTo("Container exited with status 7");
        assertThat(started.ids()).containsExactly("stays");
        assertThat(started.running()).containsOnlyKeys("stays");

        assertThat(client.awaitOpenOffer(any -> true).getAgentId()).isEqualTo(id);
        for (String task : List.of("stays", "docker-stays")) {
            assertThat(client.reconcile(task, id)).isEqualTo(TaskState.TASK_RUNNING);
            client.call(kill(task));
            client.awaitState(task, TaskState.TASK_KILLED);
        }
        assertThat(started.running()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whatNobodyAcknowledgedIsSentAgain(Way way) throws Exception {
        Offer offer = client.awaitOpenOffer(any -> true);
        client.call(accept(offer, launch(shellTask("t", offer.getAgentId(), WAIT + "exit 3"))));
        client.awaitState("t", TaskState.TASK_RUNNING);
        client.close();
        Files.createFile(sandbox("t").resolve("go"));
        await().until(() -> cluster.get("/tasks").toString().contains(TaskState.TASK_FAILED.name()));

        end(way);
        agent = startAgent();
        client = cluster.subscribe(framework("f").setId(client.id()));

        TaskStatus failed = client.awaitState("t", TaskState.TASK_FAILED);
        assertThat(failed.getMessage()).isEqualTo("Command exited with status 3");
        assertThat(failed.hasUuid()).isTrue();
        await().untilAsserted(() -> assertThat(directory.resolve("agent/meta/slaves/latest/frameworks"))
                .doesNotExist());
    }

    @Test
    void healthOfADockerTaskIsLookedAfterByTheNextLife() throws Exception {
        Offer offer = client.awaitOpenOffer(any -> true);
        client.call(accept(
                offer,
                launch(inDocker(shellTask("t", offer.getAgentId(), "exec sleep 1000")).toBuilder()
                        .setHealthCheck(HealthCheck.newBuilder()
                                .setType(HealthCheck.Type.COMMAND)
                                .setCommand(CommandInfo.newBuilder().setValue("cat $MESOS_SANDBOX/good"))
                                .setDelaySeconds(0)
                                .setIntervalSeconds(0.1)
                                .setGracePeriodSeconds(0)
                                .setConsecutiveFailures(1_000))
                        .build())));
        client.awaitState("t", TaskState.TASK_RUNNING);
        Path good = Files.createFile(sandbox("t").resolve("good"));
        awaitHealth(true);

        agent.kill();
        Files.delete(good);
        agent = startAgent();

        assertThat(awaitHealth(false).getState()).isEqualTo(TaskState.TASK_RUNNING);
    }

    private TaskStatus awaitHealth(boolean healthy) throws InterruptedException {
        return client.await(event -> event.getUpdate().getStatus().getReason()
                                == TaskStatus.Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED
                        && event.getUpdate().getStatus().getHealthy() == healthy)
                .getUpdate()
                .getStatus();
    }

    @Test
    void tasksOfAFrameworkThatDoesNotCheckpointEndWithTheAgent() throws Exception {
        try (SchedulerClient forgetful =
                cluster.subscribe(framework("forgetful").setCheckpoint(false))) {
            Offer first = client.awaitOpenOffer(any -> true);
            client.call(suppress());
            client.call(decline(first, 0));
            Offer offer = forgetful.awaitOpenOffer(any -> true);
            AgentID id = offer.getAgentId();
            forgetful.call(accept(offer, launch(shellTask("t", id, started.noteOf("t") + "; exec sleep 1000"))));
            forgetful.awaitState("t", TaskState.TASK_RUNNING);
            await().until(() -> started.running().containsKey("t"));

            agent.kill();
            assertThat(forgetful.awaitState("t", TaskState.TASK_LOST).getReason())
                    .isEqualTo(TaskStatus.Reason.REASON_AGENT_DISCONNECTED);
            agent = startAgent();

            await().untilAsserted(() -> assertThat(started.running()).isEmpty());
            forgetful.await(event -> event.getType() == Event.Type.OFFERS
                    && event.getOffers().getOffers(0).getAgentId().equals(id));
        }
    }

    private Path sandbox(String taskId) throws IOException {
        return StartedTasks.sandbox(directory.resolve("agent"), taskId);
    }
}

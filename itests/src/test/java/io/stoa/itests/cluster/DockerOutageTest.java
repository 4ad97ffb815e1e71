package io.stoa.itests.cluster;

import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.Fixtures;
import io.stoa.itests.SchedulerClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ContainerInfo.DockerInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A framework whose tasks are containers of an engine that is stopped and started again. */
@Timeout(180)
class DockerOutageTest {

    @TempDir
    Path directory;

    /** Of the engine, which is not the cluster's. */
    @TempDir
    Path engines;

    @SuppressWarnings("NullAway.Init")
    private DockerEngine engine;

    @SuppressWarnings("NullAway.Init")
    private ProcessCluster cluster;

    @SuppressWarnings("NullAway.Init")
    private BusyboxImage image;

    @SuppressWarnings("NullAway.Init")
    private SchedulerClient client;

    @BeforeEach
    void start() throws Exception {
        cluster = ProcessCluster.start(directory);
        client = cluster.subscribe(framework("f"));
    }

    private StoaProcess startAgent() throws Exception {
        return cluster.agent(
                "agent",
                "--resources=cpus:4;mem:1024;disk:1024",
                "--containerizers=docker",
                "--docker_socket=" + engine.socket());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        try {
            cluster.close();
        } finally {
            engine.close();
        }
    }

    private void startEngine(String... flags) throws Exception {
        engine = DockerEngine.own(engines, flags);
        image = new BusyboxImage(Files.createDirectory(directory.resolve("image")), engine);
    }

    @Test
    void tasksThatEndWithTheirEngineAreReportedWhenItIsBack() throws Exception {
        startEngine();
        startAgent();
        launch("t", "exec sleep 1000");
        engine.stop();
        int before = client.events().size();
        engine.start(engines);
        TaskStatus failed = client.awaitState("t", TaskState.TASK_FAILED);
        assertThat(failed.getMessage()).isEqualTo("Container exited with status 137");
        assertThat(client.events().subList(before, client.events().size()))
                .noneMatch(event -> event.getUpdate().getStatus().getState() == TaskState.TASK_RUNNING);
        launch("next", "exec sleep 1000");
    }

    @Test
    void tasksThatOutliveTheirEngineAreFoundAgain() throws Exception {
        startEngine("--live-restore");
        StoaProcess agent = startAgent();
        launch("ends", "until [ -e /mnt/mesos/sandbox/go ]; do sleep 0.1; done; exit 5");
        launch("stays", "exec sleep 1000");
        engine.stop();
        Files.createFile(sandbox("ends").resolve("go"));
        // The agent's next life comes when the engine is back; what happened meanwhile it has from there.
        agent.kill();
        engine.start(engines, "--live-restore");
        startAgent();
        assertThat(client.awaitState("ends", TaskState.TASK_FAILED).getMessage())
                .isEqualTo("Container exited with status 5");
        client.call(Fixtures.kill("stays"));
        client.awaitState("stays", TaskState.TASK_KILLED);
        await().until(() -> engine.containers(directory.resolve("agent")).isEmpty());
    }

    private void launch(String id, String command) throws Exception {
        Offer offer = client.awaitOpenOffer(candidate -> true);
        client.launch(
                offer,
                List.of(shellTask(id, offer.getAgentId(), command).toBuilder()
                        .setContainer(ContainerInfo.newBuilder()
                                .setType(ContainerInfo.Type.DOCKER)
                                .setDocker(DockerInfo.newBuilder().setImage(image.name())))
                        .build()));
        client.awaitState(id, TaskState.TASK_RUNNING);
    }

    private Path sandbox(String taskId) throws Exception {
        try (var files = Files.find(
                directory.resolve("agent/slaves"),
                8,
                (path, attributes) -> path.endsWith(Path.of("executors", taskId, "runs", "latest")))) {
            return files.findFirst().orElseThrow();
        }
    }
}

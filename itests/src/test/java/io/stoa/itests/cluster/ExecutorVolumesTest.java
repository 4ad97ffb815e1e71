package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.createVolume;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Calls.launchGroup;
import static io.stoa.itests.Calls.reserve;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.reserved;
import static io.stoa.itests.Fixtures.sharing;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.itests.Fixtures.volume;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.SchedulerClient;
import io.stoa.state.resources.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Persistent volumes in the containers of executors. */
@Timeout(120)
class ExecutorVolumesTest {

    private static final String ROLE = "store";
    private static final Resource DISK = reserved("disk", 64, ROLE);

    @TempDir
    private static Path directory;

    private static ProcessCluster cluster;

    private SchedulerClient client;

    @BeforeAll
    static void start() throws Exception {
        cluster = ProcessCluster.start(directory);
        cluster.agent("agent", "--resources=cpus:4;mem:4096;disk:1024");
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @BeforeEach
    void subscribe() {
        client = cluster.subscribe(framework("volumes", ROLE));
    }

    @AfterEach
    void end() throws Exception {
        cluster.end(client);
    }

    @Test
    void podSharesTheVolumeOfItsExecutor() throws Exception {
        Resource volume = volume("v1", DISK);
        Offer offer = client.awaitOpenOffer(any -> true);
        client.call(accept(
                offer,
                reserve(DISK),
                createVolume(volume),
                launchGroup(
                        executor("pod", "cpus:0.1;mem:32").addResources(volume),
                        sharing(shellTask("writer", offer.getAgentId(), "echo kept > shared/file; exec sleep 1000")),
                        sharing(shellTask(
                                "reader",
                                offer.getAgentId(),
                                "while ! grep -q kept shared/file; do sleep 0.05; done")))));
        client.awaitState("reader", TaskState.TASK_FINISHED);
        assertThat(directory.resolve("agent/volumes/roles/store/v1/file")).hasContent("kept\n");
        client.call(kill("writer"));
        client.awaitState("writer", TaskState.TASK_KILLED);
    }

    @Test
    void volumeOfALaterTaskComesToItsExecutorAndGoesWithIt() throws Exception {
        Resource volume = volume("v2", DISK);
        Offer offer = client.awaitOpenOffer(any -> true);
        client.call(accept(offer, reserve(DISK), createVolume(volume), launch(custom("first", offer))));
        client.awaitState("first", TaskState.TASK_RUNNING);
        Path link = sandbox().resolve("data");
        assertThat(link).doesNotExist();

        Offer again = client.awaitOpenOffer(any -> true);
        client.call(accept(
                again,
                launch(custom("second", again).toBuilder().addResources(volume).build())));
        client.awaitState("second", TaskState.TASK_RUNNING);
        assertThat(link.toRealPath())
                .isEqualTo(directory.resolve("agent/volumes/roles/store/v2").toRealPath());

        client.call(kill("second"));
        client.awaitState("second", TaskState.TASK_KILLED);
        await().untilAsserted(() -> assertThat(Files.isSymbolicLink(link)).isFalse());
    }

    private Path sandbox() throws Exception {
        try (Stream<Path> files = Files.walk(directory.resolve("agent/slaves"))) {
            return files.filter(file -> file.endsWith("executors/custom/runs/latest"))
                    .findFirst()
                    .orElseThrow()
                    .toRealPath();
        }
    }

    private ExecutorInfo.Builder executor(String id, String resources) {
        return ExecutorInfo.newBuilder()
                .setExecutorId(ExecutorID.newBuilder().setValue(id))
                .setFrameworkId(client.id())
                .addAllResources(Resources.parse(resources, "*").toProto());
    }

    private TaskInfo custom(String id, Offer offer) {
        return shellTask(id, offer.getAgentId(), "").toBuilder()
                .clearCommand()
                .setExecutor(executor("custom", "cpus:0.5;mem:512")
                        .setType(ExecutorInfo.Type.CUSTOM)
                        .setCommand(ExecutorMain.command()))
                .build();
    }
}

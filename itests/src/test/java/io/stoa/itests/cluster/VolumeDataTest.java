package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.createVolume;
import static io.stoa.itests.Calls.destroyVolume;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Calls.reserve;
import static io.stoa.itests.Calls.unreserve;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.reserved;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.itests.Fixtures.volume;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.SchedulerClient;
import io.stoa.master.dev.DevMain;
import io.stoa.testing.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one task leaves in a volume, another finds, whatever was killed in between. */
@Timeout(240)
class VolumeDataTest {

    private static final String ROLE = "store/db";
    private static final Resource DISK = reserved("disk", 64, ROLE);
    private static final Resource VOLUME = volume("v1", DISK);

    @TempDir
    Path directory;

    private int port;

    @BeforeEach
    void prepare() throws IOException {
        port = FreePorts.inARow(3);
    }

    @Test
    void volumeOutlivesItsTaskAndTheWholeClusterButNotDestroy() throws Exception {
        livesUntilItIsDestroyed(task -> {});
    }

    @Test
    void volumeOfADockerTaskDoesSoToo() throws Exception {
        try (BusyboxImage image = new BusyboxImage(directory.resolve("image"))) {
            livesUntilItIsDestroyed(task -> task.setContainer(ContainerInfo.newBuilder()
                    .setType(ContainerInfo.Type.DOCKER)
                    .setDocker(ContainerInfo.DockerInfo.newBuilder().setImage(image.name()))));
        }
    }

    private interface Kind {
        void apply(TaskInfo.Builder task);
    }

    private void livesUntilItIsDestroyed(Kind kind) throws Exception {
        Path host = directory.resolve("data/agent-1/volumes/roles/store db/v1");
        FrameworkInfo.Builder info = framework("keeps", ROLE);
        try (StoaProcess cluster = start()) {
            SchedulerClient client = subscribed(info.build());
            info.setId(client.id());
            Offer offer = client.awaitOffer(any -> true);
            client.call(accept(
                    offer,
                    reserve(DISK),
                    createVolume(VOLUME),
                    launch(task(kind, offer, "writer", "echo kept > $MESOS_SANDBOX/data/file; exec sleep 1000"))));
            client.awaitState("writer", TaskState.TASK_RUNNING);
            await().untilAsserted(() -> assertThat(host.resolve("file")).hasContent("kept"));
            client.call(kill("writer"));
            client.awaitState("writer", TaskState.TASK_KILLED);
            cluster.kill();
        }
        try (StoaProcess cluster = start();
                SchedulerClient client = subscribed(info.build())) {
            Offer offer = client.awaitOffer(VolumeDataTest::hasVolume);
            client.call(accept(
                    offer,
                    launch(task(kind, offer, "reader", "test \"$(cat $MESOS_SANDBOX/data/file)\" = kept || exit 3"))));
            client.awaitState("reader", TaskState.TASK_FINISHED);
            assertThat(host.resolve("file")).hasContent("kept");

            Offer free =
                    client.awaitOffer(next -> hasVolume(next) && !next.getId().equals(offer.getId()));
            client.call(accept(free, destroyVolume(VOLUME), unreserve(DISK)));
            await().untilAsserted(() -> assertThat(host).doesNotExist());
            assertThat(cluster.terminate()).isEqualTo(143);
        }
    }

    private StoaProcess start() throws IOException {
        return StoaProcess.start(
                directory.resolve("log"),
                DevMain.class,
                "--agents=1",
                "--port=" + port,
                "--data=" + directory.resolve("data"));
    }

    /** Subscribes as soon as the cluster answers. */
    private SchedulerClient subscribed(FrameworkInfo info) {
        return await().ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> SchedulerClient.subscribe("127.0.0.1:" + port, info), client -> true);
    }

    private static TaskInfo task(Kind kind, Offer offer, String id, String command) {
        TaskInfo.Builder task =
                shellTask(id, offer.getAgentId(), command).toBuilder().addResources(VOLUME);
        kind.apply(task);
        return task.build();
    }

    private static boolean hasVolume(Offer offer) {
        return offer.getResourcesList().stream()
                .anyMatch(resource -> resource.getDisk().hasPersistence());
    }
}

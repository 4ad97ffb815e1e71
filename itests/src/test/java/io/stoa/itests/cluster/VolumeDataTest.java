package io.stoa.itests.cluster;

import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.shellTask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stoa.itests.SchedulerClient;
import io.stoa.master.dev.DevMain;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Offer.Operation;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.Protos.Volume;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one task leaves in a volume, another finds, whatever was killed in between. */
@Timeout(240)
class VolumeDataTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String ROLE = "store/db";

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
        FrameworkInfo.Builder info = framework("keeps")
                .addRoles(ROLE)
                .addCapabilities(capability(FrameworkInfo.Capability.Type.MULTI_ROLE))
                .addCapabilities(capability(FrameworkInfo.Capability.Type.RESERVATION_REFINEMENT));
        try (StoaProcess cluster = start()) {
            SchedulerClient client = subscribed(info.build());
            info.setId(client.id());
            Offer offer = client.awaitOffer(any -> true);
            accept(
                    client,
                    offer,
                    Operation.newBuilder()
                            .setType(Operation.Type.RESERVE)
                            .setReserve(Operation.Reserve.newBuilder().addResources(reserved())),
                    Operation.newBuilder()
                            .setType(Operation.Type.CREATE)
                            .setCreate(Operation.Create.newBuilder().addVolumes(volume())),
                    launch(kind, offer, "writer", "echo kept > $MESOS_SANDBOX/data/file; exec sleep 1000"));
            client.awaitState("writer", TaskState.TASK_RUNNING);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(host.resolve("file")).hasContent("kept"));
            client.call(kill("writer"));
            client.awaitState("writer", TaskState.TASK_KILLED);
            cluster.kill();
        }
        try (StoaProcess cluster = start();
                SchedulerClient client = subscribed(info.build())) {
            Offer offer = client.awaitOffer(VolumeDataTest::hasVolume);
            accept(
                    client,
                    offer,
                    launch(kind, offer, "reader", "test \"$(cat $MESOS_SANDBOX/data/file)\" = kept || exit 3"));
            client.awaitState("reader", TaskState.TASK_FINISHED);
            assertThat(host.resolve("file")).hasContent("kept");

            Offer free =
                    client.awaitOffer(next -> hasVolume(next) && !next.getId().equals(offer.getId()));
            accept(
                    client,
                    free,
                    Operation.newBuilder()
                            .setType(Operation.Type.DESTROY)
                            .setDestroy(Operation.Destroy.newBuilder().addVolumes(volume())),
                    Operation.newBuilder()
                            .setType(Operation.Type.UNRESERVE)
                            .setUnreserve(Operation.Unreserve.newBuilder().addResources(reserved())));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(host).doesNotExist());
            assertThat(cluster.isAlive()).isTrue();
        }
    }

    private static FrameworkInfo.Capability.Builder capability(FrameworkInfo.Capability.Type type) {
        return FrameworkInfo.Capability.newBuilder().setType(type);
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
        return await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> SchedulerClient.subscribe("127.0.0.1:" + port, info), client -> true);
    }

    private static void accept(SchedulerClient client, Offer offer, Operation.Builder... operations)
            throws IOException, InterruptedException {
        client.call(Call.newBuilder()
                .setType(Call.Type.ACCEPT)
                .setAccept(Call.Accept.newBuilder()
                        .addOfferIds(offer.getId())
                        .addAllOperations(Arrays.stream(operations)
                                .map(Operation.Builder::build)
                                .toList())));
    }

    private static Operation.Builder launch(Kind kind, Offer offer, String id, String command) {
        TaskInfo.Builder task = shellTask(id, offer.getAgentId(), command).toBuilder()
                .clearResources()
                .addAllResources(Resources.parse("cpus:0.1;mem:32").toProto(ROLE))
                .addResources(volume());
        kind.apply(task);
        return Operation.newBuilder()
                .setType(Operation.Type.LAUNCH)
                .setLaunch(Operation.Launch.newBuilder().addTaskInfos(task));
    }

    private static boolean hasVolume(Offer offer) {
        return offer.getResourcesList().stream()
                .anyMatch(resource -> resource.getDisk().hasPersistence());
    }

    private static Resource reserved() {
        return Resource.newBuilder()
                .setName("disk")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(64))
                .addReservations(ReservationInfo.newBuilder()
                        .setType(ReservationInfo.Type.DYNAMIC)
                        .setRole(ROLE))
                .build();
    }

    private static Resource volume() {
        return reserved().toBuilder()
                .setDisk(DiskInfo.newBuilder()
                        .setPersistence(DiskInfo.Persistence.newBuilder().setId("v1"))
                        .setVolume(Volume.newBuilder().setContainerPath("data").setMode(Volume.Mode.RW)))
                .build();
    }
}

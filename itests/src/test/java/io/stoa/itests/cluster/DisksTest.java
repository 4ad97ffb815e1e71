package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.createVolume;
import static io.stoa.itests.Calls.destroyVolume;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Calls.reserve;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.reserved;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.itests.Fixtures.volume;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stoa.itests.SchedulerClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo.Source;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Volumes on disks beside that of the work directory: parts of a PATH disk, a MOUNT disk as a whole. */
@Timeout(240)
class DisksTest {

    private static final String ROLE = "store";

    @TempDir
    Path directory;

    @Test
    void volumeOnAPathDiskIsADirectoryThere() throws Exception {
        Path root = directory.resolve("fast");
        Source source = Source.newBuilder()
                .setType(Source.Type.PATH)
                .setPath(Source.Path.newBuilder().setRoot(root.toString()))
                .build();
        livesUntilItIsDestroyed(source, 100, 64, root.resolve("volumes/roles/" + ROLE + "/v1"));

        assertThat(root.resolve("volumes/roles/" + ROLE + "/v1")).doesNotExist();
    }

    @Test
    void volumeOnAMountedDiskIsTheWholeOfIt() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can mount");
        Path root = Files.createDirectory(directory.resolve("mounted"));
        run("mount", "-t", "tmpfs", "-o", "size=1m", "stoa-test", root.toString());
        try {
            Source source = Source.newBuilder()
                    .setType(Source.Type.MOUNT)
                    .setMount(Source.Mount.newBuilder().setRoot(root.toString()))
                    .build();
            livesUntilItIsDestroyed(source, 100, 100, root);

            try (Stream<Path> left = Files.list(root)) {
                assertThat(left).isEmpty();
            }
        } finally {
            run("umount", root.toString());
        }
    }

    /**
     * @param size of the disk, MB
     * @param taken of it for the volume, MB
     * @param data where the volume is on the host
     */
    private void livesUntilItIsDestroyed(Source source, double size, double taken, Path data) throws Exception {
        Resource disk = on(source, reserved("disk", taken, ROLE));
        Resource volume = on(source, volume("v1", reserved("disk", taken, ROLE)));
        try (ProcessCluster cluster = ProcessCluster.start(directory);
                StoaProcess agent = cluster.agent("host", "--resources=" + resources(source, size));
                SchedulerClient client = cluster.subscribe(framework("keeps", ROLE))) {
            Offer offer = client.awaitOffer(any -> true);
            client.call(accept(
                    offer,
                    reserve(disk),
                    createVolume(volume),
                    launch(shellTask("writer", offer.getAgentId(), "echo kept > data/file").toBuilder()
                            .addResources(volume)
                            .build())));
            client.awaitState("writer", TaskState.TASK_FINISHED);
            assertThat(data.resolve("file")).hasContent("kept");

            Offer kept = client.awaitOffer(holding(volume));
            client.call(accept(kept, destroyVolume(volume)));
            await().untilAsserted(() -> assertThat(data.resolve("file")).doesNotExist());
            client.awaitOffer(holding(disk));
            assertThat(agent.isAlive()).as(agent.said()).isTrue();
        }
    }

    private static Resource on(Source source, Resource disk) {
        return disk.toBuilder()
                .setDisk(disk.getDisk().toBuilder().setSource(source))
                .build();
    }

    private static Predicate<Offer> holding(Resource expected) {
        return offer -> offer.getResourcesList().stream()
                .anyMatch(each -> each.getDisk().equals(expected.getDisk())
                        && each.getScalar().equals(expected.getScalar()));
    }

    /** The JSON form, the only one in which a disk can have a source. */
    private static String resources(Source source, double size) {
        String root = source.hasPath()
                ? source.getPath().getRoot()
                : source.getMount().getRoot();
        return """
                [{"name":"cpus","type":"SCALAR","scalar":{"value":2}},
                 {"name":"mem","type":"SCALAR","scalar":{"value":512}},
                 {"name":"disk","type":"SCALAR","scalar":{"value":%s},
                  "disk":{"source":{"type":"%s","%s":{"root":"%s"}}}}]""".formatted(size, source.getType(), source.hasPath() ? "path" : "mount", root);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(List.of(command).toString()).isZero();
    }
}

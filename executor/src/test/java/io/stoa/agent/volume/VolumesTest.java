package io.stoa.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.stoa.agent.recovery.RecoveryErrors;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumesTest {

    private static final Resources SAID = Resources.parse("cpus:4;disk:1000");

    @TempDir
    Path directory;

    private final List<Runnable> thread = new ArrayList<>();
    private AgentPaths paths = new AgentPaths(Path.of("/"), Path.of("/"));

    @BeforeEach
    void prepare() {
        paths = new AgentPaths(directory.resolve("work"), directory.resolve("run"));
    }

    @Test
    void volumeIsWhereMesosHasIt() throws Exception {
        Volumes volumes = load();
        become(volumes, volume("db", "eng/web", 100));
        assertThat(directory.resolve("work/volumes/roles/eng web/db")).isEmptyDirectory();
    }

    @Test
    void destroyedVolumeTakesItsDataAlong() throws Exception {
        Volumes volumes = load();
        become(volumes, volume("db", "web", 100), volume("log", "web", 100));
        fill("work/volumes/roles/web/db");
        fill("work/volumes/roles/web/log");
        become(volumes, volume("log", "web", 100));
        assertThat(directory.resolve("work/volumes/roles/web/db")).doesNotExist();
        assertThat(directory.resolve("work/volumes/roles/web/log/sub/file")).hasContent("data");
    }

    @Test
    void nextLifeHasWhatWasToldInTheLast() throws Exception {
        become(load(), volume("db", "web", 100));
        fill("work/volumes/roles/web/db");
        Volumes again = load();
        assertThat(again.total()).isEqualTo(totalWith(volume("db", "web", 100)));
        assertThat(TotalFile.parse(again.report().orElseThrow())).isEqualTo(again.total());
        become(again, volume("db", "web", 100));
        assertThat(directory.resolve("work/volumes/roles/web/db/sub/file")).hasContent("data");
        become(again);
        assertThat(directory.resolve("work/volumes/roles/web/db")).doesNotExist();
        assertThat(load().report()).isEmpty();
    }

    /** The agent ended after it had worked on the disk, but before it wrote that down. */
    @Test
    void whatWasDoneButNotWrittenDownIsDoneAgain() throws Exception {
        become(load(), volume("db", "web", 100));
        byte[] before = Files.readAllBytes(paths.totalFile());
        become(load(), volume("new", "web", 100));
        Files.write(paths.totalFile(), before);
        fill("work/volumes/roles/web/new");

        Volumes again = load();
        assertThat(again.total()).isEqualTo(totalWith(volume("db", "web", 100)));
        become(again, volume("new", "web", 100));
        assertThat(directory.resolve("work/volumes/roles/web/new/sub/file")).hasContent("data");
        assertThat(directory.resolve("work/volumes/roles/web/db")).doesNotExist();
        assertThat(load().total()).isEqualTo(totalWith(volume("new", "web", 100)));
    }

    /** The agent ended while it removed something. */
    @Test
    void halfRemovedVolumeIsRemovedByTheNextLife() throws Exception {
        become(load(), volume("db", "web", 100));
        fill("work/volumes/roles/web/db");
        Files.delete(directory.resolve("work/volumes/roles/web/db/sub/file"));
        Volumes again = load();
        become(again);
        assertThat(directory.resolve("work/volumes/roles/web/db")).doesNotExist();
    }

    @Test
    void onlyWhatWasWrittenDownIsRemoved() throws Exception {
        fill("work/volumes/roles/web/of-somebody");
        Volumes volumes = load();
        become(volumes, List.of(volume("of-somebody", "web", 100)));
        assertThat(directory.resolve("work/volumes/roles/web/of-somebody/sub/file"))
                .hasContent("data");
    }

    @Test
    void nothingGoesWhileATaskUsesIt() throws Exception {
        Volumes volumes = load();
        become(volumes, volume("db", "web", 100));
        fill("work/volumes/roles/web/db");
        CompletableFuture<Void> taskEnded = new CompletableFuture<>();
        List<Set<Path>> asked = new ArrayList<>();
        volumes.become(TotalFile.message(SAID), List.of(), freed -> {
            asked.add(freed);
            return taskEnded;
        });
        become(volumes, volume("db", "web", 100));
        assertThat(asked).containsExactly(Set.of(directory.resolve("work/volumes/roles/web/db")));
        assertThat(directory.resolve("work/volumes/roles/web/db/sub/file")).hasContent("data");
        assertThat(volumes.settled()).isNotDone();

        taskEnded.complete(null);
        assertThat(volumes.settled()).isCompleted();
        assertThat(directory.resolve("work/volumes/roles/web/db")).isEmptyDirectory();
    }

    @Test
    void volumeThatIsMadeAgainIsEmpty() throws Exception {
        Volumes volumes = load();
        become(volumes, volume("db", "web", 100));
        fill("work/volumes/roles/web/db");
        become(volumes, List.of(volume("db", "web", 100)), volume("db", "web", 50));
        assertThat(directory.resolve("work/volumes/roles/web/db")).isEmptyDirectory();
    }

    @Test
    void volumeThatGrowsKeepsItsData() throws Exception {
        Volumes volumes = load();
        become(volumes, volume("db", "web", 100));
        fill("work/volumes/roles/web/db");
        become(volumes, volume("db", "web", 200));
        assertThat(directory.resolve("work/volumes/roles/web/db/sub/file")).hasContent("data");
        assertThat(load().total()).isEqualTo(totalWith(volume("db", "web", 200)));
    }

    @Test
    void mountedDiskIsEmptiedButStays() throws Exception {
        Path mount = Files.createDirectories(directory.resolve("mount"));
        Resource disk = onDisk(reserved("web", 100), DiskInfo.Source.Type.MOUNT, mount);
        Resource volume = persistent(disk, "db");
        Volumes volumes = load();
        become(volumes, volume);
        Files.writeString(mount.resolve("file"), "data");
        Files.writeString(Files.createDirectory(mount.resolve("sub")).resolve(".hidden"), "data");
        become(volumes, persistent(disk, "other"));
        assertThat(mount).isEmptyDirectory();
        Files.writeString(mount.resolve("file"), "data");
        become(volumes, disk);
        assertThat(mount).isEmptyDirectory();
    }

    @Test
    void pathDiskHasVolumesOfItsOwn() throws Exception {
        Resource disk = onDisk(reserved("web", 100), DiskInfo.Source.Type.PATH, directory.resolve("ssd"));
        Volumes volumes = load();
        become(volumes, persistent(disk, "db"));
        assertThat(directory.resolve("ssd/volumes/roles/web/db")).isEmptyDirectory();
        become(volumes, disk);
        assertThat(directory.resolve("ssd/volumes/roles/web")).isEmptyDirectory();
    }

    @Test
    void linksInAVolumeAreRemovedAsLinks() throws Exception {
        Volumes volumes = load();
        become(volumes, volume("db", "web", 100));
        fill("outside");
        Files.createSymbolicLink(directory.resolve("work/volumes/roles/web/db/link"), directory.resolve("outside"));
        become(volumes);
        assertThat(directory.resolve("work/volumes/roles/web/db")).doesNotExist();
        assertThat(directory.resolve("outside/sub/file")).hasContent("data");
    }

    @Test
    void volumeThatWasMovedBehindALinkIsEmptiedAndCanBeMadeAgain() throws Exception {
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
        Path roles = Files.createDirectories(directory.resolve("work/volumes/roles/web"));
        Files.createSymbolicLink(roles.resolve("db"), elsewhere);
        Volumes volumes = load();
        become(volumes, volume("db", "web", 100));
        fill("elsewhere");
        become(volumes);
        assertThat(elsewhere).isEmptyDirectory();
        become(volumes, volume("db", "web", 100));
        assertThat(thread).isEmpty();
        assertThat(roles.resolve("db").toRealPath()).isEqualTo(elsewhere.toRealPath());
    }

    @Test
    void namesThatLeadElsewhereAreRefused() throws Exception {
        Volumes volumes = load();
        assertThatThrownBy(() -> become(volumes, volume("..", "web", 100)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("persistence id: '..'");
        assertThat(volumes.total()).isEqualTo(SAID);
    }

    @Test
    void diskThatDoesNotDoItsWorkEndsTheAgentAndIsTriedAgainByTheNextLife() throws Exception {
        Path roles = Files.createDirectories(directory.resolve("work/volumes/roles"));
        Files.writeString(roles.resolve("web"), "in the way");
        Volumes volumes = load();
        become(volumes, volume("db", "web", 100));
        assertThat(volumes.settled()).isCompletedExceptionally();
        assertThat(thread).hasSize(1);
        assertThatThrownBy(thread.get(0)::run).hasMessageContaining("Failed to create the persistent volume db at '");

        Files.delete(roles.resolve("web"));
        Volumes again = load();
        assertThat(again.total()).isEqualTo(SAID);
        become(again, volume("db", "web", 100));
        assertThat(roles.resolve("web/db")).isEmptyDirectory();
    }

    @Test
    void fileThatCannotBeReadIsNotTakenForNothing() throws Exception {
        become(load(), volume("db", "web", 100));
        for (byte[] content : new byte[][] {{}, {1, 2, 3}}) {
            Files.write(paths.totalFile(), content);
            assertThatThrownBy(this::load).isInstanceOf(IOException.class).hasMessageContaining("resources.info");
        }
    }

    @Test
    void agentThatHasLessThanWasReservedOnItDoesNotStart() throws Exception {
        become(load(), volume("db", "web", 100));
        assertThatThrownBy(() -> Volumes.load(
                        paths,
                        Resources.parse("cpus:4;disk:50"),
                        RecoveryErrors.strict(),
                        Runnable::run,
                        Runnable::run))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("are incompatible with agent resources");
        assertThat(Volumes.load(
                                paths,
                                Resources.parse("cpus:2;disk:5000"),
                                RecoveryErrors.strict(),
                                Runnable::run,
                                Runnable::run)
                        .total())
                .isEqualTo(Resources.parse("cpus:2;disk:4900").plus(Resources.of(List.of(volume("db", "web", 100)))));
    }

    private Volumes load() throws IOException {
        return Volumes.load(paths, SAID, RecoveryErrors.strict(), Runnable::run, thread::add);
    }

    private static void become(Volumes volumes, Resource... told) throws Exception {
        become(volumes, List.of(), told);
    }

    private static void become(Volumes volumes, List<Resource> destroyed, Resource... told) throws Exception {
        List<ByteString> gone = destroyed.stream().map(Resource::toByteString).toList();
        volumes.become(TotalFile.message(totalWith(told)), gone, freed -> CompletableFuture.completedFuture(null));
    }

    private static Resources totalWith(Resource... told) {
        Resources made = Resources.of(List.of(told));
        return made.isEmpty()
                ? SAID
                : SAID.minus(Resources.parse("disk:" + made.scalarMilli("disk") / 1_000))
                        .plus(made);
    }

    private static Resource volume(String id, String role, double mb) {
        return persistent(reserved(role, mb), id);
    }

    private static Resource persistent(Resource disk, String id) {
        return disk.toBuilder()
                .setDisk(disk.getDisk().toBuilder()
                        .setPersistence(DiskInfo.Persistence.newBuilder().setId(id))
                        .setVolume(org.apache.mesos.v1.Protos.Volume.newBuilder()
                                .setContainerPath("data")
                                .setMode(org.apache.mesos.v1.Protos.Volume.Mode.RW)))
                .build();
    }

    private static Resource reserved(String role, double mb) {
        return Resource.newBuilder()
                .setName("disk")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(mb))
                .addReservations(ReservationInfo.newBuilder()
                        .setType(ReservationInfo.Type.DYNAMIC)
                        .setRole(role))
                .build();
    }

    private static Resource onDisk(Resource resource, DiskInfo.Source.Type type, Path root) {
        DiskInfo.Source.Builder source = DiskInfo.Source.newBuilder().setType(type);
        if (type == DiskInfo.Source.Type.MOUNT) {
            source.getMountBuilder().setRoot(root.toString());
        } else {
            source.getPathBuilder().setRoot(root.toString());
        }
        return resource.toBuilder()
                .setDisk(DiskInfo.newBuilder().setSource(source))
                .build();
    }

    private void fill(String volume) throws IOException {
        Path sub = Files.createDirectories(directory.resolve(volume).resolve("sub"));
        Files.writeString(sub.resolve("file"), "data");
    }
}

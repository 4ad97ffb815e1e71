package io.stoa.agent.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.Containers;
import io.stoa.agent.container.TaskVolume;
import io.stoa.agent.recovery.RecoveryErrors;
import io.stoa.agent.sandbox.AgentPaths;
import io.stoa.agent.volume.Volumes;
import io.stoa.proto.agent.AgentTotal;
import io.stoa.proto.agent.RunTask;
import io.stoa.state.resources.Resources;
import io.stoa.time.ManualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.Protos.Volume;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks and the volumes that they use, with disks that work when the test says so. */
class TaskVolumesTest {

    private static final String AGENT = "m-S0";
    private static final Resources SAID = Resources.parse("cpus:4;disk:100");

    @TempDir
    Path directory;

    private final FakeContainerizer containerizer = new FakeContainerizer();
    private final Queue<Runnable> disk = new ArrayDeque<>();
    private final List<TaskStatus> sent = new ArrayList<>();
    private Fixture agent = new Fixture(Path.of("/nowhere"));

    private final class Fixture {

        final Volumes volumes;
        final LiveExecutors tasks;

        Fixture(Path home) {
            AgentPaths paths = new AgentPaths(home.resolve("work"), home.resolve("run"));
            try {
                volumes = Volumes.load(paths, SAID, RecoveryErrors.strict(), disk::add, Runnable::run);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            tasks = new LiveExecutors(
                    new TaskHost(
                            paths,
                            new Containers(List.of(containerizer)),
                            "127.0.0.1:5051",
                            true,
                            ExecutorPolicy.STANDARD,
                            disk::add,
                            volumes),
                    message -> sent.add(
                            status(message.getStatusUpdate().getStatus().toByteArray())),
                    new ManualTime(1_000_000_000_000L),
                    Runnable::run,
                    run -> {});
        }
    }

    @BeforeEach
    void start() {
        agent = new Fixture(directory);
    }

    @Test
    void launchMeetsTheDirectoryOfAVolumeThatWasMadeJustBefore() throws Exception {
        become(volume());
        run("t");
        assertThat(containerizer.launched()).isZero();
        assertThat(host()).doesNotExist();
        disk.remove().run();
        assertThat(host()).isEmptyDirectory();
        assertThat(containerizer.launched()).isZero();
        runDisk();
        assertThat(containerizer.container("t").spec().volumes())
                .containsExactly(new TaskVolume(host(), "data", true, false));
    }

    @Test
    void taskWithAVolumeThatIsNotHereIsDropped() throws Exception {
        run("t");
        runDisk();
        assertThat(containerizer.launched()).isZero();
        assertThat(sent).singleElement().satisfies(status -> {
            assertThat(status.getState()).isEqualTo(TaskState.TASK_LOST);
            assertThat(status.getReason()).isEqualTo(TaskStatus.Reason.REASON_RESOURCES_UNKNOWN);
            assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_AGENT);
            assertThat(status.getMessage())
                    .isEqualTo(
                            "The checkpointed resources being used by the task or task group are unknown to the agent");
        });
    }

    @Test
    void dataStaysUntilTheTaskThatUsesItHasEnded() throws Exception {
        become(volume());
        run("t");
        runDisk();
        Files.writeString(host().resolve("file"), "data");
        become();
        runDisk();
        assertThat(host().resolve("file")).exists();
        containerizer.container("t").run();
        containerizer.container("t").end(TaskState.TASK_FAILED, "Command exited with status 1");
        runDisk();
        assertThat(host()).doesNotExist();
    }

    @Test
    void nextLifeWaitsForTheTaskThatUsesTheVolume() throws Exception {
        become(volume());
        run("t");
        runDisk();
        Files.writeString(host().resolve("file"), "data");
        agent = new Fixture(directory);
        agent.tasks.recover(AGENT, RecoveryErrors.strict());
        become();
        runDisk();
        assertThat(host().resolve("file")).exists();
        containerizer.container("t").end(TaskState.TASK_KILLED, "Command terminated with signal Terminated");
        runDisk();
        assertThat(host()).doesNotExist();
    }

    @Test
    void secondTaskOnASharedVolumeIsNotItsOnlyUser() throws Exception {
        become(volume());
        run("first");
        run("second");
        runDisk();
        assertThat(containerizer.container("first").spec().volumes())
                .extracting(TaskVolume::inUse)
                .containsExactly(false);
        assertThat(containerizer.container("second").spec().volumes())
                .extracting(TaskVolume::inUse)
                .containsExactly(true);
    }

    @Test
    void volumeAtAPathWithASlashIsSkipped() throws Exception {
        become(volume());
        Resource nested = volume().toBuilder()
                .setDisk(volume().getDisk().toBuilder()
                        .setVolume(Volume.newBuilder().setContainerPath("a/b").setMode(Volume.Mode.RW)))
                .build();
        run("t", nested);
        runDisk();
        assertThat(containerizer.container("t").spec().volumes()).isEmpty();
    }

    private void become(Resource... made) throws Exception {
        Resources volumes = Resources.of(List.of(made));
        Resources total =
                made.length == 0 ? SAID : SAID.minus(Resources.parse("disk:40")).plus(volumes);
        agent.volumes.become(
                AgentTotal.newBuilder()
                        .addAllResources(total.toProto().stream()
                                .map(Resource::toByteString)
                                .toList())
                        .build(),
                List.of(),
                agent.tasks::unused);
    }

    private void runDisk() {
        for (Runnable work = disk.poll(); work != null; work = disk.poll()) {
            work.run();
        }
    }

    private Path host() {
        return directory.resolve("work/volumes/roles/web/db");
    }

    private void run(String id) throws Exception {
        run(id, volume());
    }

    private void run(String id, Resource volume) throws Exception {
        new TaskLaunches(agent.tasks)
                .run(
                        AGENT,
                        RunTask.newBuilder()
                                .setFrameworkId("m-0000")
                                .setFrameworkInfo(FrameworkInfo.newBuilder()
                                        .setUser("")
                                        .setName("tests")
                                        .build()
                                        .toByteString())
                                .setTaskInfo(TaskInfo.newBuilder()
                                        .setName(id)
                                        .setTaskId(TaskID.newBuilder().setValue(id))
                                        .setAgentId(AgentID.newBuilder().setValue(AGENT))
                                        .addResources(volume.toBuilder()
                                                .setAllocationInfo(Resource.AllocationInfo.newBuilder()
                                                        .setRole("web")))
                                        .setCommand(CommandInfo.newBuilder().setValue("true"))
                                        .build()
                                        .toByteString())
                                .build());
    }

    private static Resource volume() {
        return Resource.newBuilder()
                .setName("disk")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(40))
                .addReservations(ReservationInfo.newBuilder()
                        .setType(ReservationInfo.Type.DYNAMIC)
                        .setRole("web"))
                .setDisk(DiskInfo.newBuilder()
                        .setPersistence(DiskInfo.Persistence.newBuilder().setId("db"))
                        .setVolume(Volume.newBuilder().setContainerPath("data").setMode(Volume.Mode.RO)))
                .build();
    }

    private static TaskStatus status(byte[] bytes) {
        try {
            return TaskStatus.parseFrom(bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

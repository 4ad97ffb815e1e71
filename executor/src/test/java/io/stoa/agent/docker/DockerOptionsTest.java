package io.stoa.agent.docker;

import static io.stoa.agent.docker.DockerFixture.command;
import static io.stoa.agent.docker.DockerFixture.docker;
import static io.stoa.agent.docker.DockerFixture.parameter;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.HostConfig;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.LaunchedTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.Environment;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.Protos.Volume;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a task asks for, seen from the engine and from inside. */
class DockerOptionsTest {

    private static final long MB = 1 << 20;

    private static DockerFixture docker;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() throws IOException {
        docker = new DockerFixture("{\"Env\":[\"OF_THE_IMAGE=kept\",\"EXTRA=image\"]}");
    }

    @AfterAll
    static void stop() throws IOException {
        docker.close();
    }

    @Test
    void theEnvironmentIsTheTasksAndTheImagesAndNotTheHosts() throws Exception {
        LaunchedTask task = launch(info -> {
            parameter(command(info, "env"), "env", "EXTRA=x=y");
            info.getCommandBuilder()
                    .setEnvironment(Environment.newBuilder()
                            .addVariables(Environment.Variable.newBuilder()
                                    .setName("PATH")
                                    .setValue("/bin:/mine")));
        });
        task.await();
        assertThat(task.stdout().lines())
                .contains(
                        "MESOS_SANDBOX=/mnt/mesos/sandbox",
                        "MESOS_TASK_ID=task:1",
                        "MESOS_CONTAINER_NAME=" + DockerFixture.name(task),
                        "OF_THE_IMAGE=kept",
                        "EXTRA=x=y")
                .noneMatch(line -> line.contains("/host/sandbox"));
    }

    @Test
    void cpusAndMemoryAreLimitedInsideToo() throws Exception {
        LaunchedTask task = launch(info -> {
            command(
                    info,
                    "cat /sys/fs/cgroup/*/cpu.shares /sys/fs/cgroup/cpu.weight; "
                            + "cat /sys/fs/cgroup/*/memory.limit_in_bytes /sys/fs/cgroup/memory.max; exec sleep 60");
            info.setResources(0, DockerFixture.scalar("cpus", 2.5)).setResources(1, DockerFixture.scalar("mem", 48));
        });
        await().until(() -> task.stdout().lines().count() == 2);
        HostConfig host = inspectAndKill(task).getHostConfig();
        assertThat(host.getCpuShares()).isEqualTo(2560);
        assertThat(host.getCpuQuota()).isZero();
        assertThat(host.getMemory()).isEqualTo(48 * MB);
        // Weights of cgroups v2 are what its runtime makes of shares: 1 + (2560 - 2) * 9999 / 262142.
        assertThat(task.stdout()).isIn("2560\n" + 48 * MB + "\n", "98\n" + 48 * MB + "\n");
    }

    @Test
    void limitsAreApartFromRequests() throws Exception {
        HostConfig host = inspectAndKill(launch(info -> command(info, "exec sleep 60")
                        .setResources(1, DockerFixture.scalar("mem", 64))
                        .putLimits("cpus", number(1.5))
                        .putLimits("mem", number(128))))
                .getHostConfig();
        assertThat(host.getCpuShares()).isEqualTo(512);
        assertThat(host.getCpuPeriod()).isEqualTo(100_000);
        assertThat(host.getCpuQuota()).isEqualTo(150_000);
        assertThat(host.getMemory()).isEqualTo(128 * MB);
        assertThat(host.getMemoryReservation()).isEqualTo(64 * MB);
        assertThat(host.getOomScoreAdj()).isBetween(900, 1_000);
    }

    @Test
    void aLimitMayBeInfinite() throws Exception {
        HostConfig host = inspectAndKill(launch(info -> command(info, "exec sleep 60")
                        .putLimits("cpus", number(Double.POSITIVE_INFINITY))
                        .putLimits("mem", number(Double.POSITIVE_INFINITY))))
                .getHostConfig();
        assertThat(host.getCpuQuota()).isZero();
        assertThat(host.getMemory()).isZero();
        assertThat(host.getMemoryReservation()).isEqualTo(32 * MB);
        assertThat(host.getOomScoreAdj()).isPositive();
    }

    @Test
    void parametersReachTheEngine() throws Exception {
        InspectContainerResponse found = inspectAndKill(launch(info -> {
            command(info, "exec sleep 60");
            parameter(info, "label", "who=me");
            parameter(info, "label", "flag");
            parameter(info, "ulimit", "nofile=1024:2048");
            parameter(info, "cap-add", "NET_ADMIN");
            parameter(info, "add-host", "db:10.0.0.9");
            parameter(info, "shm-size", "16m");
            parameter(info, "cpus", "1.5");
            parameter(info, "rm", "true");
            parameter(info, "read-only", "true");
            parameter(info, "sysctl", "kernel.msgmax=9000");
            parameter(info, "log-driver", "local");
            parameter(info, "log-opt", "max-size=1m");
        }));
        HostConfig host = found.getHostConfig();
        assertThat(host.getCpuShares()).isEqualTo(512);
        assertThat(host.getMemory()).isEqualTo(32 * MB);
        assertThat(host.getShmSize()).isEqualTo(16 * MB);
        assertThat(host.getNanoCPUs()).isEqualTo(1_500_000_000);
        assertThat(host.getUlimits()[0].getSoftLong()).isEqualTo(1024);
        assertThat(host.getUlimits()[0].getHardLong()).isEqualTo(2048);
        assertThat(host.getExtraHosts()).containsExactly("db:10.0.0.9");
        assertThat(host.getReadonlyRootfs()).isTrue();
        assertThat(host.getSysctls()).containsEntry("kernel.msgmax", "9000");
        assertThat(host.getLogConfig().getType().getType()).isEqualTo("local");
        assertThat(host.getLogConfig().getConfig()).containsEntry("max-size", "1m");
        assertThat(found.getConfig().getLabels())
                .containsEntry("who", "me")
                .containsEntry("flag", "")
                .containsEntry("io.stoa.task", "task:1");
    }

    /** The task's end is seen though its output is nowhere to be read. */
    @Test
    void outputMayGoElsewhere() throws Exception {
        LaunchedTask task =
                launch(info -> parameter(command(info, "echo lost; sleep 1; exit 4"), "log-driver", "none"));
        assertThat(task.await().message()).isEqualTo("Container exited with status 4");
        assertThat(task.stdout()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no-such | 1 | Parameter 'no-such' is not supported (expected: add-host, cap-add, cap-drop",
                "ulimit | nofile | Parameter 'ulimit' is malformed: nofile",
                "cap-add | FLY | Parameter 'cap-add' is malformed: FLY",
                "memory | much | Parameter 'memory' is malformed: much",
                "log-driver | pigeon | Parameter 'log-driver' is malformed: pigeon",
                "privileged | perhaps | Parameter 'privileged' is malformed: perhaps",
            })
    void aParameterThatIsUnknownOrMalformedIsRefused(String key, String value, String text) throws Exception {
        LaunchedTask task = launch(info -> parameter(command(info, "true"), key, value));
        End end = task.await();
        assertThat(end.state()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(end.message()).startsWith("Failed to create docker run options: " + text);
        assertThat(docker.containers()).doesNotContain(task.spec().containerId());
    }

    /** As the engine is asked: where tests run in a container themselves, none may be privileged. */
    @Test
    void onlyWhoAsksIsPrivileged() throws Exception {
        assertThat(isPrivileged(info -> command(info, "true"))).isFalse();
        assertThat(isPrivileged(info -> docker(command(info, "true")).setPrivileged(true)))
                .isTrue();
        assertThat(isPrivileged(info -> parameter(command(info, "true"), "privileged", "true")))
                .isTrue();
    }

    private boolean isPrivileged(Consumer<TaskInfo.Builder> change) throws IOException {
        return Boolean.TRUE.equals(new ContainerOptions(docker.spec(directory, change), "owner")
                .applyTo(docker.client().createContainerCmd("any"))
                .getHostConfig()
                .getPrivileged());
    }

    @Test
    void volumesAreMountedAsAsked() throws Exception {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Files.writeString(shared.resolve("given"), "given\n");
        LaunchedTask task = launch(info -> command(info, "cat /data/given; touch /data/made; echo $?; touch /own/made")
                .getContainerBuilder()
                .addVolumes(volume(shared.toString(), "/data", Volume.Mode.RO))
                .addVolumes(volume(directory.resolve("own").toString(), "/own", Volume.Mode.RW)));
        assertThat(task.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(task.stdout()).isEqualTo("given\n1\n");
        assertThat(directory.resolve("own/made")).exists();
    }

    @Test
    void relativePathsOfVolumesAreInTheSandbox() throws Exception {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        LaunchedTask task = launch(
                info -> command(info, "touch $MESOS_SANDBOX/inside/made; touch /outside/made; ls $MESOS_SANDBOX/inside")
                        .getContainerBuilder()
                        .addVolumes(volume(shared.toString(), "inside", Volume.Mode.RW))
                        .addVolumes(volume("cache", "/outside", Volume.Mode.RW)));
        assertThat(task.await().state()).as(task.file("stderr")).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(task.stdout()).isEqualTo("made\n");
        assertThat(shared.resolve("made")).exists();
        assertThat(task.spec().sandbox().resolve("cache/made")).exists();
    }

    @Test
    void aVolumeOfTheEngineIsNamedByItsSource() throws Exception {
        String name = "stoa-test-" + UUID.randomUUID();
        try {
            LaunchedTask task = launch(info -> command(info, "echo kept > /data/file")
                    .getContainerBuilder()
                    .addVolumes(Volume.newBuilder()
                            .setContainerPath("/data")
                            .setMode(Volume.Mode.RW)
                            .setSource(Volume.Source.newBuilder()
                                    .setType(Volume.Source.Type.DOCKER_VOLUME)
                                    .setDockerVolume(Volume.Source.DockerVolume.newBuilder()
                                            .setDriver("local")
                                            .setName(name)))));
            assertThat(task.await().state()).isEqualTo(TaskState.TASK_FINISHED);
            assertThat(docker.client().inspectVolumeCmd(name).exec().getDriver())
                    .isEqualTo("local");
        } finally {
            docker.client().removeVolumeCmd(name).exec();
        }
    }

    @Test
    void volumesThatCannotBeAreRefused() throws Exception {
        assertThat(refusal(volume("cache", "inside", Volume.Mode.RW)))
                .isEqualTo("Failed to create docker run options: "
                        + "Both host_path 'cache' and container_path 'inside' of a volume are relative");
        assertThat(refusal(Volume.newBuilder().setContainerPath("/data").setMode(Volume.Mode.RW)))
                .isEqualTo("Failed to create docker run options: Host path or volume source is required");
    }

    private String refusal(Volume.Builder volume) throws Exception {
        return launch(info -> command(info, "true").getContainerBuilder().addVolumes(volume))
                .await()
                .message();
    }

    private static Volume.Builder volume(String hostPath, String containerPath, Volume.Mode mode) {
        return Volume.newBuilder()
                .setHostPath(hostPath)
                .setContainerPath(containerPath)
                .setMode(mode);
    }

    private static Value.Scalar number(double value) {
        return Value.Scalar.newBuilder().setValue(value).build();
    }

    private static InspectContainerResponse inspectAndKill(LaunchedTask task) throws Exception {
        task.awaitRunning();
        InspectContainerResponse found = docker.inspect(task);
        assertThat(task.killAndWait(0).state()).isEqualTo(TaskState.TASK_KILLED);
        return found;
    }

    private LaunchedTask launch(Consumer<TaskInfo.Builder> change) throws IOException {
        return docker.launch(docker.spec(directory, change));
    }
}

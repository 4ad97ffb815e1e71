package io.stoa.agent.docker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.HostConfig;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.docker.DockerFixture.Task;
import io.stoa.time.SystemTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo.DockerInfo;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.Parameter;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.apache.mesos.v1.Protos.Volume;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the engine of this machine. */
class DockerContainerizerTest {

    private static DockerFixture docker;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() throws IOException {
        docker = new DockerFixture();
    }

    @AfterAll
    static void stop() throws IOException {
        docker.close();
    }

    @Test
    void aCommandRunsInItsSandboxAndNothingIsLeft() throws Exception {
        Task task = docker.launch(directory, "echo out; echo err >&2; echo file > $MESOS_SANDBOX/made; exit 0");
        assertThat(task.await()).isEqualTo(new End(TaskState.TASK_FINISHED, null, "Container exited with status 0"));
        assertThat(task.running()).isCompleted();
        assertThat(task.file("stdout")).isEqualTo("out\n");
        assertThat(task.file("stderr")).isEqualTo("err\n");
        assertThat(task.file("made")).isEqualTo("file\n");
        assertThatThrownBy(
                        () -> docker.client().inspectContainerCmd(task.name()).exec())
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void aFailureCarriesTheExitStatus() throws Exception {
        assertThat(docker.launch(directory, "exit 7").await())
                .isEqualTo(new End(TaskState.TASK_FAILED, null, "Container exited with status 7"));
    }

    @Test
    void theLastOfMuchOutputIsNotLost() throws Exception {
        Task task = docker.launch(directory, "seq 1 200000");
        task.await();
        String expected =
                IntStream.rangeClosed(1, 200_000).mapToObj(i -> i + "\n").collect(Collectors.joining());
        assertThat(task.file("stdout").equals(expected)).isTrue();
    }

    @Test
    void argumentsGoToTheImageWithoutAShell() throws Exception {
        Task task = launch(info -> info.getCommandBuilder()
                .setShell(false)
                .setValue("/bin/echo")
                .addArguments("$HOME")
                .addArguments("a b"));
        task.await();
        assertThat(task.file("stdout")).isEqualTo("$HOME a b\n");
    }

    @Test
    void theEnvironmentIsTheTasksAndNotTheHosts() throws Exception {
        Task task = launch(info -> {
            info.getCommandBuilder().setValue("env");
            parameter(info, "env", "EXTRA=x=y");
        });
        task.await();
        assertThat(task.file("stdout").lines())
                .contains(
                        "MESOS_SANDBOX=/mnt/mesos/sandbox",
                        "MESOS_TASK_ID=task:1",
                        "MESOS_CONTAINER_NAME=" + task.name(),
                        "EXTRA=x=y")
                .noneMatch(line -> line.contains("/host/"));
    }

    @Test
    void resourcesAndParametersReachTheEngine() throws Exception {
        Task task = launch(info -> {
            info.getCommandBuilder().setValue("sleep 60");
            parameter(info, "label", "who=me");
            parameter(info, "ulimit", "nofile=1024:2048");
            parameter(info, "cap-add", "NET_ADMIN");
            parameter(info, "add-host", "db:10.0.0.9");
            parameter(info, "shm-size", "16m");
        });
        task.running().get(60, SECONDS);
        InspectContainerResponse found =
                docker.client().inspectContainerCmd(task.name()).exec();
        assertThat(task.killAndWait(0).state()).isEqualTo(TaskState.TASK_KILLED);
        HostConfig host = found.getHostConfig();
        assertThat(host.getCpuShares()).isEqualTo(512);
        assertThat(host.getMemory()).isEqualTo(32L << 20);
        assertThat(host.getShmSize()).isEqualTo(16L << 20);
        assertThat(host.getUlimits()[0].getSoftLong()).isEqualTo(1024);
        assertThat(host.getExtraHosts()).containsExactly("db:10.0.0.9");
        assertThat(found.getConfig().getLabels())
                .containsEntry("who", "me")
                .containsEntry("io.stoa.container", task.spec().containerId());
    }

    @Test
    void anUnknownParameterFailsTheTask() throws Exception {
        End end =
                launch(info -> parameter(command(info, "true"), "no-such", "1")).await();
        assertThat(end.state()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(end.reason()).isEqualTo(Reason.REASON_CONTAINER_LAUNCH_FAILED);
        assertThat(end.message()).contains("Parameter 'no-such' is not supported (expected: add-host, cap-add");
    }

    @Test
    void aPortOutsideTheResourcesFailsTheTask() throws Exception {
        End end = launch(info -> command(info, "true")
                        .getContainerBuilder()
                        .getDockerBuilder()
                        .setNetwork(DockerInfo.Network.BRIDGE)
                        .addPortMappings(DockerInfo.PortMapping.newBuilder()
                                .setHostPort(12_600)
                                .setContainerPort(80)))
                .await();
        assertThat(end.message()).contains("Port [12600] not included in resources");
    }

    @Test
    void volumesAreMountedAsAsked() throws Exception {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Files.writeString(shared.resolve("given"), "given\n");
        Task task = launch(info -> command(info, "cat /data/given; touch /data/made; echo $?; touch /own/made")
                .getContainerBuilder()
                .addVolumes(Volume.newBuilder()
                        .setHostPath(shared.toString())
                        .setContainerPath("/data")
                        .setMode(Volume.Mode.RO))
                .addVolumes(Volume.newBuilder()
                        .setHostPath(directory.resolve("own").toString())
                        .setContainerPath("/own")
                        .setMode(Volume.Mode.RW)));
        assertThat(task.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(task.file("stdout")).isEqualTo("given\n1\n");
        assertThat(directory.resolve("own/made")).exists();
    }

    @Test
    void anImageThatCannotBePulledFailsTheTaskInTheEnginesWords() throws Exception {
        End end = launch(info -> command(info, "true")
                        .getContainerBuilder()
                        .getDockerBuilder()
                        .setImage("127.0.0.1:1/no/such"))
                .await();
        assertThat(end.state()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(end.reason()).isEqualTo(Reason.REASON_CONTAINER_LAUNCH_FAILED);
        assertThat(end.message())
                .contains("Failed to pull image '127.0.0.1:1/no/such:latest'")
                .contains("connection refused");
    }

    @Test
    void aCommandThatIsNotThereFailsTheTaskAndLeavesNothing() throws Exception {
        Task task = launch(info -> info.getCommandBuilder().setShell(false).setValue("/no/such/program"));
        End end = task.await();
        assertThat(end.reason()).isEqualTo(Reason.REASON_CONTAINER_LAUNCH_FAILED);
        assertThat(end.message()).contains("Failed to run docker container").contains("no such file");
        assertThatThrownBy(
                        () -> docker.client().inspectContainerCmd(task.name()).exec())
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void killingAsksFirst() throws Exception {
        Task task = docker.launch(directory, "trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.1; done");
        task.running().get(60, SECONDS);
        awaitOutput(task, "ready");
        assertThat(task.killAndWait(60_000))
                .isEqualTo(new End(TaskState.TASK_KILLED, null, "Container exited with status 3"));
        assertThat(task.file("stdout")).endsWith("bye\n");
    }

    @Test
    void aShorterGracePeriodReplacesALongerOne() throws Exception {
        Task task = docker.launch(directory, "trap '' TERM; echo ready; while :; do sleep 0.1; done");
        task.running().get(60, SECONDS);
        task.container().kill(3_600_000);
        assertThat(task.killAndWait(100).message()).isEqualTo("Container exited with status 137");
    }

    @Test
    void killedWhileFetchingNeverRuns() throws Exception {
        CompletableFuture<Void> fetching = docker.holdFetches();
        Task task = launch(info -> command(info, "true")
                .getCommandBuilder()
                .addUris(CommandInfo.URI.newBuilder().setValue("http://x/y")));
        End end = task.killAndWait(1_000);
        assertThat(end.state()).isEqualTo(TaskState.TASK_KILLED);
        assertThat(end.reason()).isEqualTo(Reason.REASON_TASK_KILLED_DURING_LAUNCH);
        assertThat(fetching).isCancelled();
    }

    @Test
    void tooMuchMemoryIsSaid() throws Exception {
        End end = docker.launch(directory, "dd if=/dev/zero of=/dev/null bs=200M count=1")
                .await();
        assertThat(end.state()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(end.reason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
    }

    @Test
    void aRestartedAgentFindsItsContainerAndMissesNoOutput() throws Exception {
        Task task =
                docker.launch(directory, "echo one; while [ ! -e $MESOS_SANDBOX/go ]; do sleep 0.1; done; echo two");
        task.running().get(60, SECONDS);
        awaitOutput(task, "one");
        docker.restart();
        Task found = docker.recover(task.spec()).orElseThrow();
        ContainerStatus status = found.running().get(60, SECONDS);
        assertThat(status.getContainerId().getValue()).isEqualTo(task.spec().containerId());
        Files.createFile(task.spec().sandbox().resolve("go"));
        assertThat(found.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(found.file("stdout")).isEqualTo("one\ntwo\n");
    }

    @Test
    void whatNeverRanIsNotRecovered() throws Exception {
        assertThat(docker.recover(docker.spec(directory, info -> command(info, "true"))))
                .isEmpty();
    }

    @Test
    void theStatusOfATaskOnTheHostsNetworkHasTheAgentsAddress() throws Exception {
        Task task = launch(info -> command(info, "sleep 60")
                .getContainerBuilder()
                .getDockerBuilder()
                .setNetwork(DockerInfo.Network.HOST));
        ContainerStatus status = task.running().get(60, SECONDS);
        task.killAndWait(0);
        assertThat(status.getNetworkInfos(0).getIpAddresses(0).getIpAddress()).isEqualTo(DockerFixture.AGENT_IP);
        assertThat(status.getExecutorPid()).isPositive();
    }

    @Test
    void manyContainersTakeFewThreads() throws Exception {
        int before = Thread.activeCount();
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            tasks.add(docker.launch(directory, "sleep 600"));
        }
        for (Task task : tasks) {
            task.running().get(120, SECONDS);
        }
        int during = Thread.activeCount();
        tasks.forEach(task -> task.container().kill(0));
        for (Task task : tasks) {
            assertThat(task.await().state()).isEqualTo(TaskState.TASK_KILLED);
        }
        assertThat(during - before).isLessThan(20);
    }

    @Test
    void onlyDockersContainersAreAccepted() throws Exception {
        ContainerSpec mine = docker.spec(directory, info -> command(info, "true"));
        ContainerSpec plain =
                docker.spec(directory, info -> command(info, "true").clearContainer());
        assertThat(docker.accepts(mine)).isTrue();
        assertThat(docker.accepts(plain)).isFalse();
    }

    @Test
    void withoutAnEngineThereIsNoContainerizer() {
        try (SystemTime time = new SystemTime()) {
            assertThatThrownBy(() -> new DockerContainerizer(
                            directory.resolve("no.sock"),
                            (uris, sandbox, user) -> CompletableFuture.completedFuture(null),
                            time,
                            DockerFixture.AGENT_IP))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No Docker engine answers at unix://" + directory.resolve("no.sock"));
        }
    }

    private Task launch(Consumer<TaskInfo.Builder> change) throws IOException {
        return docker.launch(docker.spec(directory, change));
    }

    private static TaskInfo.Builder command(TaskInfo.Builder info, String command) {
        info.getCommandBuilder().setValue(command);
        return info;
    }

    private static void parameter(TaskInfo.Builder info, String key, String value) {
        info.getContainerBuilder()
                .getDockerBuilder()
                .addParameters(Parameter.newBuilder().setKey(key).setValue(value));
    }

    private static void awaitOutput(Task task, String text) {
        await().until(() -> task.file("stdout").contains(text));
    }
}

package io.stoa.agent.docker;

import static io.stoa.agent.docker.DockerFixture.awaitFile;
import static io.stoa.agent.docker.DockerFixture.command;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.exception.NotFoundException;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.LaunchedTask;
import io.stoa.time.SystemTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
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
        LaunchedTask task = docker.launch(directory, "echo out; echo err >&2; echo file > $MESOS_SANDBOX/made; exit 0");
        assertThat(task.await())
                .isEqualTo(new End(
                        TaskState.TASK_FINISHED, null, "Container exited with status 0", OptionalInt.of(0 << 8)));
        assertThat(task.running()).isCompleted();
        assertThat(task.file("stdout")).isEqualTo("out\n");
        assertThat(task.file("stderr")).isEqualTo("err\n");
        assertThat(task.file("made")).isEqualTo("file\n");
        assertThatThrownBy(() -> docker.inspect(task)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void aFailureCarriesTheExitStatus() throws Exception {
        assertThat(docker.launch(directory, "exit 7").await())
                .isEqualTo(
                        new End(TaskState.TASK_FAILED, null, "Container exited with status 7", OptionalInt.of(7 << 8)));
    }

    @Test
    void theLastOfMuchOutputIsNotLost() throws Exception {
        LaunchedTask task = docker.launch(directory, "seq 1 200000");
        task.await();
        String expected =
                IntStream.rangeClosed(1, 200_000).mapToObj(i -> i + "\n").collect(Collectors.joining());
        assertThat(task.file("stdout").equals(expected)).isTrue();
    }

    @Test
    void argumentsGoToTheImageWithoutAShell() throws Exception {
        LaunchedTask task = launch(info -> info.getCommandBuilder()
                .setShell(false)
                .setValue("/bin/echo")
                .addArguments("$HOME")
                .addArguments("a b"));
        task.await();
        assertThat(task.file("stdout")).isEqualTo("$HOME a b\n");
    }

    @Test
    void aCommandThatIsNotThereFailsTheTaskAndLeavesNothing() throws Exception {
        LaunchedTask task =
                launch(info -> info.getCommandBuilder().setShell(false).setValue("/no/such/program"));
        End end = task.await();
        assertThat(end.state()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(end.reason()).isNull();
        assertThat(end.message()).startsWith("Failed to run docker container: ").contains("no such file");
        assertThat(task.starting()).isCompleted();
        assertThat(task.running()).isNotDone();
        assertThatThrownBy(() -> docker.inspect(task)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void killedWhileFetchingNeverRuns() throws Exception {
        CompletableFuture<Void> fetching = docker.holdFetches();
        LaunchedTask task = launch(info -> command(info, "true")
                .getCommandBuilder()
                .addUris(CommandInfo.URI.newBuilder().setValue("http://x/y")));
        End end = task.killAndWait(1_000);
        assertThat(end.state()).isEqualTo(TaskState.TASK_KILLED);
        assertThat(end.reason()).isEqualTo(Reason.REASON_TASK_KILLED_DURING_LAUNCH);
        assertThat(fetching).isCancelled();
    }

    @Test
    void aRestartedAgentFindsItsContainerAndMissesNoOutput() throws Exception {
        LaunchedTask task = docker.launch(directory, "echo one; " + awaitFile("go") + "; echo two");
        task.awaitRunning();
        awaitOutput(task, "one");
        docker.restart();
        LaunchedTask found = docker.recover(task.spec()).orElseThrow();
        ContainerStatus status = found.awaitRunning();
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
    void manyContainersTakeFewThreads() throws Exception {
        int before = Thread.activeCount();
        List<LaunchedTask> tasks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            tasks.add(docker.launch(directory, "sleep 600"));
        }
        for (LaunchedTask task : tasks) {
            task.awaitRunning();
        }
        int during = Thread.activeCount();
        tasks.forEach(task -> task.container().kill(0));
        for (LaunchedTask task : tasks) {
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
                            new DockerConfig(directory.resolve("no.sock"), 0, true, 0),
                            (uris, destination) -> CompletableFuture.completedFuture(null),
                            time,
                            DockerFixture.AGENT_IP,
                            "owner"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No Docker engine answers at unix://" + directory.resolve("no.sock"));
        }
    }

    private LaunchedTask launch(Consumer<TaskInfo.Builder> change) throws IOException {
        return docker.launch(docker.spec(directory, change));
    }

    private static void awaitOutput(LaunchedTask task, String text) {
        await().until(() -> task.file("stdout").contains(text));
    }
}

package io.stoa.agent.docker;

import static io.stoa.agent.docker.DockerFixture.awaitFile;
import static io.stoa.agent.docker.DockerFixture.command;
import static io.stoa.agent.docker.DockerFixture.parameter;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.LaunchedTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How containers are ended. Their image says that SIGUSR1 is to stop them. */
class DockerKillTest {

    private static final String POLITE = "trap 'echo usr1; exit 3' USR1; trap 'echo term; exit 4' TERM; "
            + "echo ready; while :; do sleep 0.1; done";
    private static final String DEAF = "trap 'echo usr1' USR1; trap '' TERM; echo ready; " + awaitFile("go");

    private static DockerFixture docker;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() throws IOException {
        docker = new DockerFixture("{\"StopSignal\":\"SIGUSR1\"}");
    }

    @AfterAll
    static void stop() throws IOException {
        docker.close();
    }

    @Test
    void theImagesSignalAsksFirst() throws Exception {
        LaunchedTask task = ready(docker.launch(directory, POLITE));
        assertThat(task.killAndWait(60_000)).isEqualTo(killed(3));
        assertThat(task.stdout()).endsWith("usr1\n");
    }

    @Test
    void theTasksSignalReplacesTheImages() throws Exception {
        LaunchedTask task = ready(docker.launch(
                docker.spec(directory, info -> parameter(command(info, POLITE), "stop-signal", "SIGTERM"))));
        assertThat(task.killAndWait(60_000)).isEqualTo(killed(4));
    }

    @Test
    void whoDoesNotListenIsKilledAfterTheGracePeriod() throws Exception {
        LaunchedTask task = ready(docker.launch(directory, DEAF));
        long beganNanos = System.nanoTime();
        assertThat(task.killAndWait(700)).isEqualTo(killed(137));
        assertThat((System.nanoTime() - beganNanos) / 1_000_000).isGreaterThanOrEqualTo(700);
    }

    @Test
    void aShorterGracePeriodReplacesALongerOne() throws Exception {
        LaunchedTask task = ready(docker.launch(directory, DEAF));
        task.container().kill(3_600_000);
        assertThat(task.killAndWait(100)).isEqualTo(killed(137));
    }

    @Test
    void killedWhileItStartsItEnds() throws Exception {
        for (int i = 0; i < 5; i++) {
            LaunchedTask task = docker.launch(directory, "while :; do sleep 0.1; done");
            task.starting().join();
            assertThat(task.killAndWait(0).state()).isEqualTo(TaskState.TASK_KILLED);
            assertThat(docker.containers()).doesNotContain(task.spec().containerId());
        }
    }

    /** Asked once, and not again by the next agent; but whose end it is, is known. */
    @Test
    void theNextAgentKnowsThatItWasAKill() throws Exception {
        LaunchedTask task = ready(docker.launch(directory, DEAF));
        task.container().kill(3_600_000);
        await().until(() -> task.stdout().endsWith("usr1\n"));
        await().until(() ->
                new KillRecord(task.spec().runtimeDir()).deadlineMs().isPresent());
        docker.restart();
        LaunchedTask found = docker.recover(task.spec()).orElseThrow();
        found.awaitRunning();
        Files.createFile(task.spec().sandbox().resolve("go"));
        assertThat(found.await()).isEqualTo(killed(0));
        assertThat(found.stdout()).isEqualTo("ready\nusr1\n");
    }

    @Test
    void theNextAgentKillsWhenTheGracePeriodIsOver() throws Exception {
        LaunchedTask task = ready(docker.launch(directory, DEAF));
        task.container().kill(3_600_000);
        KillRecord record = new KillRecord(task.spec().runtimeDir());
        await().until(() -> record.deadlineMs().isPresent());
        docker.restart();
        // As if it had been shorter; the agent before would have killed it itself.
        record.write(System.currentTimeMillis() + 1_500);
        assertThat(docker.recover(task.spec()).orElseThrow().await()).isEqualTo(killed(137));
    }

    private static LaunchedTask ready(LaunchedTask task) throws Exception {
        task.awaitRunning();
        await().until(() -> task.stdout().contains("ready"));
        return task;
    }

    private static End killed(int status) {
        return new End(
                TaskState.TASK_KILLED, null, "Container exited with status " + status, OptionalInt.of(status << 8));
    }
}

package io.stoa.agent.docker;

import static io.stoa.agent.docker.DockerFixture.awaitFile;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.LaunchedTask;
import io.stoa.time.SystemTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers that want more memory than they have, and an engine that tells of it sooner or later. */
class DockerMemoryTest {

    private static final String TOO_MUCH = "dd if=/dev/zero of=/dev/null bs=200M count=1";

    /** An engine hears of a lack of memory from a container's start to its end, not of one right behind the start. */
    private static final String BETWEEN_START_AND_END =
            awaitFile("started") + "; " + TOO_MUCH + "; status=$?; " + awaitFile("told") + "; exit $status";

    private static final long SILENCE_MS = 60_000;

    private final Instant begin = Instant.now();
    private DockerFixture docker;
    private Engine engine;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() throws IOException {
        docker = new DockerFixture();
        engine = new Engine(DockerFixture.SOCKET, new SystemTime(), SILENCE_MS);
    }

    @AfterEach
    void stop() throws IOException {
        engine.close();
        docker.close();
    }

    @Test
    void tooMuchMemoryIsSaid() throws Exception {
        assertIsSaid(endOnceTold());
    }

    @Test
    void theEngineTellsOfALackOfMemoryAlsoWhereTheContainersStateDoesNot() throws Exception {
        try (EngineProxy proxy = new EngineProxy(directory.resolve("proxy.sock"))) {
            docker.restart(proxy.socket(), SILENCE_MS);
            proxy.forgetLackOfMemory();
            assertIsSaid(endOnceTold());
            assertThat(proxy.forgotten()).isPositive();
        }
    }

    @Test
    void whoIsKilledWithoutALackOfMemoryHasNoReason() throws Exception {
        LaunchedTask killed = docker.launch(directory, "sh -c 'kill -9 $$'; exit $?");
        End end = killed.await();
        assertThat(end.state()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(end.reason()).isNull();
        assertThat(isTold(killed)).isFalse();
    }

    @Test
    void aTaskThatOutlivesWhoTookTooMuchMemoryIsFinished() throws Exception {
        LaunchedTask task = docker.launch(directory, TOO_MUCH + " || echo killed; exit 0");
        End end = task.await();
        assertThat(task.file("stdout")).isEqualTo("killed\n");
        assertThat(end.state()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(end.reason()).isNull();
    }

    private End endOnceTold() throws Exception {
        LaunchedTask task = docker.launch(directory, BETWEEN_START_AND_END);
        task.awaitRunning();
        Files.createFile(task.spec().sandbox().resolve("started"));
        await().until(() -> isTold(task));
        Files.createFile(task.spec().sandbox().resolve("told"));
        return task.await();
    }

    private boolean isTold(LaunchedTask task) {
        return engine.toldOfLackOfMemory(DockerFixture.name(task), begin, Instant.now());
    }

    private static void assertIsSaid(End end) {
        assertThat(end.state()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(end.reason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
        assertThat(end.message()).isEqualTo("Memory limit exceeded: Container exited with status 137");
    }
}

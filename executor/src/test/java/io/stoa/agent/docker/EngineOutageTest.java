package io.stoa.agent.docker;

import static io.stoa.agent.docker.DockerFixture.awaitFile;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.LaunchedTask;
import io.stoa.agent.container.WaitStatus;
import io.stoa.time.ManualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine that is away or silent for a while, and tasks that go on meanwhile. */
@Timeout(120)
class EngineOutageTest {

    /** Much longer than any answer takes here. */
    private static final long LONG_SILENCE_MS = 60_000;

    /** By a clock of the test's own, which is never moved on as far while the engine may answer. */
    private static final long SILENCE_MS = 86_400_000;

    /** At least what an agent waits before it asks again. */
    private static final long MOMENT_MS = 10_000;
    /** More than anything here has threads. */
    private static final int MANY = 20;

    private static final String UNTIL_GO = "echo one; " + awaitFile("go") + "; echo two; exit 5";

    /** Of agents that are to find an engine silent, or gone. */
    private final ManualTime time = new ManualTime(0);

    private DockerFixture docker;
    private EngineProxy proxy;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() throws IOException {
        docker = new DockerFixture();
        proxy = new EngineProxy(directory.resolve("proxy.sock"));
        docker.restart(proxy.socket(), LONG_SILENCE_MS);
    }

    @AfterEach
    void stop() throws IOException {
        docker.close();
        proxy.close();
    }

    @Test
    void anEngineThatGoesAwayEndsNoTask() throws Exception {
        LaunchedTask task = running();
        proxy.goAway();
        int asked = proxy.asked();
        // The container ends while nobody can see it.
        Files.createFile(task.spec().sandbox().resolve("go"));
        await().until(() -> !isRunning(task));
        assertThat(task.end()).isNotDone();
        assertThat(proxy.asked()).isEqualTo(asked);
        proxy.comeBack();
        assertThat(task.await())
                .isEqualTo(
                        new End(TaskState.TASK_FAILED, null, "Container exited with status 5", OptionalInt.of(5 << 8)));
        assertThat(task.stdout()).isEqualTo("one\ntwo\n");
        assertThat(docker.containers()).doesNotContain(task.spec().containerId());
    }

    /** As engines before 23.0 do where a container ends while its output is followed. */
    @Test
    void anEngineThatEndsAnOutputTooEarlyIsAskedForAllOfIt() throws Exception {
        proxy.cutOutput();
        LaunchedTask task = docker.launch(directory, "echo said");
        await().until(() -> task.running().isDone() && !isRunning(task));
        proxy.endOutput();
        assertThat(task.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(task.stdout()).isEqualTo("said\n");
    }

    @Test
    void anEngineThatFallsSilentEndsNoTask() throws Exception {
        LaunchedTask before = running();
        docker.restart(proxy.socket(), SILENCE_MS, time);
        LaunchedTask task = docker.recover(before.spec()).orElseThrow();
        task.awaitRunning();
        proxy.fallSilent();
        Files.createFile(task.spec().sandbox().resolve("go"));
        await().until(() -> !isRunning(task));
        LaunchedTask next = docker.launch(directory, "true");
        advance(SILENCE_MS, next.end()::isDone);
        End refused = next.await();
        assertThat(refused.state()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(refused.reason()).isEqualTo(Reason.REASON_CONTAINER_LAUNCH_FAILED);
        assertThat(refused.message())
                .isEqualTo("Failed to launch container: No answer of the Docker engine at unix://" + proxy.socket()
                        + ": Nothing was heard for " + SILENCE_MS + " ms");
        assertThat(task.end()).isNotDone();
        proxy.comeBack();
        advance(MOMENT_MS, task.end()::isDone);
        assertThat(task.await().message()).isEqualTo("Container exited with status 5");
    }

    @Test
    void commandsAndLaunchesDoNotWaitForEachOther() throws Exception {
        LaunchedTask task = running();
        CommandInfo command = CommandInfo.newBuilder().setValue("true").build();

        proxy.hold("/exec ");
        List<CompletableFuture<WaitStatus>> commands = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            commands.add(task.execute(command));
        }
        await().until(() -> proxy.heldBack() > 0);
        assertThat(docker.launch(directory, "exit 0").await().state()).isEqualTo(TaskState.TASK_FINISHED);

        proxy.hold("/containers/create");
        List<LaunchedTask> launches = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            launches.add(docker.launch(directory, "exit 0"));
        }
        await().until(() -> proxy.heldBack() > 0);
        for (CompletableFuture<WaitStatus> each : commands) {
            assertThat(each.get().exitCode()).hasValue(0);
        }
        assertThat(task.execute(command).get().exitCode()).hasValue(0);

        proxy.hold("");
        for (LaunchedTask each : launches) {
            assertThat(each.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        }
        task.killAndWait(0);
    }

    @Test
    void aKillIsNotForgottenWhileTheEngineIsAway() throws Exception {
        LaunchedTask task = running();
        proxy.goAway();
        task.container().kill(0);
        proxy.comeBack();
        assertThat(task.await().state()).isEqualTo(TaskState.TASK_KILLED);
    }

    @Test
    void anAgentThatStartsWhileTheEngineFallsSilentFindsItsTasksLater() throws Exception {
        LaunchedTask task = running();
        docker.restart(proxy.socket(), SILENCE_MS, time);
        proxy.fallSilent();
        LaunchedTask found = docker.recover(task.spec()).orElseThrow();
        int asked = proxy.asked();
        advance(SILENCE_MS, () -> proxy.asked() > asked + 1);
        assertThat(found.running()).isNotDone();
        assertThat(found.end()).isNotDone();
        proxy.comeBack();
        advance(MOMENT_MS, found.running()::isDone);
        kill(found);
    }

    @Test
    void whatMayHaveBeenStartedIsRemovedBeforeItsFailureIsTold() throws Exception {
        docker.restart(proxy.socket(), SILENCE_MS, time);
        List<LaunchedTask> tasks = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            tasks.add(docker.launch(directory, "exec sleep 600"));
        }
        tasks.get(0).starting().join();
        proxy.goAway();
        proxy.comeBack();
        await().until(() -> proxy.making() == 0);
        for (LaunchedTask task : tasks) {
            advance(MOMENT_MS, () -> task.running().isDone() || task.end().isDone());
            if (task.end().isDone()) {
                assertThat(task.await().message()).contains("No answer of the Docker engine");
                assertThat(docker.containers()).doesNotContain(task.spec().containerId());
            } else {
                kill(task);
            }
        }
    }

    @Test
    void outagesLeaveNoThreadsBehind() throws Exception {
        long before = threads();
        List<LaunchedTask> tasks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            tasks.add(running());
        }
        for (int i = 0; i < 3; i++) {
            int asked = proxy.asked();
            proxy.goAway();
            proxy.comeBack();
            await().until(() -> proxy.asked() >= asked + 2 * tasks.size());
        }
        for (LaunchedTask task : tasks) {
            assertThat(task.killAndWait(0).state()).isEqualTo(TaskState.TASK_KILLED);
        }
        docker.restart();
        await().until(() -> threads() <= before);
    }

    private LaunchedTask running() throws Exception {
        LaunchedTask task = docker.launch(directory, UNTIL_GO);
        task.awaitRunning();
        await().until(() -> task.stdout().equals("one\n"));
        return task;
    }

    /** Lets time pass until something has come of it. */
    private void advance(long stepMs, Callable<Boolean> until) {
        await().until(() -> {
            time.advance(stepMs);
            return until.call();
        });
    }

    private void kill(LaunchedTask task) throws Exception {
        task.container().kill(0);
        advance(MOMENT_MS, task.end()::isDone);
        assertThat(task.await().state()).isEqualTo(TaskState.TASK_KILLED);
    }

    private boolean isRunning(LaunchedTask task) {
        return Boolean.TRUE.equals(docker.inspect(task).getState().getRunning());
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("docker"))
                .count();
    }
}

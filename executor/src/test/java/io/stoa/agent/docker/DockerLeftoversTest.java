package io.stoa.agent.docker;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.ContainerId;
import io.stoa.agent.container.LaunchedTask;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import org.apache.mesos.v1.Protos.ResourceStatistics;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What agents leave in the engine, and what an agent's next life makes of it. */
@Timeout(120)
class DockerLeftoversTest {

    private static final long HOUR_MS = 3_600_000;

    @TempDir
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private DockerFixture docker;

    @BeforeEach
    void start() throws Exception {
        docker = new DockerFixture();
    }

    @AfterEach
    void stop() throws Exception {
        docker.close();
    }

    private void restart(long removeDelayMs, boolean removesOrphans, long stopTimeoutMs, String owner)
            throws Exception {
        docker.restart(new DockerConfig(DockerFixture.SOCKET, removeDelayMs, removesOrphans, stopTimeoutMs), owner);
    }

    @Test
    void endedContainerStaysForAWhile() throws Exception {
        restart(HOUR_MS, true, 0, docker.owner());
        LaunchedTask task = docker.launch(directory, "exit 3");
        assertThat(task.await().waitStatus()).hasValue(3 << 8);
        assertThat(docker.inspect(task).getState().getExitCodeLong()).isEqualTo(3);
        // The next life of the agent removes it: nobody knows it any more.
        restart(HOUR_MS, true, 0, docker.owner());
        removeOrphans();
        awaitGone(task);
    }

    @Test
    void endedContainerIsRemovedInTime() throws Exception {
        restart(1_000, true, 0, docker.owner());
        LaunchedTask task = docker.launch(directory, "true");
        assertThat(task.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        awaitGone(task);
    }

    @Test
    void orphanIsEndedAndATaskThatIsKnownRunsOn() throws Exception {
        LaunchedTask known = docker.launch(directory, "exec sleep 1000");
        LaunchedTask orphan = docker.launch(directory, "exec sleep 1000");
        known.awaitRunning();
        orphan.awaitRunning();
        restart(0, true, 0, docker.owner());
        LaunchedTask again = docker.recover(known.spec()).orElseThrow();
        removeOrphans();
        awaitGone(orphan);
        again.awaitRunning();
        assertThat(again.killAndWait(0).state()).isEqualTo(TaskState.TASK_KILLED);
    }

    @Test
    void orphanHasTimeToEnd() throws Exception {
        LaunchedTask orphan = docker.launch(
                directory,
                "trap 'echo ended > $MESOS_SANDBOX/ended; exit' TERM; echo ready; while true; do sleep 0.1; done");
        await().until(() -> orphan.stdout().equals("ready\n"));
        restart(0, true, 30_000, docker.owner());
        removeOrphans();
        awaitGone(orphan);
        assertThat(orphan.file("ended")).isEqualTo("ended\n");
    }

    @Test
    void containersOfOthersAreNoOrphans() throws Exception {
        LaunchedTask other = docker.launch(directory, "exec sleep 1000");
        other.awaitRunning();
        String first = docker.owner();
        String second = UUID.randomUUID().toString();
        restart(0, true, 0, second);
        LaunchedTask orphan = docker.launch(directory, "exec sleep 1000");
        orphan.awaitRunning();
        restart(0, true, 0, second);
        removeOrphans();
        awaitGone(orphan);
        assertThat(docker.containers()).contains(other.spec().containerId());
        restart(0, false, 0, first);
        removeOrphans();
        // What follows shows that nothing was asked of the engine.
        assertThat(docker.launch(directory, "true").await().state()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(docker.containers()).contains(other.spec().containerId());
    }

    @Test
    void usageIsTold() throws Exception {
        LaunchedTask task =
                docker.launch(directory, "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; exec sleep 1000");
        task.awaitRunning();
        ContainerId id = task.spec().id();
        await().until(() -> usage(task).getCpusUserTimeSecs() > 0.05);
        ResourceStatistics usage = usage(task);
        assertThat(usage.getMemRssBytes()).isPositive();
        assertThat(usage.getMemTotalBytes()).isGreaterThanOrEqualTo(usage.getMemRssBytes());
        assertThat(usage.getMemLimitBytes()).isEqualTo(8L << 20);
        assertThat(usage.getCpusSoftLimit()).isEqualTo(0.5);
        assertThat(usage.getThreads()).isEqualTo(1);
        assertThat(usage.getTimestamp()).isPositive();
        task.killAndWait(0);
        assertThat(docker.containerizer().usage(Set.of(id))).isEmpty();
    }

    private ResourceStatistics usage(LaunchedTask task) throws Exception {
        return docker.containerizer()
                .usage(Set.of(task.spec().id()))
                .getOrDefault(task.spec().id(), ResourceStatistics.getDefaultInstance());
    }

    private void removeOrphans() {
        docker.containerizer().removeOrphans(id -> false);
    }

    private void awaitGone(LaunchedTask task) {
        await().until(() -> !docker.containers().contains(task.spec().containerId()));
    }
}

package io.stoa.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.LaunchedTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More containers than an engine likes to be asked for at once. */
@Tag("long")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ManyContainersTest {

    private static final int CONTAINERS = 200;
    /** As many calls as are made at the same time. */
    private static final int CALLS = 16;

    private DockerFixture docker;
    private EngineProxy proxy;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() throws IOException {
        docker = new DockerFixture();
        proxy = new EngineProxy(directory.resolve("proxy.sock"));
        docker.restart(proxy.socket(), TimeUnit.MINUTES.toMillis(2));
    }

    @AfterEach
    void stop() throws IOException {
        docker.close();
        proxy.close();
    }

    @Test
    void allRunAndAllAreRemoved() throws Exception {
        List<LaunchedTask> tasks = new ArrayList<>();
        for (int i = 0; i < CONTAINERS; i++) {
            tasks.add(docker.launch(directory, "echo " + i + "; exec sleep 3600"));
        }
        for (LaunchedTask task : tasks) {
            task.running().get(10, TimeUnit.MINUTES);
        }
        List<String> ids = tasks.stream().map(task -> task.spec().containerId()).toList();
        assertThat(docker.containers()).containsAll(ids);
        tasks.forEach(task -> task.container().kill(0));
        for (LaunchedTask task : tasks) {
            End end = task.end().get(10, TimeUnit.MINUTES);
            assertThat(end.state()).isEqualTo(TaskState.TASK_KILLED);
        }
        assertThat(docker.containers()).doesNotContainAnyElementsOf(ids);
        for (int i = 0; i < CONTAINERS; i++) {
            assertThat(tasks.get(i).stdout()).isEqualTo(i + "\n");
        }
        // The proxy sees the end of a call a little later than its caller.
        assertThat(proxy.mostCallsAtOnce()).isBetween(2, 2 * CALLS);
    }
}

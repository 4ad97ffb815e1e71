package io.stoa.agent.docker;

import static io.stoa.agent.docker.DockerFixture.command;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.LaunchedTask;
import io.stoa.agent.container.TaskVolume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Persistent volumes, from inside of containers of this machine's engine. */
class DockerVolumesTest {

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
    void whatOneTaskWritesAnotherReads() throws Exception {
        LaunchedTask writer = launch("echo kept > $MESOS_SANDBOX/data/file", false);
        assertThat(writer.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(directory.resolve("store db/v1/file")).hasContent("kept");
        assertThat(writer.spec().sandbox().resolve("data")).isEmptyDirectory();
        LaunchedTask reader = launch("cat $MESOS_SANDBOX/data/file", false);
        reader.await();
        assertThat(reader.file("stdout")).isEqualTo("kept\n");
    }

    @Test
    void readOnlyVolumeTakesNothing() throws Exception {
        LaunchedTask task = launch("echo lost > $MESOS_SANDBOX/data/file", true);
        assertThat(task.await().state()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(directory.resolve("store db/v1")).isEmptyDirectory();
    }

    @Test
    void mountPointMustNotBeThere() {
        assertThatThrownBy(() -> docker.launch(spec("true", false, "..")))
                .hasMessageContaining("Failed to create persistent mount point at '");
    }

    private LaunchedTask launch(String command, boolean readOnly) throws IOException {
        return docker.launch(spec(command, readOnly, "data"));
    }

    private ContainerSpec spec(String command, boolean readOnly, String containerPath) throws IOException {
        Path volume = Files.createDirectories(directory.resolve("store db/v1"));
        ContainerSpec spec = docker.spec(directory, task -> command(task, command));
        return new ContainerSpec(
                spec.id(),
                spec.frameworkId(),
                spec.workload(),
                spec.sandbox(),
                spec.runtimeDir(),
                spec.environment(),
                spec.user(),
                List.of(new TaskVolume(volume, containerPath, readOnly, false)));
    }
}

package io.stoa.agent.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.LaunchedTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a shim says of its command's end. */
@Timeout(120)
class ShimStatusTest {

    private static final String WAITS = "while [ ! -e go ]; do sleep 0.02; done; exit 3";

    @TempDir
    Path directory;

    private ProcessFixture host;

    @BeforeEach
    void start() throws IOException {
        host = new ProcessFixture(directory);
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void fullDiskDoesNotLoseIt() throws Exception {
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "only root mounts disks");
        ContainerSpec spec = host.spec(WAITS);
        run("mount", "-t", "tmpfs", "-o", "size=64k", "none", spec.runtimeDir().toString());
        try {
            LaunchedTask task = host.launch(spec);
            task.awaitRunning();
            assertThatThrownBy(() -> Files.write(spec.runtimeDir().resolve("filler"), new byte[100_000]))
                    .hasMessageContaining("No space left");
            assertThat(end(task))
                    .isEqualTo(new End(
                            TaskState.TASK_FAILED, null, "Command exited with status 3", OptionalInt.of(3 << 8)));
        } finally {
            run("umount", "-l", spec.runtimeDir().toString());
        }
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    @Test
    void thatItCannotBeWrittenIsSaid() throws Exception {
        LaunchedTask task = host.launch(WAITS);
        task.awaitRunning();
        Files.delete(task.spec().runtimeDir().resolve("status.tmp"));
        assertThat(end(task))
                .isEqualTo(new End(
                        TaskState.TASK_FAILED,
                        null,
                        "Failed to get exit status for Command: No such file or directory"));
    }

    private static End end(LaunchedTask task) throws Exception {
        Files.createFile(task.spec().sandbox().resolve("go"));
        return task.await();
    }
}

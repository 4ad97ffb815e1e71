package io.stoa.agent.docker;

import static io.stoa.agent.container.VariableFixture.secret;
import static io.stoa.agent.container.VariableFixture.variable;
import static io.stoa.agent.docker.RunningTask.shell;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.agent.container.LaunchedTask;
import io.stoa.agent.container.WaitStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.Environment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerExecTest {

    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init")
    private static RunningTask running;

    @BeforeAll
    static void start() throws Exception {
        running = RunningTask.of(directory, "touch /mine; sleep 1000");
    }

    @AfterAll
    static void stop() throws Exception {
        running.close();
    }

    @Test
    void commandRunsInTheContainer() throws Exception {
        assertThat(exitCode(shell("until test -e /mine; do sleep 0.1; done"))).isZero();
        assertThat(exitCode(shell("echo noise; exit 42"))).isEqualTo(42);
        assertThat(exitCode(shell("test \"$MESOS_TASK_ID\" = task:1"))).isZero();
        assertThat(exitCode(CommandInfo.newBuilder()
                        .setShell(false)
                        .setValue("/bin/sh")
                        .addAllArguments(List.of("-c", "test \"$0\" = 'a b'", "a b"))
                        .build()))
                .isZero();
        assertThat(exitCode(shell("test \"$A\" = '1 2' && test \"$PASSWORD\" = s3cret").toBuilder()
                        .setEnvironment(Environment.newBuilder()
                                .addVariables(variable("A", "1 2"))
                                .addVariables(secret("PASSWORD", "s3cret")))
                        .build()))
                .isZero();
        assertThat(running.task().stdout()).doesNotContain("noise");
    }

    @Test
    void containerWithoutANetworkHasNoAddress() {
        assertThat(running.task().container().address(false)).isEmpty();
    }

    @Test
    void programThatIsNotThereEndsAsWithDockersOwnClient() throws Exception {
        assertThat(exitCode(CommandInfo.newBuilder()
                        .setShell(false)
                        .setValue("no-such-program")
                        .build()))
                .isIn(126, 127);
    }

    @Test
    void cancelledCommandIsKilled() throws Exception {
        CompletableFuture<WaitStatus> command = running.task().execute(shell("exec sleep 4711"));
        String runs = "ps | grep -v grep | grep -q 'sleep 4711'";
        await().until(() -> exitCode(shell(runs)) == 0);
        command.cancel(true);
        await().until(() -> exitCode(shell(runs)) == 1);
    }

    @Test
    void commandInNoContainerFails() throws Exception {
        LaunchedTask other = running.docker().launch(directory, "exit 0");
        other.await();
        assertThatThrownBy(() -> other.execute(shell("true")).get())
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("No such container");
    }

    private static int exitCode(CommandInfo command) throws Exception {
        return running.run(command).exitCode().orElseThrow();
    }
}

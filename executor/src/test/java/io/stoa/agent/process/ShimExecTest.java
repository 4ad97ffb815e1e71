package io.stoa.agent.process;

import static io.stoa.agent.container.VariableFixture.secret;
import static io.stoa.agent.container.VariableFixture.variable;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.agent.container.LaunchedTask;
import io.stoa.agent.container.WaitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.Environment;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShimExecTest {

    @SuppressWarnings("NullAway.Init")
    @AutoClose
    private ProcessFixture host;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        host = new ProcessFixture(directory);
    }

    @Test
    void commandRunsWhereTheTaskDoes() throws Exception {
        LaunchedTask task = sleeping();
        assertThat(run(task, shell("echo out; echo err >&2; touch made; exit 42")))
                .isEqualTo(42);
        assertThat(task.spec().sandbox().resolve("made")).exists();
        assertThat(task.file("stderr")).isEqualTo("out\nerr\n");
        assertThat(task.stdout()).isEmpty();
        assertThat(task.execute(shell("kill -TERM $$")).get())
                .as("the shim's deafness is not inherited")
                .isEqualTo(new WaitStatus(15));
        CommandInfo plain = CommandInfo.newBuilder()
                .setShell(false)
                .setValue("test")
                .addAllArguments(List.of("test", "a b", "=", "a b"))
                .build();
        assertThat(run(task, plain)).isZero();
        task.killAndWait(0);
    }

    @Test
    void environmentIsTheTasksAndItsOwnWins() throws Exception {
        LaunchedTask task = sleeping();
        CommandInfo command =
                shell("test \"$A\" = '1 2' && test \"$PASSWORD\" = s3cret && test \"$PATH\" = /bin").toBuilder()
                        .setEnvironment(Environment.newBuilder()
                                .addVariables(variable("A", "1 2"))
                                .addVariables(secret("PASSWORD", "s3cret"))
                                .addVariables(variable("PATH", "/bin")))
                        .build();
        assertThat(run(task, command)).isZero();
        assertThat(run(task, shell("test \"$PATH\" != /bin"))).isZero();
        task.killAndWait(0);
    }

    @Test
    void commandThatCannotRunIsItsOwnFailureOnly() throws Exception {
        LaunchedTask task = sleeping();
        assertThat(run(
                        task,
                        CommandInfo.newBuilder()
                                .setShell(false)
                                .setValue("no-such-program")
                                .build()))
                .isEqualTo(1);
        Files.delete(task.spec().sandbox().resolve("stderr"));
        Files.createSymbolicLink(task.spec().sandbox().resolve("stderr"), Path.of("/etc/passwd"));
        assertThat(run(task, shell("echo text"))).isZero();
        assertThat(task.killAndWait(0).message()).startsWith("Command terminated with signal");
    }

    @Test
    void cancelledCommandIsKilledWithItsChildren() throws Exception {
        LaunchedTask task = sleeping();
        CompletableFuture<WaitStatus> command = task.execute(shell("sleep 4712 & echo $! >child; wait"));
        Path child = task.spec().sandbox().resolve("child");
        await().until(() -> Files.exists(child) && Files.size(child) > 0);
        long pid = Long.parseLong(Files.readString(child).strip());
        assertThat(ProcessHandle.of(pid)).isPresent();
        command.cancel(true);
        await().until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
        assertThat(run(task, shell("true"))).isZero();
        task.killAndWait(0);
    }

    @Test
    void commandsEndWithTheTask() throws Exception {
        LaunchedTask task = sleeping();
        CompletableFuture<WaitStatus> command = task.execute(shell("touch begun; sleep 4713"));
        await().until(() -> Files.exists(task.spec().sandbox().resolve("begun")));
        task.killAndWait(0);
        try {
            assertThat(command.get().exitCode()).isEmpty();
        } catch (ExecutionException e) {
            assertThat(e).hasMessageContaining("The container has ended");
        }
        assertThatThrownBy(() -> task.execute(shell("true")).get()).isInstanceOf(ExecutionException.class);
    }

    @Test
    void nextLifeOfTheAgentRunsCommandsToo() throws Exception {
        LaunchedTask task = sleeping();
        LaunchedTask again = host.recover(task.spec()).orElseThrow();
        again.awaitRunning();
        assertThat(run(again, shell("exit 3"))).isEqualTo(3);
        again.killAndWait(0);
    }

    @Test
    void commandsDoNotWaitForLaunches() throws Exception {
        LaunchedTask task = sleeping();
        CompletableFuture<Void> launches = host.holdLaunches();
        assertThat(run(task, shell("exit 5"))).isEqualTo(5);
        launches.complete(null);
        task.killAndWait(0);
    }

    @Test
    void manyCommandsRunOneAfterTheOther() throws Exception {
        LaunchedTask task = sleeping();
        List<CompletableFuture<WaitStatus>> commands = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            commands.add(task.execute(shell("exit " + i)));
        }
        for (int i = 0; i < 40; i++) {
            assertThat(commands.get(i).get().exitCode()).hasValue(i);
        }
        task.killAndWait(0);
    }

    /** It runs when it says so: that its shim does is known before its output is open. */
    private LaunchedTask sleeping() throws Exception {
        LaunchedTask task = host.launch("echo >begun; exec sleep 1000");
        await().until(() -> Files.exists(task.spec().sandbox().resolve("begun")));
        return task;
    }

    private static CommandInfo shell(String command) {
        return CommandInfo.newBuilder().setValue(command).build();
    }

    private static int run(LaunchedTask task, CommandInfo command) throws Exception {
        WaitStatus status = task.execute(command).get();
        assertThat(status.exitCode()).isPresent();
        return status.exitCode().getAsInt();
    }
}

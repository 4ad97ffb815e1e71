package io.stoa.agent.process;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.ContainerListener.End;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills, and other signals, of real processes. */
@Timeout(120)
class SignalsTest {

    private static final int CONT = 18;
    private static final int STOP = 19;

    @TempDir
    Path directory;

    @AutoClose
    private ProcessFixture host;

    @BeforeEach
    void start() throws IOException {
        host = new ProcessFixture(directory);
    }

    @Test
    void killBeginsWithSigterm() throws Exception {
        var task = host.launch("sleep 100");
        task.running().get();
        assertThat(task.killAndWait(30_000))
                .isEqualTo(new End(
                        TaskState.TASK_KILLED, null, "Command terminated with signal Terminated", OptionalInt.of(15)));
    }

    @Test
    void commandThatIgnoresSigtermIsKilledAfterTheGracePeriod() throws Exception {
        var task = host.launch("trap '' TERM; echo ready; while :; do sleep 0.05; done");
        await().until(() -> task.stdout().equals("ready\n"));
        long before = System.nanoTime();
        assertThat(task.killAndWait(300))
                .isEqualTo(new End(
                        TaskState.TASK_KILLED, null, "Command terminated with signal Killed", OptionalInt.of(9)));
        assertThat((System.nanoTime() - before) / 1_000_000).isBetween(290L, 30_000L);
    }

    @Test
    void commandMayUseItsGracePeriod() throws Exception {
        var task = host.launch("trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done");
        await().until(() -> task.stdout().equals("ready\n"));
        assertThat(task.killAndWait(30_000))
                .isEqualTo(
                        new End(TaskState.TASK_KILLED, null, "Command exited with status 3", OptionalInt.of(3 << 8)));
        assertThat(task.stdout()).isEqualTo("ready\nbye\n");
    }

    @Test
    void signalOfWhoHearsThatItRunsReachesTheCommand() throws Exception {
        CompletableFuture<Void> held = host.holdLaunches();
        var task = host.launch("exec sleep 1000");
        var heard = task.running().thenRun(() -> task.container().signal(9));
        held.complete(null);
        assertThat(task.end().get())
                .isEqualTo(new End(
                        TaskState.TASK_FAILED, null, "Command terminated with signal Killed", OptionalInt.of(9)));
        assertThat(heard).isCompleted();
    }

    /** As those that come as soon as an agent is back. */
    @Test
    void signalsReachACommandThatIsBeingTakenUpInTheirOrder() throws Exception {
        var task = host.launch("echo $$; exec sleep 1000");
        await().until(() -> task.stdout().endsWith("\n"));
        host.leave();
        host = new ProcessFixture(directory);
        CompletableFuture<Void> held = host.holdLaunches();
        var takenUp = host.recover(task.spec()).orElseThrow();
        IntStream.of(STOP, CONT, STOP).forEach(takenUp.container()::signal);
        held.complete(null);
        Path status = Path.of("/proc", task.stdout().strip(), "status");
        await().until(() -> Files.readString(status).contains("State:\tT"));
        assertThat(takenUp.killAndWait(0).state()).isEqualTo(TaskState.TASK_KILLED);
    }

    @Test
    void secondKillShortensTheGracePeriodButNeverLengthensIt() throws Exception {
        var task = host.launch("trap '' TERM; echo ready; while :; do sleep 0.05; done");
        await().until(() -> task.stdout().equals("ready\n"));
        task.container().kill(600_000);
        task.container().kill(50);
        task.container().kill(600_000);
        assertThat(task.end().get().message()).isEqualTo("Command terminated with signal Killed");
    }

    @Test
    void killReachesStoppedProcesses() throws Exception {
        var task = host.launch("kill -STOP $$");
        task.running().get();
        assertThat(task.killAndWait(30_000).message()).isEqualTo("Command terminated with signal Terminated");
    }

    @Test
    void killReachesWhoeverLeftTheSession() throws Exception {
        var task = host.launch("setsid sh -c 'trap \"\" TERM; sleep 1000' & (setsid sleep 1001 &) & echo ready; wait");
        await().until(() -> task.stdout().equals("ready\n"));
        long shim = task.running().get().getExecutorPid();
        await().until(() -> ProcessHandle.of(shim).orElseThrow().descendants().count() >= 4);
        var descendants = ProcessHandle.of(shim).orElseThrow().descendants().toList();
        task.killAndWait(200);
        assertThat(descendants).noneMatch(ProcessHandle::isAlive);
    }
}

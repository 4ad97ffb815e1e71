package io.stoa.agent.docker;

import static io.stoa.testing.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.agent.container.ContainerIo;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.LaunchedTask;
import io.stoa.agent.container.StandardIo;
import io.stoa.agent.container.Workload;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.TTYInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands in a task's container that somebody talks with, and tasks that somebody is attached to. */
@Timeout(120)
class DockerSessionTest {

    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init")
    private static RunningTask running;

    @BeforeAll
    static void start() throws Exception {
        running = RunningTask.of(
                directory, "touch /mine; trap 'echo usr1' USR1; echo ready; while true; do sleep 0.1; done");
        await().until(() -> running.task().stdout().equals("ready\n"));
    }

    @AfterAll
    static void stop() throws Exception {
        running.close();
    }

    @Test
    void sessionTalksWithItsClient() throws Exception {
        LaunchedTask session = session("test -e /mine && echo problem >&2; cat; exit 7", false);
        session.awaitRunning();
        Heard heard = new Heard();
        ContainerIo io = session.container().io(heard);
        io.input("a word\n".getBytes(UTF_8));
        heard.await("a word\n");
        io.endInput();
        heard.over.get();
        End end = session.await();
        assertThat(end.state()).isEqualTo(TaskState.TASK_FAILED);
        assertThat(end.waitStatus()).hasValue(7 << 8);
        assertThat(heard.stdout()).isEqualTo("a word\n");
        assertThat(heard.stderr()).isEqualTo("problem\n");
    }

    @Test
    void sessionBeginsWhenSomebodyIsConnected() throws Exception {
        LaunchedTask session = session("touch /begun", false);
        session.awaitRunning();
        assertThat(running.succeeds("test -e /begun")).isFalse();
        session.container().io(new Heard());
        assertThat(session.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(running.succeeds("test -e /begun")).isTrue();
        assertThatThrownBy(() -> session.container().io(new Heard())).isInstanceOf(IOException.class);
    }

    @Test
    void terminalIsOneAndHasASize() throws Exception {
        LaunchedTask session = session("trap 'stty size' WINCH; tty; while true; do sleep 0.1; done", true);
        session.awaitRunning();
        Heard heard = new Heard();
        ContainerIo io = session.container().io(heard);
        heard.await("/dev/pts/");
        io.window(33, 77);
        heard.await("33 77");
        session.killAndWait(0);
        heard.over.get();
    }

    @Test
    void killedSessionIsGoneWithWhatItStarted() throws Exception {
        LaunchedTask session = session("sleep 4712 & sleep 4712", false);
        session.awaitRunning();
        Heard heard = new Heard();
        session.container().io(heard);
        await().until(() -> running.succeeds("ps | grep -v grep | grep -q 'sleep 4712'"));
        assertThat(session.killAndWait(0).state()).isEqualTo(TaskState.TASK_KILLED);
        heard.over.get();
        assertThat(running.succeeds("ps | grep -v grep | grep -q 'sleep 4712'")).isFalse();
    }

    @Test
    void sessionEndsWithItsConnection() throws Exception {
        LaunchedTask session = session("trap '' HUP PIPE; sleep 4713", false);
        session.awaitRunning();
        ContainerIo io = session.container().io(new Heard());
        await().until(() -> running.succeeds("ps | grep -v grep | grep -q 'sleep 4713'"));
        io.close();
        session.await();
        assertThat(running.succeeds("ps | grep -v grep | grep -q 'sleep 4713'")).isFalse();
    }

    @Test
    void sessionThatNobodyBeganIsKilledToo() throws Exception {
        LaunchedTask session = session("true", false);
        assertThat(session.killAndWait(0).state()).isEqualTo(TaskState.TASK_KILLED);
    }

    @Test
    void otherContainersInATaskAreRefused() throws Exception {
        End end = session(running.task(), "true", StandardIo.FILES).await();
        assertThat(end.reason()).isEqualTo(Reason.REASON_CONTAINER_LAUNCH_FAILED);
        assertThat(end.message())
                .isEqualTo("Failed to launch container:"
                        + " Docker containers take no other containers but sessions that have a command");
    }

    @Test
    void sessionEndsWithItsTask() throws Exception {
        LaunchedTask other = running.docker().launch(directory, "exec sleep 1000");
        other.awaitRunning();
        LaunchedTask session = session(other, "sleep 4714", StandardIo.session(Optional.empty()));
        session.awaitRunning();
        Heard heard = new Heard();
        session.container().io(heard);
        other.killAndWait(0);
        assertThat(session.await().state()).isEqualTo(TaskState.TASK_FAILED);
        heard.over.get();
    }

    @Test
    void whoIsAttachedHearsWhatTheTaskSays() throws Exception {
        Heard heard = new Heard();
        try (ContainerIo io = running.task().container().io(heard)) {
            running.task().container().signal(10);
            heard.await("usr1\n");
            assertThatThrownBy(() -> io.input(new byte[1])).hasMessage("The container's stdin is not open");
        }
        assertThat(running.task().end()).isNotDone();
    }

    @Test
    void taskWithATerminalIsTalkedWith() throws Exception {
        ContainerSpec spec = running.docker()
                .spec(
                        directory,
                        info -> DockerFixture.command(info, "tty; read word; echo $word!")
                                .getContainerBuilder()
                                .setTtyInfo(TTYInfo.getDefaultInstance()));
        LaunchedTask terminal = running.docker().launch(spec);
        terminal.awaitRunning();
        Heard heard = new Heard();
        ContainerIo io = terminal.container().io(heard);
        io.input("word\n".getBytes(UTF_8));
        heard.over.get();
        assertThat(heard.stdout()).contains("word!");
        assertThat(terminal.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(terminal.stdout()).startsWith("/dev/").contains("word!");
    }

    private static LaunchedTask session(String command, boolean terminal) {
        return session(
                running.task(),
                command,
                StandardIo.session(
                        terminal
                                ? Optional.of(ContainerInfo.newBuilder()
                                        .setType(ContainerInfo.Type.MESOS)
                                        .setTtyInfo(TTYInfo.getDefaultInstance())
                                        .build())
                                : Optional.empty()));
    }

    private static LaunchedTask session(LaunchedTask parent, String command, StandardIo io) {
        ContainerSpec root = parent.spec();
        Workload workload = new Workload(
                "session",
                Optional.of(CommandInfo.newBuilder().setValue(command).build()),
                Optional.empty(),
                List.of(),
                Map.of(),
                io);
        return LaunchedTask.launch(
                running.docker().containerizer(),
                new ContainerSpec(
                        root.id().child(UUID.randomUUID().toString()),
                        root.frameworkId(),
                        workload,
                        root.sandbox(),
                        root.runtimeDir(),
                        root.environment(),
                        root.user(),
                        List.of()));
    }

    private static final class Heard implements ContainerIo.Listener {

        private final StringWriter stdout = new StringWriter();
        private final StringWriter stderr = new StringWriter();
        private final CompletableFuture<Void> over = new CompletableFuture<>();

        @Override
        public void output(ContainerIo.Source source, byte[] data) {
            (source == ContainerIo.Source.STDERR ? stderr : stdout).append(new String(data, UTF_8));
        }

        @Override
        public void ended() {
            over.complete(null);
        }

        String stdout() {
            return stdout.toString();
        }

        String stderr() {
            return stderr.toString();
        }

        void await(String text) {
            io.stoa.testing.Patience.await().until(() -> stdout().contains(text));
        }
    }
}

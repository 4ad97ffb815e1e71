package io.stoa.agent.process;

import static io.stoa.testing.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.agent.container.LaunchedTask;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process that all shims are forks of. */
@Timeout(120)
class ShimLauncherTest {

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
        assertThat(launchers()).isEmpty();
    }

    @Test
    void oneIsEnoughForAllShimsAndIsTheirParent() throws Exception {
        LaunchedTask first = host.launch("exec sleep 1000");
        LaunchedTask second = host.launch("exec sleep 1000");
        ProcessHandle shim = shim(first);
        assertThat(launchers()).containsExactly(shim.parent().orElseThrow());
        assertThat(shim(second).parent()).isEqualTo(shim.parent());
        // It holds nothing of theirs: what it has open is its stdin, nothing twice, and the socket.
        await().until(() -> descriptors(shim.parent().orElseThrow()) == 4);
    }

    @Test
    void killedOneIsReplacedAndItsShimsLiveOn() throws Exception {
        LaunchedTask before = host.launch("exec sleep 1000");
        ProcessHandle shim = shim(before);
        ProcessHandle launcher = shim.parent().orElseThrow();
        launcher.destroyForcibly();
        launcher.onExit().join();
        await().until(() -> launchers().isEmpty());
        assertThat(host.run("exit 0").state()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(launchers()).hasSize(1).doesNotContain(launcher);
        assertThat(shim.isAlive()).isTrue();
        assertThat(before.killAndWait(0).state()).isEqualTo(TaskState.TASK_KILLED);
    }

    /** As one that has ended, of which that is not known yet. */
    @Test
    void oneThatCannotBeReachedIsReplaced() throws Exception {
        LaunchedTask before = host.launch("exec sleep 1000");
        ProcessHandle launcher = shim(before).parent().orElseThrow();
        Path socket = directory.resolve("run/launcher-" + launcher.pid());
        Files.delete(socket);
        try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(host.run("exit 0").state()).isEqualTo(TaskState.TASK_FINISHED);
        await().untilAsserted(() -> assertThat(launchers()).hasSize(1).doesNotContain(launcher));
        assertThat(before.killAndWait(0).state()).isEqualTo(TaskState.TASK_KILLED);
    }

    @Test
    void oneWhoseAddressIsRemovedIsReplaced() throws Exception {
        LaunchedTask before = host.launch("exec sleep 1000");
        ProcessHandle launcher = shim(before).parent().orElseThrow();
        Files.delete(directory.resolve("run/launcher-" + launcher.pid()));
        assertThat(host.run("exit 0").state()).isEqualTo(TaskState.TASK_FINISHED);
        await().untilAsserted(() -> assertThat(launchers()).hasSize(1).doesNotContain(launcher));
        assertThat(before.killAndWait(0).state()).isEqualTo(TaskState.TASK_KILLED);
    }

    @Test
    void shimsOutliveTheAgentAndWhoStartsThemDoesNot() throws Exception {
        LaunchedTask task = host.launch("exec sleep 1000");
        ProcessHandle shim = shim(task);
        host.leave();
        assertThat(launchers()).isEmpty();
        assertThat(shim.isAlive()).isTrue();
        host = new ProcessFixture(directory);
        LaunchedTask recovered = host.recover(task.spec()).orElseThrow();
        assertThat(recovered.killAndWait(0).state()).isEqualTo(TaskState.TASK_KILLED);
    }

    @Test
    void agentsThatShareADirectoryEachHaveTheirOwn() throws Exception {
        Path shared = directory.resolve("shared");
        try (ShimLauncher one = ShimLauncher.unpack(shared)) {
            try (ShimLauncher two = ShimLauncher.unpack(shared)) {
                start(one, "first");
                start(two, "second");
                assertThat(launchers()).hasSize(2);
            }
            start(one, "third");
        }
        try (var left = Files.list(shared)) {
            assertThat(left).containsExactly(shared.resolve("stoa-shim"));
        }
    }

    /** Returns when the command has ended. */
    private void start(ShimLauncher launcher, String name) throws IOException {
        ShimFiles files = new ShimFiles(Files.createDirectory(directory.resolve(name)));
        String launch = "w" + files.directory() + "\0d" + directory + "\0x/bin/true\0atrue\0";
        launcher.start(launch.getBytes(UTF_8));
        await().until(() -> files.exit().isPresent());
    }

    @Test
    void whatKeepsShimsFromBeingStartedIsSaid() throws Exception {
        try (ShimLauncher launcher = ShimLauncher.unpack(directory.resolve("other"))) {
            Files.writeString(directory.resolve("other/stoa-shim"), "#!/bin/sh\necho something; exit 1\n");
            assertThatThrownBy(() -> launcher.start(new byte[0]))
                    .isInstanceOf(IOException.class)
                    .hasMessage("Shims cannot be started: something");
        }
    }

    @Test
    void launchThatIsCutShortStartsNothing() throws Exception {
        try (ShimLauncher launcher = ShimLauncher.unpack(directory.resolve("other"))) {
            assertThatThrownBy(() -> launcher.start(new byte[] {'d', '/'}))
                    .isInstanceOf(IOException.class)
                    .hasMessage("Truncated launch ''");
        }
    }

    private static ProcessHandle shim(LaunchedTask task) throws Exception {
        return ProcessHandle.of(task.awaitRunning().getExecutorPid()).orElseThrow();
    }

    /** What else this process has started is of tests before. */
    private static List<ProcessHandle> launchers() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("/stoa-shim"))
                .toList();
    }

    private static long descriptors(ProcessHandle process) throws IOException {
        try (var open = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return open.count();
        }
    }
}

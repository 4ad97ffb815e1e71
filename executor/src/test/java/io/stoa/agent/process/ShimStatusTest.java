package io.stoa.agent.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.SmallDisk;
import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.LaunchedTask;
import io.stoa.testing.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a shim says of its command's end. */
@Timeout(120)
class ShimStatusTest {

    private static final String WAITS = "while [ ! -e go ]; do sleep 0.02; done; exit 3";

    /** What the kernel does to a group of version 2. */
    private static final String IS_SHORT = "cat more > group/memory.events.local; cat more > group/memory.events";

    @TempDir
    Path directory;

    @AutoClose
    private ProcessFixture host;

    @BeforeEach
    void start() throws IOException {
        host = new ProcessFixture(directory);
    }

    @Test
    void fullDiskDoesNotLoseIt() throws Exception {
        ContainerSpec spec = host.spec(WAITS);
        try (SmallDisk disk = new SmallDisk(spec.runtimeDir(), "64k")) {
            LaunchedTask task = host.launch(spec);
            task.awaitRunning();
            disk.fill();
            assertThat(end(task))
                    .isEqualTo(new End(
                            TaskState.TASK_FAILED, null, "Command exited with status 3", OptionalInt.of(3 << 8)));
        }
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

    @Test
    void memoryThatWasShortBeforeIsNobodysAnyMore() throws Exception {
        Path group = group();
        assertThat(await(launch(group, "true")).outOfMemory()).isFalse();
        ShimFiles files = launch(group, IS_SHORT);
        assertThat(await(files).outOfMemory()).isTrue();
        assertThat(files.memory()).contains("anon 5\n");
    }

    @Test
    void memoryThatIsShortInAGroupBelowIsNotItsOwn() throws Exception {
        assertThat(await(launch(group(), "cat more > group/memory.events")).outOfMemory())
                .isFalse();
    }

    /** As what a shell starts, which itself ends by the signal. */
    @Test
    void whatACommandLeavesBehindMayFinishWhenItIsKilled() throws Exception {
        ShimFiles files =
                launch("f600000", "sh -c \"trap 'echo bye; exit' TERM; sleep 1000 & echo ready; wait\"; true");
        Path stdout = directory.resolve("stdout");
        Patience.await()
                .until(() -> Files.exists(stdout) && Files.readString(stdout).equals("ready\n"));
        kill(files, 600_000);
        assertThat(await(files).status().words()).isEqualTo("terminated with signal Terminated");
        assertThat(stdout).hasContent("ready\nbye\n");
    }

    @Test
    void killAfterMemoryWasShortIsNotWhatEndedIt() throws Exception {
        ShimFiles files = launch(group(), IS_SHORT + "; echo > begun; sleep 1000");
        Patience.await().until(() -> Files.exists(directory.resolve("begun")));
        kill(files, 0);
        ShimFiles.Exit exit = await(files);
        assertThat(exit.outOfMemory()).isTrue();
        assertThat(exit.killed()).isFalse();
    }

    /** Returns when nothing of it is left. */
    private static void kill(ShimFiles files, long gracePeriodMs) throws Exception {
        try (ShimLoop shims = new ShimLoop()) {
            CompletableFuture<Void> ended = new CompletableFuture<>();
            shims.connect(files, () -> ended.complete(null)).kill(gracePeriodMs);
            ended.get();
        }
    }

    /** A directory that stands in for a group of version 2, which not every machine has; somebody was killed in it. */
    private Path group() throws IOException {
        Path group = Files.createDirectory(directory.resolve("group"));
        Files.writeString(group.resolve("memory.events"), events(1));
        Files.writeString(group.resolve("memory.events.local"), events(1));
        Files.writeString(group.resolve("memory.stat"), "anon 5\n");
        Files.writeString(directory.resolve("more"), events(2));
        return group;
    }

    private static String events(int times) {
        return "low 0\nhigh 0\nmax 7\noom " + times + "\noom_kill " + times + "\noom_group_kill 0\n";
    }

    private ShimFiles launch(Path group, String command) throws IOException {
        return launch("m" + group, command);
    }

    /** @param more of what a shim is told */
    private ShimFiles launch(String more, String command) throws IOException {
        ShimFiles files = new ShimFiles(Files.createTempDirectory(directory, "run"));
        String launch =
                "w" + files.directory() + "\0d" + directory + "\0x/bin/sh\0ash\0a-c\0a" + command + "\0" + more + "\0";
        try (ShimLauncher launcher = ShimLauncher.unpack(directory)) {
            launcher.start(launch.getBytes(UTF_8));
        }
        return files;
    }

    private static ShimFiles.Exit await(ShimFiles files) throws IOException {
        Patience.await().until(() -> files.exit().isPresent());
        return files.exit().orElseThrow();
    }
}

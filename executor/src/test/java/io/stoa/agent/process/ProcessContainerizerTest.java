package io.stoa.agent.process;

import static io.stoa.testing.Patience.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.TTYInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs real processes; those that switch the user need root. */
@Timeout(120)
class ProcessContainerizerTest {

    @TempDir
    Path directory;

    @AutoClose
    private ProcessFixture host;

    @BeforeEach
    void start() throws IOException {
        host = new ProcessFixture(directory);
    }

    @Test
    void exitStatusIsReportedInMesosWords() throws Exception {
        assertThat(host.run("exit 0"))
                .isEqualTo(
                        new End(TaskState.TASK_FINISHED, null, "Command exited with status 0", OptionalInt.of(0 << 8)));
        assertThat(host.run("exit 7"))
                .isEqualTo(
                        new End(TaskState.TASK_FAILED, null, "Command exited with status 7", OptionalInt.of(7 << 8)));
        assertThat(host.run("exit 255")).isEqualTo(failed("Command exited with status 255", 255 << 8));
    }

    @Test
    void signalIsReportedInMesosWords() throws Exception {
        assertThat(host.run("kill -9 $$")).isEqualTo(failed("Command terminated with signal Killed", 9));
        assertThat(host.run("ulimit -c 0; kill -SEGV $$"))
                .isEqualTo(failed("Command terminated with signal Segmentation fault", 11));
        assertThat(host.run("kill -TERM $$")).isEqualTo(failed("Command terminated with signal Terminated", 15));
    }

    @Test
    void outputGoesToTheSandbox() throws Exception {
        var task = host.launch("echo out; echo err >&2; pwd");
        task.end().get();
        assertThat(task.stdout()).isEqualTo("out\n" + task.spec().sandbox().toRealPath() + "\n");
        assertThat(task.file("stderr")).isEqualTo("err\n");
    }

    @Test
    void runningCarriesContainerAddressAndPid() throws Exception {
        var task = host.launch("sleep 100");
        var status = task.running().get();
        assertThat(status.getContainerId().getValue()).isEqualTo(task.spec().containerId());
        assertThat(status.getNetworkInfos(0).getIpAddresses(0).getIpAddress()).isEqualTo("127.0.0.1");
        ProcessHandle shim = ProcessHandle.of(status.getExecutorPid()).orElseThrow();
        await().until(() -> shim.children().count() == 1);
        task.killAndWait(0);
    }

    @Test
    void argumentsArePassedAsTheyAre() throws Exception {
        var task = host.launch(host.spec(CommandInfo.newBuilder()
                .setShell(false)
                .setValue("/usr/bin/printf")
                .addArguments("printf")
                .addArguments("%s|")
                .addArguments("a b")
                .addArguments("$HOME")
                .addArguments("")
                .build()));
        task.end().get();
        assertThat(task.stdout()).isEqualTo("a b|$HOME||");
    }

    @Test
    void executableIsFoundOnTheTasksPath() throws Exception {
        var end = host.launch(host.spec(CommandInfo.newBuilder()
                        .setShell(false)
                        .setValue("true")
                        .build()))
                .end();
        assertThat(end.get().state()).isEqualTo(TaskState.TASK_FINISHED);
    }

    @Test
    void environmentIsExactlyTheGivenOne() throws Exception {
        var task = host.launch(host.spec(
                CommandInfo.newBuilder()
                        .setShell(false)
                        .setValue("/usr/bin/env")
                        .build(),
                Map.of("A", "1 2", "UMLAUT", "ä\nb", "LD_PRELOAD", "")));
        task.end().get();
        assertThat(task.stdout().lines()).containsExactlyInAnyOrder("A=1 2", "UMLAUT=ä", "b", "LD_PRELOAD=");
    }

    @Test
    void missingExecutableFailsLikeInMesos() throws Exception {
        var task = host.launch(host.spec(
                CommandInfo.newBuilder().setShell(false).setValue("/no/such").build()));
        assertThat(task.end().get()).isEqualTo(failed("Command exited with status 1", 1 << 8));
        assertThat(task.file("stderr")).isEqualTo("Failed to execute '/no/such': No such file or directory\n");
    }

    @Test
    void commandWithNulCharacterIsRefused() throws Exception {
        assertThat(host.run("echo a\0b"))
                .isEqualTo(new End(
                        TaskState.TASK_FAILED,
                        Reason.REASON_CONTAINER_LAUNCH_FAILED,
                        "Failed to launch container: The command or its environment holds a NUL character"));
    }

    @Test
    void taskRunsAsItsUser() throws Exception {
        var task = host.launch(host.spec("id -un; id -gn; touch made", "nobody"));
        assertThat(task.end().get().state()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(task.stdout()).isEqualTo("nobody\nnogroup\n");
        assertThat(Files.getOwner(task.spec().sandbox().resolve("made")).getName())
                .isEqualTo("nobody");
        assertThat(Files.getOwner(task.spec().sandbox().resolve("stdout")).getName())
                .isEqualTo("nobody");
    }

    @Test
    void supplementaryGroupsOfTheAgentAreDropped() throws Exception {
        var task = host.launch(host.spec("id -G; grep -E 'Cap(Eff|Prm)' /proc/self/status | cut -f2", "nobody"));
        task.end().get();
        assertThat(task.stdout()).isEqualTo("65534\n0000000000000000\n0000000000000000\n");
    }

    @Test
    void unknownUserFailsTheLaunch() throws Exception {
        var task = host.launch(host.spec("true", "no-such-user"));
        assertThat(task.end().get().message()).isEqualTo("Failed to launch container: No such user 'no-such-user'");
        assertThat(task.running()).isNotDone();
    }

    @Test
    void linkInTheSandboxDoesNotRedirectOutput() throws Exception {
        Path victim = Files.writeString(directory.resolve("victim"), "untouched");
        var spec = host.spec("echo overwritten");
        Files.createSymbolicLink(spec.sandbox().resolve("stdout"), victim);
        var end = host.launch(spec).end().get();
        assertThat(end.reason()).isEqualTo(Reason.REASON_CONTAINER_LAUNCH_FAILED);
        assertThat(end.message()).startsWith("Failed to launch container: stdout: ");
        assertThat(victim).hasContent("untouched");
    }

    @Test
    void sandboxThatIsNotItsUsersIsNotEntered() throws Exception {
        var spec = host.spec("pwd", "nobody");
        Files.delete(spec.sandbox());
        Files.createSymbolicLink(spec.sandbox(), Files.createDirectory(directory.resolve("of-root")));
        var end = host.launch(spec).end().get();
        assertThat(end.message()).isEqualTo("Failed to launch container: The sandbox does not belong to user 'nobody'");
        assertThat(directory.resolve("of-root")).isEmptyDirectory();
    }

    @Test
    void terminalsCommandWritesToNoFifo() throws Exception {
        var spec = host.spec(new Workload(
                "task",
                Optional.of(CommandInfo.newBuilder().setValue("echo text").build()),
                Optional.of(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.MESOS)
                        .setTtyInfo(TTYInfo.getDefaultInstance())
                        .build()),
                List.of(),
                Map.of()));
        new ProcessBuilder("mkfifo", spec.sandbox().resolve("stdout").toString())
                .start()
                .waitFor();
        var end = host.launch(spec).end().get();
        assertThat(end.reason()).isEqualTo(Reason.REASON_CONTAINER_LAUNCH_FAILED);
        assertThat(end.message()).startsWith("Failed to launch container: stdout: ");
    }

    @Test
    void daemonsOfAnEndedCommandAreKilled() throws Exception {
        var task = host.launch("(setsid sleep 1002 & echo $! > pid) ; (setsid sh -c 'sleep 1003' &) ; exit 5");
        assertThat(task.end().get()).isEqualTo(failed("Command exited with status 5", 5 << 8));
        long daemon = Long.parseLong(task.file("pid").strip());
        assertThat(ProcessHandle.of(daemon).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void killDuringFetchCancelsIt() throws Exception {
        CompletableFuture<Void> fetching = host.holdFetches();
        var task = host.launch(host.spec(CommandInfo.newBuilder()
                .setValue("echo never")
                .addUris(CommandInfo.URI.newBuilder().setValue("http://x/y"))
                .build()));
        task.container().kill(3_000);
        assertThat(task.end().get())
                .isEqualTo(new End(
                        TaskState.TASK_KILLED,
                        Reason.REASON_TASK_KILLED_DURING_LAUNCH,
                        "Killed before delivery to the executor"));
        assertThat(fetching).isCancelled();
        assertThat(task.running()).isNotDone();
        assertThat(task.spec().sandbox()).isEmptyDirectory();
    }

    @Test
    void failedFetchFailsTheTask() throws Exception {
        CompletableFuture<Void> fetching = host.holdFetches();
        var task = host.launch(host.spec(CommandInfo.newBuilder()
                .setValue("echo never")
                .addUris(CommandInfo.URI.newBuilder().setValue("http://x/y"))
                .build()));
        fetching.completeExceptionally(new IOException("http://x/y: 404"));
        assertThat(task.end().get())
                .isEqualTo(new End(
                        TaskState.TASK_FAILED,
                        Reason.REASON_CONTAINER_LAUNCH_FAILED,
                        "Failed to launch container: http://x/y: 404"));
    }

    @Test
    void killRightAfterLaunchEndsTheTask() throws Exception {
        for (int i = 0; i < 20; i++) {
            var task = host.launch("sleep 1000");
            task.container().kill(1_000);
            assertThat(task.end().get().state()).isEqualTo(TaskState.TASK_KILLED);
        }
    }

    @Test
    void longRuntimeDirectoriesWork() throws Exception {
        Path deep = directory.resolve("d".repeat(120)).resolve("e".repeat(120));
        try (ProcessFixture far = new ProcessFixture(deep)) {
            var task = far.launch("sleep 1000");
            task.running().get();
            assertThat(task.killAndWait(0).state()).isEqualTo(TaskState.TASK_KILLED);
        }
    }

    @Test
    void nextAgentTakesUpARunningTask() throws Exception {
        var first = host.launch("echo ready; sleep 1000");
        int pid = first.running().get().getExecutorPid();
        host.leave();
        host = new ProcessFixture(directory);
        var second = host.recover(first.spec()).orElseThrow();
        assertThat(second.running().get().getExecutorPid()).isEqualTo(pid);
        assertThat(second.killAndWait(1_000))
                .isEqualTo(new End(
                        TaskState.TASK_KILLED, null, "Command terminated with signal Terminated", OptionalInt.of(15)));
        assertThat(first.end()).isNotDone();
    }

    @Test
    void nextAgentReportsWhatEndedMeanwhile() throws Exception {
        var first = host.launch("while [ ! -e go ]; do sleep 0.02; done; exit 9");
        first.running().get();
        host.leave();
        Files.createFile(first.spec().sandbox().resolve("go"));
        await().until(() -> Files.notExists(first.spec().runtimeDir().resolve("control")));
        host = new ProcessFixture(directory);
        var second = host.recover(first.spec()).orElseThrow();
        assertThat(second.end().get()).isEqualTo(failed("Command exited with status 9", 9 << 8));
    }

    @Test
    void killThatThePreviousAgentSentIsStillAKill() throws Exception {
        var first = host.launch(
                "trap 'while [ ! -e go ]; do sleep 0.02; done; exit 4' TERM; echo ready; sleep 1000 & wait");
        await().until(() -> first.stdout().equals("ready\n"));
        first.container().kill(600_000);
        host.leave();
        Files.createFile(first.spec().sandbox().resolve("go"));
        await().until(() -> Files.notExists(first.spec().runtimeDir().resolve("control")));
        host = new ProcessFixture(directory);
        assertThat(host.recover(first.spec()).orElseThrow().end().get())
                .isEqualTo(
                        new End(TaskState.TASK_KILLED, null, "Command exited with status 4", OptionalInt.of(4 << 8)));
    }

    @Test
    void statusThatTheHostLostIsAsIfNeverWritten() throws Exception {
        var spec = host.spec("true");
        Files.createFile(spec.runtimeDir().resolve("log"));
        Files.createFile(spec.runtimeDir().resolve("status"));
        assertThat(host.recover(spec).orElseThrow().await())
                .isEqualTo(new End(TaskState.TASK_FAILED, null, "Failed to get exit status for Command"));
    }

    @Test
    void nothingIsRecoveredWhereNothingWasStarted() throws Exception {
        assertThat(host.recover(host.spec("true"))).isEmpty();
    }

    @Test
    void commandDiesWithItsShimAndThatIsSaid() throws Exception {
        var task = host.launch("exec sleep 1000");
        ProcessHandle shim =
                ProcessHandle.of(task.running().get().getExecutorPid()).orElseThrow();
        await().until(() -> shim.children().count() == 1);
        ProcessHandle command = shim.children().findFirst().orElseThrow();
        shim.destroyForcibly();
        assertThat(task.end().get())
                .isEqualTo(new End(TaskState.TASK_FAILED, null, "Failed to get exit status for Command"));
        await().until(() -> !command.isAlive());
    }

    @Test
    void twoHundredTasksLeaveNothingBehind() throws Exception {
        host.run("true");
        await().alias("only what launches shims is left")
                .until(() -> ProcessHandle.current().descendants().count() == 1);
        long descriptors = descriptors();
        var tasks = IntStream.range(0, 200)
                .mapToObj(i -> host.launchUnchecked(i % 2 == 0 ? "(sleep 1004 &) ; exit 0" : "sleep 1005"))
                .toList();
        tasks.forEach(task -> task.running().join());
        tasks.forEach(task -> task.container().kill(5_000));
        tasks.forEach(task -> task.end().join());
        var shims = tasks.stream()
                .map(task -> (long) task.running().join().getExecutorPid())
                .toList();
        await().until(() ->
                shims.stream().noneMatch(pid -> ProcessHandle.of(pid).isPresent()));
        assertThat(ProcessHandle.current().descendants()).hasSize(1);
        await().until(() -> descriptors() <= descriptors);
        assertThat(tasks.stream().map(task -> task.end().join().state()))
                .containsOnly(TaskState.TASK_FINISHED, TaskState.TASK_KILLED);
    }

    /** 16 at a time, so that what leaks shows above what is open in between. */
    @Test
    void aThousandShortTasksLeakNothing() throws Exception {
        sixteenShortTasks();
        long descriptors = descriptors();
        int threads = Thread.activeCount();
        long processes = ProcessHandle.current().children().count();
        for (int round = 0; round < 62; round++) {
            sixteenShortTasks();
        }
        await().until(() -> descriptors() <= descriptors);
        assertThat(Thread.activeCount()).isLessThan(threads + 16);
        await().until(() -> ProcessHandle.current().descendants().count() == processes);
        assertThat(zombies()).isZero();
    }

    private void sixteenShortTasks() throws Exception {
        var tasks = IntStream.range(0, 16)
                .mapToObj(i -> host.launchUnchecked("exit 0"))
                .toList();
        for (var task : tasks) {
            assertThat(task.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        }
    }

    /** Children of this very process, and of whoever starts shims for it, that have ended and were not waited for. */
    private static long zombies() throws IOException {
        try (var processes = Files.list(Path.of("/proc"))) {
            var parents = Stream.concat(
                            Stream.of(ProcessHandle.current()),
                            ProcessHandle.current().children())
                    .map(parent -> " Z " + parent.pid() + " ")
                    .toList();
            return processes
                    .map(process -> process.resolve("stat"))
                    .filter(Files::isReadable)
                    .map(ProcessContainerizerTest::read)
                    .filter(stat -> parents.stream().anyMatch(stat::contains))
                    .count();
        }
    }

    /** Empty where the process is gone. */
    private static String read(Path file) {
        try {
            return Files.readString(file, ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void onlyCommandsWithoutImagesAreAccepted() throws Exception {
        assertThat(host.accepts(task -> {})).isTrue();
        assertThat(host.accepts(
                        task -> task.setContainer(ContainerInfo.newBuilder().setType(ContainerInfo.Type.MESOS))))
                .isTrue();
        assertThat(host.accepts(
                        task -> task.setContainer(ContainerInfo.newBuilder().setType(ContainerInfo.Type.DOCKER))))
                .isFalse();
        assertThat(host.accepts(task -> task.clearCommand())).isFalse();
    }

    private static long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static End failed(String message, int waitStatus) {
        return new End(TaskState.TASK_FAILED, null, message, OptionalInt.of(waitStatus));
    }
}

package io.stoa.agent.process;

import static io.stoa.testing.Patience.await;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.container.ContainerListener.End;
import io.stoa.agent.container.ContainerSpec;
import io.stoa.agent.container.LaunchedTask;
import io.stoa.agent.container.Workload;
import io.stoa.agent.isolation.Isolation;
import io.stoa.agent.isolation.IsolationConfig;
import io.stoa.state.resources.Resources;
import io.stoa.time.SystemTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.LinuxInfo;
import org.apache.mesos.v1.Protos.RLimitInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.ResourceStatistics;
import org.apache.mesos.v1.Protos.TTYInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus.Reason;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes in real cgroups, of the version that this machine has; needs root. */
@Timeout(120)
class CgroupIsolationTest {

    @TempDir
    Path directory;

    private final TestCgroups cgroups = new TestCgroups();
    private ProcessFixture host;

    @BeforeEach
    void start() throws IOException {
        host = new ProcessFixture(directory, cgroups.config());
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        if (host != null) {
            List<Path> left = cgroups.groups();
            host.close();
            assertThat(left).isEmpty();
            assertThat(cgroups.groups()).isEmpty();
        }
    }

    @Test
    void commandAndAllItStartsAreInTheGroupsFromTheirFirstInstruction() throws Exception {
        ContainerSpec spec = spec(
                "cat /proc/self/cgroup; (setsid sh -c 'cat /proc/self/cgroup'); until [ -e go ]; do sleep 0.02; done",
                "cpus:1;mem:64");
        LaunchedTask task = host.launch(spec);
        task.awaitRunning();
        List<Path> groups = cgroups.groups();
        Files.createFile(spec.sandbox().resolve("go"));
        assertThat(task.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        String group = cgroups.root() + "/" + spec.containerId();
        // The command's own and its daemon's.
        long joined =
                task.stdout().lines().filter(line -> line.endsWith("/" + group)).count();
        assertThat(groups).isNotEmpty();
        assertThat(joined).isEqualTo(2L * groups.size());
    }

    @Test
    void forkBombThatIgnoresSigtermIsKilledAsAWhole() throws Exception {
        LaunchedTask task = host.launch(spec(
                "trap '' TERM; echo ready; bomb() { n=0; while [ $n -lt 40 ]; do (setsid sh -c 'trap \"\" TERM; sleep 100' &);"
                        + " n=$((n+1)); done; }; while :; do bomb; wait; done",
                "cpus:4;mem:512"));
        await().until(() -> task.stdout().equals("ready\n"));
        Path procs = cgroups.find("cgroup.procs", task.spec());
        await().until(() -> Files.readAllLines(procs).size() > 100);
        assertThat(task.killAndWait(200).message()).isEqualTo("Command terminated with signal Killed");
        assertThat(procs).doesNotExist();
    }

    @Test
    void killReachesTheCommandOfATerminalThatHasNotOpenedItsLogs() throws Exception {
        ContainerSpec spec = host.spec(new Workload(
                "task",
                Optional.of(shell("exec sleep 1000")),
                Optional.of(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.MESOS)
                        .setTtyInfo(TTYInfo.getDefaultInstance())
                        .build()),
                resources("cpus:0.1;mem:32"),
                Map.of()));
        cgroups.freeze(spec);
        LaunchedTask task = host.launch(spec);
        task.awaitRunning();
        assertThat(task.killAndWait(0).state()).isEqualTo(TaskState.TASK_KILLED);
    }

    @Test
    void whoeverOutlivesTheShimDoesNotOutliveTheContainer() throws Exception {
        LaunchedTask task = host.launch(spec("(setsid sleep 1006 &); echo ready; exec sleep 1007", "cpus:0.1;mem:32"));
        await().until(() -> task.stdout().equals("ready\n"));
        Path procs = cgroups.find("cgroup.procs", task.spec());
        await().until(() -> Files.readAllLines(procs).size() == 2);
        List<ProcessHandle> processes = Files.readAllLines(procs).stream()
                .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
                .toList();
        ProcessHandle.of(task.awaitRunning().getExecutorPid()).orElseThrow().destroyForcibly();
        task.await();
        await().until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void whoeverLeavesItsGroupDoesNotOutliveTheContainer() throws Exception {
        List<Path> others = cgroups.makeOthers();
        String procs = others.stream().map(group -> group + "/cgroup.procs").collect(joining(" "));
        LaunchedTask task = host.launch(
                spec("sleep 100 & echo $!; for procs in " + procs + "; do echo $! > $procs; done", "cpus:0.1;mem:32"));
        assertThat(task.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(ProcessHandle.of(Long.parseLong(task.stdout().strip()))).isEmpty();
        for (Path group : others) {
            Files.delete(group);
        }
    }

    @Test
    void usageIsThatOfTheGroups() throws Exception {
        LaunchedTask task = host.launch(
                spec("ten=$(head -c 10m /dev/zero | tr '\\0' x); echo ready; while :; do :; done", "cpus:0.5;mem:64"));
        await().until(() -> task.stdout().equals("ready\n"));
        await().until(() -> usage(task).getCpusUserTimeSecs() + usage(task).getCpusSystemTimeSecs() > 0.05);
        ResourceStatistics usage = usage(task);
        assertThat(usage.getCpusLimit()).isEqualTo(0.5);
        assertThat(usage.getCpusNrPeriods()).isPositive();
        assertThat(usage.getMemLimitBytes()).isEqualTo(64 << 20);
        assertThat(usage.getMemTotalBytes()).isGreaterThan(10 << 20);
        assertThat(usage.getMemRssBytes()).isGreaterThan(9 << 20);
        assertThat(usage.getProcesses()).isEqualTo(1);
        assertThat(usage.getThreads()).isEqualTo(1);
        assertThat(usage.getTimestamp()).isGreaterThan(1_700_000_000);
        task.killAndWait(0);
    }

    @Test
    void executorIsGivenMoreWhenTasksComeToIt() throws Exception {
        LaunchedTask executor = host.launch(
                spec("while [ ! -e go ]; do sleep 0.02; done; head -c 60m /dev/zero | tail", "cpus:0.1;mem:32"));
        executor.awaitRunning();
        host.isolation().update(executor.spec().id(), resources("cpus:1;mem:256"), Map.of());
        Files.createFile(executor.spec().sandbox().resolve("go"));
        assertThat(executor.await().state()).isEqualTo(TaskState.TASK_FINISHED);
    }

    @Test
    void whatAnExecutorIsGivenBeforeItHasStartedIsWhatItHasThen() throws Exception {
        CompletableFuture<Void> fetched = host.holdFetches();
        ContainerSpec spec = host.spec(new Workload(
                "executor",
                Optional.of(shell("exec sleep 1000").toBuilder()
                        .addUris(CommandInfo.URI.newBuilder().setValue("/any"))
                        .build()),
                Optional.empty(),
                resources("cpus:0.1;mem:64"),
                Map.of()));
        LaunchedTask executor = host.launch(spec);
        executor.container().update(withResources(spec, "cpus:0.1;mem:128"));
        fetched.complete(null);
        executor.awaitRunning();
        assertThat(usage(executor).getMemLimitBytes()).isEqualTo(128L << 20);
        executor.killAndWait(0);
    }

    @Test
    void nestedContainersShareTheirRootsLimitsAndEndAlone() throws Exception {
        ContainerSpec pod = spec("unused", "cpus:0.1;mem:48");
        host.isolation().prepare(pod);
        LaunchedTask one = host.launch(host.nested(pod.id(), "cat /proc/self/cgroup; exec sleep 1008"));
        LaunchedTask two = host.launch(
                host.nested(pod.id(), "echo ready; while [ ! -e go ]; do sleep 0.02; done; tail /dev/zero"));
        await().until(() -> !one.stdout().isEmpty() && !two.stdout().isEmpty());
        assertIsLimitedBy(cgroups.root() + "/" + pod.containerId(), one);
        assertThat(one.killAndWait(5_000).message()).isEqualTo("Command terminated with signal Terminated");
        assertThat(two.end()).isNotDone();
        Files.createFile(two.spec().sandbox().resolve("go"));
        End end = two.await();
        assertThat(end.reason()).isEqualTo(Reason.REASON_CONTAINER_LIMITATION_MEMORY);
        assertThat(end.message()).contains("Requested: 48MB");
        host.isolation().destroy(pod.id());
    }

    @Test
    void nestedContainersThatShareLimitsHaveFiguresOfTheirOwn() throws Exception {
        ContainerSpec pod = spec("unused", "cpus:0.1;mem:128");
        host.isolation().prepare(pod);
        LaunchedTask small = host.launch(host.nested(pod.id(), "exec sleep 1000"));
        LaunchedTask large =
                host.launch(host.nested(pod.id(), "x=$(head -c 20000000 /dev/zero | tr '\\0' x); sleep 1000; echo $x"));
        small.awaitRunning();
        large.awaitRunning();
        await().until(() -> usage(large).getMemRssBytes() > 20_000_000);
        // It may be told to run before there is a process that counts.
        await().until(() -> usage(small).getMemRssBytes() > 0);
        assertThat(usage(small).getMemRssBytes()).isBetween(1L, 10L << 20);
        small.killAndWait(0);
        large.killAndWait(0);
        host.isolation().destroy(pod.id());
    }

    @Test
    void nestedContainerThatSharesNoCgroupsHasLimitsOfItsOwn() throws Exception {
        ContainerSpec pod = spec("unused", "cpus:1;mem:256");
        host.isolation().enclose(pod);
        LaunchedTask beside = host.launch(
                host.nested(pod.id(), unshared("cat /proc/self/cgroup; exec sleep 1000", "cpus:0.1;mem:32", 64)));
        LaunchedTask greedy = host.launch(host.nested(pod.id(), unshared("tail /dev/zero", "cpus:0.1;mem:32", 64)));
        assertThat(greedy.await().message()).contains("Requested: 64MB");
        await().until(() -> !beside.stdout().isEmpty());
        String group = cgroups.root() + "/" + pod.containerId() + "/mesos/"
                + beside.spec().id().value();
        assertIsLimitedBy(group, beside);
        assertThat(usage(beside).getMemLimitBytes()).isEqualTo(64 << 20);

        LaunchedTask session = host.launch(host.nested(beside.spec().id(), "cat /proc/self/cgroup"));
        assertThat(session.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        assertIsLimitedBy(group, session);
        assertThat(beside.killAndWait(0).state()).isEqualTo(TaskState.TASK_KILLED);
        host.isolation().destroy(pod.id());
    }

    /** Of version 2, it may be in a group of its own in the one that limits it. */
    private static void assertIsLimitedBy(String group, LaunchedTask task) throws IOException {
        String said = task.stdout();
        assertThat(said)
                .containsPattern(
                        said.contains("memory:/") ? "memory:/" + group + "\n" : "0::/" + group + "(/mesos/[^/\n]+)?\n");
    }

    private static Workload unshared(String command, String resources, int memLimitMb) {
        return new Workload(
                "nested",
                Optional.of(shell(command)),
                Optional.of(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.MESOS)
                        .setLinuxInfo(LinuxInfo.newBuilder().setShareCgroups(false))
                        .build()),
                resources(resources),
                Map.of("mem", Value.Scalar.newBuilder().setValue(memLimitMb).build()));
    }

    @Test
    void memoryOfAPodThatMayBeInUseIsNotTakenAway() throws Exception {
        ContainerSpec pod = spec("unused", "cpus:0.1;mem:128");
        host.isolation().enclose(pod);
        host.isolation().enclose(withResources(pod, "cpus:0.1;mem:32"));
        LaunchedTask task = host.launch(host.nested(pod.id(), "head -c 60m /dev/zero | tail > /dev/null"));
        assertThat(task.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        host.isolation().destroy(pod.id());
    }

    private static ContainerSpec withResources(ContainerSpec spec, String resources) {
        return new ContainerSpec(
                spec.id(),
                spec.frameworkId(),
                new Workload("pod", Optional.empty(), Optional.empty(), resources(resources), Map.of()),
                spec.sandbox(),
                spec.runtimeDir(),
                Map.of(),
                Optional.empty(),
                List.of());
    }

    @Test
    void nextAgentTakesUpGroupsAndRemovesThoseOfOrphans() throws Exception {
        LaunchedTask kept = host.launch(spec("sleep 1000", "cpus:0.1;mem:32"));
        LaunchedTask orphan = host.launch(spec("sleep 1000", "cpus:0.1;mem:32"));
        // The agent's end came between the groups and the shim.
        ContainerSpec cut = spec("never", "cpus:0.1;mem:32");
        host.isolation().prepare(cut);
        ProcessHandle shim =
                ProcessHandle.of(orphan.awaitRunning().getExecutorPid()).orElseThrow();
        kept.awaitRunning();
        host.leave();
        host = new ProcessFixture(directory, cgroups.config());
        LaunchedTask again = host.recover(kept.spec()).orElseThrow();
        again.awaitRunning();
        host.removeOrphans(again);
        await().until(() -> !shim.isAlive() && Files.notExists(orphan.spec().runtimeDir()));
        await().until(() -> Files.notExists(cut.runtimeDir()));
        assertThat(cgroups.groups())
                .allMatch(group -> group.endsWith(kept.spec().containerId()));
        assertThat(usage(again).getMemLimitBytes()).isEqualTo(32 << 20);
        assertThat(again.killAndWait(1_000).state()).isEqualTo(TaskState.TASK_KILLED);
    }

    @Test
    void containerThatStartedWithoutGroupsIsTakenUpWithoutThem() throws Exception {
        ProcessFixture without = new ProcessFixture(directory);
        LaunchedTask first = without.launch(spec("sleep 1000", "cpus:0.1;mem:32"));
        first.awaitRunning();
        without.leave();
        LaunchedTask again = host.recover(first.spec()).orElseThrow();
        again.awaitRunning();
        await().until(() -> usage(again).getMemRssBytes() > 0);
        assertThat(again.killAndWait(1_000).state()).isEqualTo(TaskState.TASK_KILLED);
    }

    @Test
    void rlimitsAreTheCommands() throws Exception {
        LaunchedTask task = host.launch(workload(
                "ulimit -n; ulimit -Hn; ulimit -c",
                rlimit(RLimitInfo.RLimit.Type.RLMT_NOFILE).setSoft(77).setHard(99),
                rlimit(RLimitInfo.RLimit.Type.RLMT_CORE)));
        assertThat(task.await().state()).isEqualTo(TaskState.TASK_FINISHED);
        assertThat(task.stdout()).isEqualTo("77\n99\nunlimited\n");
    }

    @Test
    void rlimitThatCannotBeIsSaid() throws Exception {
        ContainerSpec half =
                workload("true", rlimit(RLimitInfo.RLimit.Type.RLMT_NPROC).setSoft(1));
        assertThat(host.launch(half).await().message()).isEqualTo("Failed to launch container: Invalid rlimit values");
        ContainerSpec huge = workload(
                "true", rlimit(RLimitInfo.RLimit.Type.RLMT_NOFILE).setSoft(1).setHard(1L << 40));
        assertThat(host.launch(huge).await().message())
                .isEqualTo("Failed to launch container: NOFILE 1 1099511627776: Operation not permitted");
    }

    @Test
    void twoHundredTasksEndWithinSeconds() throws Exception {
        List<LaunchedTask> tasks = IntStream.range(0, 200)
                .mapToObj(i -> launchUnchecked("(setsid sleep 1009 &) ; sleep 1010"))
                .toList();
        tasks.forEach(task -> task.running().join());
        tasks.forEach(task -> task.container().kill(5_000));
        for (LaunchedTask task : tasks) {
            assertThat(task.end().get().state()).isEqualTo(TaskState.TASK_KILLED);
        }
    }

    @Test
    void agentStartsWhileOthersOfItsHostEnd() throws Exception {
        IsolationConfig config = cgroups.configOfOneHierarchy();
        AtomicBoolean started = new AtomicBoolean();
        CompletableFuture<Void> others =
                CompletableFuture.runAsync(() -> cgroups.removeRootUntil(started::get, config.cgroupsHierarchy()));
        try (SystemTime time = new SystemTime()) {
            for (int i = 0; i < 1_000; i++) {
                Isolation.of(config, 1L << 30, time).close();
            }
        } finally {
            started.set(true);
            others.join();
        }
    }

    private LaunchedTask launchUnchecked(String command) {
        try {
            return host.launch(spec(command, "cpus:0.1;mem:32"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private ContainerSpec workload(String command, RLimitInfo.RLimit.Builder... rlimits) throws IOException {
        ContainerInfo.Builder container = ContainerInfo.newBuilder().setType(ContainerInfo.Type.MESOS);
        List.of(rlimits).forEach(container.getRlimitInfoBuilder()::addRlimits);
        return host.spec(new Workload(
                "task",
                Optional.of(shell(command)),
                Optional.of(container.build()),
                resources("cpus:0.1;mem:32"),
                Map.of()));
    }

    private ContainerSpec spec(String command, String resources) throws IOException {
        return host.spec(
                new Workload("task", Optional.of(shell(command)), Optional.empty(), resources(resources), Map.of()));
    }

    private ResourceStatistics usage(LaunchedTask task) throws IOException {
        return host.isolation()
                .usage(List.of(task.spec().id()))
                .values()
                .iterator()
                .next();
    }

    private static CommandInfo shell(String command) {
        return CommandInfo.newBuilder().setValue(command).build();
    }

    private static List<Resource> resources(String text) {
        return Resources.parse(text, "*").toProto();
    }

    private static RLimitInfo.RLimit.Builder rlimit(RLimitInfo.RLimit.Type type) {
        return RLimitInfo.RLimit.newBuilder().setType(type);
    }
}

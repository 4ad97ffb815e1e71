package io.stoa.benchmarks;

import io.stoa.state.ReplicatedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.zookeeper.EmbeddedZooKeeper;
import io.stoa.state.journal.zookeeper.ZooKeeperJournal;
import io.stoa.state.journal.zookeeper.ZooKeeperUrl;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;

/**
 * What Mesos' {@code master_benchmarks} ask of agents and frameworks that come back: all agents of a cluster register
 * again with a new leader, and a framework reconciles all of its tasks. The new leader is a process of its own that
 * recovered the cluster from ZooKeeper: first one that has just been started, as where there is no other master, then a
 * standby, when that one is killed. Every re-registration is durable, with fsync, before its agent is told.
 */
final class LifeBenchmark {

    private static final int AGENTS = Integer.getInteger("stoa.bench.life.agents", 20_000);
    private static final int TASKS = Integer.getInteger("stoa.bench.life.tasks", 100_000);

    /** What Mesos' makers published for 20,000 agents that bring no history. */
    private static final double MESOS_REREGISTRATION_S = 9;

    private static final int WANTED_FACTOR = 5;
    private static final int RUNS = 5;
    private static final int THREADS_NAMED = 8;
    private static final int SESSION_TIMEOUT_MS = 10_000;

    private LifeBenchmark() {}

    static List<Figure> run() throws Exception {
        List<Figure> figures = new ArrayList<>();
        Path directory = Directories.create();
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory.resolve("zookeeper"), 0)) {
            ZooKeeperUrl zooKeeper = server.url("/mesos");
            fill(zooKeeper);
            try (MasterProcess first = MasterProcess.start(directory, zooKeeper)) {
                first.awaitLeading();
                reregistration("a leader that has just started", first, figures);
                try (MasterProcess standby = MasterProcess.start(directory, zooKeeper)) {
                    standby.awaitRehearsal();
                    figures.add(new Figure(
                            "CPU of the standby's start, recovery and rehearsal",
                            String.format(Locale.ROOT, "%.0f s", standby.cpu().toMillis() / 1e3)));
                    first.kill();
                    standby.awaitLeading();
                    reregistration("a standby that takes over", standby, figures);
                    reconciliation(standby, figures);
                }
            }
        } finally {
            Directories.delete(directory);
        }
        return figures;
    }

    private static void fill(ZooKeeperUrl zooKeeper) throws Exception {
        try (ZooKeeperJournal journal = ZooKeeperJournal.open(zooKeeper, SESSION_TIMEOUT_MS);
                ReplicatedState state = ReplicatedState.leading(journal, StateConfig.STANDARD)) {
            Workload.admit(state, AGENTS);
            List<CompletableFuture<CommitResult>> results = new ArrayList<>();
            for (int i = 0; i < TASKS; i++) {
                TaskInfo task = Workload.task(Workload.agent(i % AGENTS), i, i / AGENTS + 1);
                results.add(state.commit(Workload.transaction(List.of(
                        new StateMutation.Claim(Workload.FRAMEWORK, Workload.agent(i % AGENTS), "*", task),
                        Workload.running(task)))));
                if (results.size() == 2_000 || i == TASKS - 1) {
                    for (CompletableFuture<CommitResult> result : results) {
                        Workload.expectCommitted(result.get());
                    }
                    results.clear();
                }
            }
        }
    }

    private static void reregistration(String leader, MasterProcess master, List<Figure> figures) throws Exception {
        try (ReturningAgents agents = new ReturningAgents(AGENTS, TASKS)) {
            reregistration(leader, master, agents, figures);
        }
    }

    private static void reregistration(
            String leader, MasterProcess master, ReturningAgents agents, List<Figure> figures) throws Exception {
        long begin = System.nanoTime();
        agents.connect(master.port());
        long connected = System.nanoTime();
        Duration cpu = master.cpu();
        Map<String, Duration> before = master.cpuByThread();
        Duration ownCpu = ownCpu();
        agents.comeBack();
        double seconds = (System.nanoTime() - connected) / 1e9;
        double cpuSeconds = master.cpu().minus(cpu).toMillis() / 1e3;
        double ownSeconds = ownCpu().minus(ownCpu).toMillis() / 1e3;
        double wanted = MESOS_REREGISTRATION_S / WANTED_FACTOR;
        figures.add(new Figure(
                String.format(Locale.ROOT, "%,d agents with %,d tasks register again with %s", AGENTS, TASKS, leader),
                String.format(Locale.ROOT, "%.2f s, %.1f times", seconds, MESOS_REREGISTRATION_S / seconds),
                Figure.verdict(String.format(Locale.ROOT, "<= %.1f s (Mesos: 9 s)", wanted), seconds <= wanted)));
        figures.add(new Figure(
                "the master's CPU meanwhile, compilers included", String.format(Locale.ROOT, "%.2f s", cpuSeconds)));
        figures.add(new Figure("of this, by thread", byThread(before, master.cpuByThread())));
        figures.add(new Figure(
                "CPU of the simulated agents and of ZooKeeper meanwhile",
                String.format(Locale.ROOT, "%.2f s", ownSeconds)));
        figures.add(new Figure(
                "re-registration with the time to open the agents' connections",
                String.format(Locale.ROOT, "%.2f s", seconds + (connected - begin) / 1e9)));
    }

    private static Duration ownCpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }

    /** The threads that took most. */
    private static String byThread(Map<String, Duration> before, Map<String, Duration> after) {
        return after.entrySet().stream()
                .map(thread -> Map.entry(
                        thread.getKey(), thread.getValue().minus(before.getOrDefault(thread.getKey(), Duration.ZERO))))
                .sorted(Map.Entry.<String, Duration>comparingByValue().reversed())
                .limit(THREADS_NAMED)
                .map(thread -> String.format(
                        Locale.ROOT,
                        "%s %.2f",
                        thread.getKey(),
                        thread.getValue().toMillis() / 1e3))
                .collect(Collectors.joining(", ", "", " s"));
    }

    private static void reconciliation(MasterProcess master, List<Figure> figures) throws InterruptedException {
        try (ReconcilingFramework framework = new ReconcilingFramework(master.port())) {
            figures.add(figure("implicitly", () -> framework.askForAll(TASKS)));
            figures.add(figure(
                    "explicitly, all known", () -> framework.askForEach(AGENTS, 0, TASKS, TaskState.TASK_RUNNING)));
            figures.add(figure(
                    "explicitly, none known", () -> framework.askForEach(AGENTS, TASKS, TASKS, TaskState.TASK_GONE)));
        }
    }

    private interface Question {
        long askNanos() throws InterruptedException;
    }

    private static Figure figure(String how, Question question) throws InterruptedException {
        long[] tookNanos = new long[RUNS];
        for (int i = 0; i < RUNS; i++) {
            tookNanos[i] = question.askNanos();
        }
        long firstNanos = tookNanos[0];
        Arrays.sort(tookNanos);
        return new Figure(
                String.format(Locale.ROOT, "%,d tasks reconciled %s; the first time / median", TASKS, how),
                String.format(Locale.ROOT, "%.2f / %.2f s", firstNanos / 1e9, tookNanos[RUNS / 2] / 1e9));
    }
}

package io.stoa.benchmarks;

import io.stoa.master.Master;
import io.stoa.master.MasterConfig;
import io.stoa.state.SharedState;
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
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;

/**
 * What Mesos' {@code master_benchmarks} ask of agents and frameworks that come back: all agents of a cluster register
 * again with a new leader, and a framework reconciles all of its tasks. The master is a process of its own that
 * recovered the cluster from its ZooKeeper; every re-registration is durable, with fsync, before its agent is told.
 */
final class LifeBenchmark {

    private static final int AGENTS = Integer.getInteger("stoa.bench.life.agents", 20_000);
    private static final int TASKS = Integer.getInteger("stoa.bench.life.tasks", 100_000);

    /** What Mesos' makers published for 20,000 agents that bring no history. */
    private static final double MESOS_REREGISTRATION_S = 9;

    private static final int WANTED_FACTOR = 5;
    private static final int RUNS = 5;
    private static final int THREADS_NAMED = 8;

    private LifeBenchmark() {}

    static List<Figure> run() throws Exception {
        List<Figure> figures = new ArrayList<>();
        Path directory = Directories.create();
        try {
            fill(directory);
            try (MasterProcess master = MasterProcess.start(directory);
                    ReturningAgents agents = new ReturningAgents(AGENTS, TASKS)) {
                reregistration(master, agents, figures);
                reconciliation(master, figures);
            }
        } finally {
            Directories.delete(directory);
        }
        return figures;
    }

    private static void fill(Path directory) throws Exception {
        try (Master master = Master.start(MasterConfig.local(directory, 0))) {
            master.firstLeader().get(1, TimeUnit.MINUTES);
            SharedState state = master.state();
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

    private static void reregistration(MasterProcess master, ReturningAgents agents, List<Figure> figures)
            throws Exception {
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
                String.format(Locale.ROOT, "%,d agents with %,d tasks register again with a new leader", AGENTS, TASKS),
                String.format(Locale.ROOT, "%.2f s, %.1f times", seconds, MESOS_REREGISTRATION_S / seconds),
                Figure.verdict(String.format(Locale.ROOT, "<= %.1f s (Mesos: 9 s)", wanted), seconds <= wanted)));
        figures.add(new Figure(
                "the master's CPU meanwhile, ZooKeeper and compilers included",
                String.format(Locale.ROOT, "%.2f s", cpuSeconds)));
        figures.add(new Figure("of this, by thread", byThread(before, master.cpuByThread())));
        figures.add(
                new Figure("CPU of the simulated agents meanwhile", String.format(Locale.ROOT, "%.2f s", ownSeconds)));
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

package io.stoa.benchmarks;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The whole path, with simulated agents: a framework launches tasks over the scheduler API on a master in a process of
 * its own, agents that run nothing say that they run and finish, and every status is acknowledged. Launches and
 * statuses are durable before they are told, on the master's own ZooKeeper with fsync.
 */
final class PathBenchmark {

    private static final long SECONDS = Long.getLong("stoa.bench.seconds", 15);
    private static final List<Integer> AGENTS = Stream.of(
                    System.getProperty("stoa.bench.agents", "100,1000,10000").split(",", -1))
            .map(Integer::valueOf)
            .toList();
    private static final String RESOURCES = "cpus:64;mem:65536";
    private static final int WINDOW = 4_000;
    /** So many tasks can be launched in one round of offers; there is one a second. */
    private static final int TASKS_PER_ROUND = 20_000;

    private static final long WARM_UP_TASKS = 100_000;
    private static final long WARM_UP_SECONDS = 60;
    private static final int PROBES = 500;
    private static final int STATE_TASKS = 4_000;
    private static final long TICK_MS = 10;

    private final int agents;
    private final MasterProcess master;
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private final List<Figure> figures = new ArrayList<>();

    private PathBenchmark(int agents, MasterProcess master) {
        this.agents = agents;
        this.master = master;
    }

    static List<Figure> run() throws Exception {
        List<Figure> figures = new ArrayList<>();
        for (int agents : AGENTS) {
            Path directory = Directories.create();
            try (MasterProcess master = MasterProcess.start(directory)) {
                figures.addAll(new PathBenchmark(agents, master).measure());
            } finally {
                Directories.delete(directory);
            }
        }
        return figures;
    }

    private List<Figure> measure() throws Exception {
        try (SimulatedAgents cluster = SimulatedAgents.register(master.port(), agents, RESOURCES, this::failed);
                LoadFramework framework = new LoadFramework(master.port(), this::failed)) {
            throughput(framework);
            latency(framework);
            state(framework);
        }
        return figures;
    }

    private void throughput(LoadFramework framework) throws Exception {
        int perAccept = Math.max(1, TASKS_PER_ROUND / agents);
        framework.run(new LoadFramework.Load(WINDOW, perAccept, perAccept, "load"));
        warmUp(framework);
        long finishedBefore = framework.finished();
        Duration cpuBefore = master.cpu();
        Duration ownBefore = ownCpu();
        long fromNanos = System.nanoTime();
        Thread.sleep(TimeUnit.SECONDS.toMillis(SECONDS));
        double seconds = (System.nanoTime() - fromNanos) / 1e9;
        long finished = framework.finished() - finishedBefore;
        double cpuMs = master.cpu().minus(cpuBefore).toMillis() / (double) finished;
        double ownMs = ownCpu().minus(ownBefore).toMillis() / (double) finished;
        framework.run(LoadFramework.Load.NONE);
        await(framework::isIdle, "all tasks to finish");
        double perSecond = finished / seconds;
        add("tasks finished a second", "%,.0f".formatted(perSecond), ">= 6,000", perSecond >= 6_000);
        add("the master's CPU a task", "%.2f ms".formatted(cpuMs), "<= 0.6 ms", cpuMs <= 0.6);
        add("CPU a task of what loads it", "%.2f ms".formatted(ownMs), "", true);
    }

    /** So long that the compilers have done their work; on a busy machine they need longer. */
    private void warmUp(LoadFramework framework) throws InterruptedException {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(WARM_UP_SECONDS);
        while (System.nanoTime() < untilNanos && framework.finished() < WARM_UP_TASKS) {
            Thread.sleep(TICK_MS);
            check();
        }
    }

    private static Duration ownCpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }

    private void latency(LoadFramework framework) throws Exception {
        Histogram micros = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
        for (int i = 0; i < PROBES; i++) {
            CompletableFuture<Long> probe = framework.probe();
            await(probe::isDone, "a probe to run");
            micros.recordValue(probe.join());
        }
        double p50 = micros.getValueAtPercentile(50) / 1e3;
        double p99 = micros.getValueAtPercentile(99) / 1e3;
        add("ACCEPT to TASK_RUNNING, p50 / p99", "%.1f / %.1f ms".formatted(p50, p99), "<= 10 ms", p50 <= 10);
    }

    private void state(LoadFramework framework) throws Exception {
        long before = framework.running();
        framework.run(new LoadFramework.Load(STATE_TASKS, 1, Math.max(1, STATE_TASKS / agents), SimulatedAgents.STAYS));
        await(() -> framework.running() - before == STATE_TASKS, "tasks to run");
        Histogram micros = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
        Histogram beginMicros = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
        long bytes = 0;
        long startNanos = System.nanoTime();
        try (PlainClient client = PlainClient.get(master.port(), "/state")) {
            for (double seconds = 0; seconds < 2 * SECONDS; seconds = (System.nanoTime() - startNanos) / 1e9) {
                PlainClient.Answer answer = client.ask();
                if (seconds >= SECONDS) {
                    micros.recordValue(answer.micros());
                    beginMicros.recordValue(answer.beginMicros());
                }
                bytes = answer.bytes();
            }
        }
        double p50 = micros.getValueAtPercentile(50) / 1e3;
        double p99 = micros.getValueAtPercentile(99) / 1e3;
        double begin = beginMicros.getValueAtPercentile(50) / 1e3;
        add(
                "/state with 4,000 tasks, p50 / p99",
                "%.1f / %.1f ms (begins after %.1f; %,d kB)".formatted(p50, p99, begin, bytes / 1_000),
                "<= 10 ms",
                p50 <= 10);
    }

    private void add(String what, String value, String wanted, boolean met) {
        Figure figure = new Figure(
                String.format(Locale.ROOT, "%,d simulated agents: %s (load %.0f)", agents, what, load()),
                value,
                wanted.isEmpty() ? "" : Figure.verdict(wanted, met));
        System.err.println(figure.what() + ": " + figure.value());
        figures.add(figure);
    }

    /** How many threads of all processes on this machine wanted a core in the last minute. */
    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private void await(BooleanSupplier condition, String what) throws InterruptedException {
        long untilNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!condition.getAsBoolean()) {
            check();
            if (System.nanoTime() > untilNanos) {
                throw new IllegalStateException("waited a minute for " + what);
            }
            Thread.sleep(TICK_MS);
        }
    }

    private void failed(String what) {
        failure.compareAndSet(null, what);
    }

    private void check() {
        String what = failure.get();
        if (what != null) {
            throw new IllegalStateException(what);
        }
    }
}

package io.stoa.benchmarks;

import io.stoa.state.ReplicatedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.zookeeper.EmbeddedZooKeeper;
import io.stoa.state.journal.zookeeper.ZooKeeperJournal;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.TaskInfo;

/** A large cluster in a small heap, ZooKeeper included: in a JVM of its own with {@code -Xmx1g}. */
final class SizeBenchmark {

    private static final int AGENTS = 10_000;
    private static final int TASKS = 100_000;

    private SizeBenchmark() {}

    static List<Figure> run() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SizeBenchmark.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<Figure> figures = new ArrayList<>();
        try (var out = child.inputReader()) {
            out.lines().filter(line -> line.startsWith("figure|")).forEach(line -> {
                List<String> parts = List.of(line.split("\\|", -1));
                figures.add(new Figure(parts.get(1), parts.get(2), parts.get(3)));
            });
        }
        if (child.waitFor() != 0) {
            figures.add(new Figure("10,000 agents, 100,000 tasks in -Xmx1g", "died", Figure.verdict("lives", false)));
        }
        return figures;
    }

    public static void main(String[] args) throws Exception {
        Path directory = Directories.create();
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(directory, 0)) {
            try (ZooKeeperJournal journal = ZooKeeperJournal.open(zooKeeper.url("/size"), 30_000);
                    ReplicatedState state = ReplicatedState.leading(journal, StateConfig.STANDARD)) {
                fill(state);
                print(
                        "heap with 10,000 agents, 100,000 tasks and ZooKeeper (-Xmx1g)",
                        usedMb() + " MB",
                        "<= 1 GiB",
                        true);
            }
            long fromNanos = System.nanoTime();
            try (ZooKeeperJournal journal = ZooKeeperJournal.open(zooKeeper.url("/size"), 30_000);
                    ReplicatedState state = ReplicatedState.leading(journal, StateConfig.STANDARD)) {
                double seconds = (System.nanoTime() - fromNanos) / 1e9;
                if (state.snapshot().taskCount() != TASKS
                        || state.snapshot().agents().size() != AGENTS) {
                    throw new IllegalStateException("recovered: " + state.snapshot());
                }
                print(
                        "recovery of the same from ZooKeeper",
                        String.format(Locale.ROOT, "%.1f s", seconds),
                        "<= 5 s",
                        seconds <= 5);
            }
        } finally {
            Directories.delete(directory);
        }
        System.exit(0);
    }

    private static void fill(ReplicatedState state) throws Exception {
        Workload.admit(state, AGENTS);
        List<CompletableFuture<CommitResult>> results = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            TaskInfo task = Workload.task(Workload.agent(i % AGENTS), i, i / AGENTS + 1);
            results.add(state.commit(Workload.transaction(List.<StateMutation>of(
                    new StateMutation.Claim(Workload.FRAMEWORK, Workload.agent(i % AGENTS), "*", task),
                    Workload.running(task)))));
            if (results.size() == 2000) {
                for (CompletableFuture<CommitResult> result : results) {
                    Workload.expectCommitted(result.get());
                }
                results.clear();
            }
        }
    }

    private static long usedMb() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
    }

    private static void print(String what, String value, String wanted, boolean met) {
        System.out.println("figure|" + what + "|" + value + "|" + Figure.verdict(wanted, met));
    }
}

package io.stoa.benchmarks;

import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.DescribeTasksRequest;
import io.stoa.proto.v1.TaskName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * How long it takes to describe a task, while agents join and leave at the same pace, in clusters of more and more of
 * them and less again: the line has to be flat.
 */
final class DescribeBenchmark {

    private static final int[] SIZES = {10, 30, 100, 300, 1_000, 3_000, 10_000, 3_000, 1_000, 300, 100, 30, 10};
    private static final int ASKED_A_SECOND = 500;
    private static final int CHANGED_A_SECOND = 20;
    private static final long WARM_UP_MS = Long.getLong("stoa.bench.describe.warmUpMs", 20_000);
    private static final long MEASURED_MS = Long.getLong("stoa.bench.describe.measuredMs", 10_000);
    private static final double WANTED_FACTOR = 1.5;
    private static final int COMMITS = 50;

    private final RpcCluster cluster;
    private final ClusterReader reader;
    private final List<Point> points = new ArrayList<>();
    private TaskName task = TaskName.getDefaultInstance();

    /** What was measured at one size. */
    record Point(int agents, double p50Ms, double p99Ms) {}

    private DescribeBenchmark(RpcCluster cluster, ClusterReader reader) {
        this.cluster = cluster;
        this.reader = reader;
    }

    static List<Figure> run() throws Exception {
        try (RpcCluster cluster = new RpcCluster(SIZES[0]);
                ClusterReader reader = cluster.reader()) {
            return new DescribeBenchmark(cluster, reader).measure();
        }
    }

    private List<Figure> measure() throws Exception {
        ClaimLoad load = cluster.load(1);
        load.paced(COMMITS, 1_000);
        task = load.someTask();
        describe(WARM_UP_MS);
        List<Figure> figures = new ArrayList<>();
        for (int size : SIZES) {
            resize(size);
            describe(MEASURED_MS / 5);
            Histogram micros = describe(MEASURED_MS);
            Point point = new Point(size, micros.getValueAtPercentile(50) / 1e3, micros.getValueAtPercentile(99) / 1e3);
            points.add(point);
            figures.add(new Figure(
                    String.format(Locale.ROOT, "describe a task, %,d agents, p50 / p99", size),
                    String.format(Locale.ROOT, "%.2f / %.2f ms", point.p50Ms(), point.p99Ms())));
            System.err.println(figures.get(figures.size() - 1));
            cluster.check();
        }
        double top = p99(SIZES[SIZES.length / 2]);
        double bottom = p99(SIZES[0]);
        figures.add(new Figure(
                "p99 at the top against p99 at the bottom",
                String.format(Locale.ROOT, "%.2f times", top / bottom),
                Figure.verdict("<= 1.5 times", top <= WANTED_FACTOR * bottom)));
        LatencyChart.write(Path.of("target/describe-latency.svg"), points);
        return figures;
    }

    /** Of all points of that size: their mean. */
    private double p99(int agents) {
        return points.stream()
                .filter(point -> point.agents() == agents)
                .mapToDouble(Point::p99Ms)
                .average()
                .orElseThrow();
    }

    private void resize(int size) throws InterruptedException {
        int more = size - cluster.agents().count();
        if (more > 0) {
            cluster.agents().join(more);
        } else {
            cluster.agents().leave(-more);
        }
    }

    /** Asks at a steady pace, in a thread of its own, while some agents leave and others come in their place. */
    private Histogram describe(long forMs) throws Exception {
        Histogram micros = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
        Thread asking = new Thread(() -> ask(forMs, micros), "asking");
        asking.start();
        long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(forMs);
        for (int i = 1; System.nanoTime() < untilNanos; i++) {
            cluster.agents().join(1);
            cluster.agents().leave(1);
            long dueNanos = untilNanos
                    - TimeUnit.MILLISECONDS.toNanos(forMs)
                    + i * (TimeUnit.SECONDS.toNanos(1) / CHANGED_A_SECOND);
            LockSupport.parkNanos(dueNanos - System.nanoTime());
        }
        asking.join();
        return micros;
    }

    private void ask(long forMs, Histogram micros) {
        var stub = ClusterServiceGrpc.newBlockingStub(reader.channel());
        DescribeTasksRequest request =
                DescribeTasksRequest.newBuilder().addTasks(task).build();
        long beginNanos = System.nanoTime();
        for (long i = 0; i < ASKED_A_SECOND * forMs / 1_000; i++) {
            long dueNanos = beginNanos + i * 1_000_000_000L / ASKED_A_SECOND;
            for (long ahead = dueNanos - System.nanoTime(); ahead > 0; ahead = dueNanos - System.nanoTime()) {
                LockSupport.parkNanos(ahead);
            }
            long fromNanos = System.nanoTime();
            if (stub.describeTasks(request).getTasksCount() != 1) {
                cluster.failed("the task is missing");
            }
            micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - fromNanos));
        }
    }
}

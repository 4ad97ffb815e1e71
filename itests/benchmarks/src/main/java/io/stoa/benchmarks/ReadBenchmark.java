package io.stoa.benchmarks;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.stoa.proto.v1.Changes;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** Reading over RPC: snapshots of a large cluster, and many who watch it while claims commit. */
final class ReadBenchmark {

    private static final int AGENTS = Integer.getInteger("stoa.bench.read.agents", 10_000);
    private static final int TASKS = Integer.getInteger("stoa.bench.read.tasks", 100_000);
    private static final int SNAPSHOTS = 10;
    private static final int WATCHERS = Integer.getInteger("stoa.bench.read.watchers", 1_000);
    private static final int WATCHERS_A_CONNECTION = 50;
    private static final int FILLING_COMMITS_A_SECOND = 1_000;
    private static final int WATCHED_COMMITS_A_SECOND = 50;
    private static final long WARM_UP_MS = 5_000;
    private static final long WATCHED_MS = 10_000;

    private final RpcCluster cluster;
    private final List<Figure> figures = new ArrayList<>();

    private ReadBenchmark(RpcCluster cluster) {
        this.cluster = cluster;
    }

    static List<Figure> run() throws Exception {
        try (RpcCluster cluster = new RpcCluster(AGENTS)) {
            ReadBenchmark benchmark = new ReadBenchmark(cluster);
            ClaimLoad load = cluster.load(8);
            load.paced(FILLING_COMMITS_A_SECOND, TASKS * 1_000L / ClaimLoad.CLAIMS_A_COMMIT / FILLING_COMMITS_A_SECOND);
            cluster.check();
            benchmark.snapshots(false);
            benchmark.snapshots(true);
            benchmark.watch(load);
            return benchmark.figures;
        }
    }

    private void add(String what, String value) {
        System.err.println(what + ": " + value);
        figures.add(new Figure(what, value));
    }

    private void snapshots(boolean compressed) {
        try (ClusterReader reader = cluster.reader()) {
            for (int i = 0; i < SNAPSHOTS; i++) {
                reader.snapshot(compressed);
            }
            Histogram micros = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
            ClusterReader.Read last = reader.snapshot(compressed);
            for (int i = 0; i < SNAPSHOTS; i++) {
                last = reader.snapshot(compressed);
                micros.recordValue(TimeUnit.NANOSECONDS.toMicros(last.tookNanos()));
            }
            add(
                    String.format(
                            Locale.ROOT,
                            "snapshot of %,d agents and %,d tasks%s, median of %d",
                            last.agents(),
                            last.tasks(),
                            compressed ? ", compressed" : "",
                            SNAPSHOTS),
                    String.format(
                            Locale.ROOT,
                            "%.2f s, %.1f MB",
                            micros.getValueAtPercentile(50) / 1e6,
                            last.wireBytes() / 1e6));
        }
    }

    /** How long after a commit's answer the last watcher has it. */
    private void watch(ClaimLoad load) throws Exception {
        List<ManagedChannel> channels = new ArrayList<>();
        for (int i = 0; i < WATCHERS; i += WATCHERS_A_CONNECTION) {
            channels.add(
                    NettyChannelBuilder.forAddress("127.0.0.1", cluster.master().port())
                            .usePlaintext()
                            .directExecutor()
                            .build());
        }
        try (ClusterReader reader = cluster.reader()) {
            long version = reader.snapshot(false).version();
            CountDownLatch begun = new CountDownLatch(WATCHERS);
            List<Watcher> watchers = new ArrayList<>();
            for (int i = 0; i < WATCHERS; i++) {
                Watcher watcher = new Watcher(version, begun);
                watchers.add(watcher);
                ClusterServiceGrpc.newStub(channels.get(i / WATCHERS_A_CONNECTION))
                        .watch(WatchRequest.newBuilder().setVersion(version).build(), watcher);
            }
            if (!begun.await(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("watches not begun after 1 min: " + begun.getCount());
            }
            load.paced(WATCHED_COMMITS_A_SECOND, WARM_UP_MS);
            awaitVersion(watchers, load.version());
            Histogram micros = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
            watchers.forEach(watcher -> watcher.received.set(0));
            long fromNanos = System.nanoTime();
            while (System.nanoTime() - fromNanos < TimeUnit.MILLISECONDS.toNanos(WATCHED_MS)) {
                load.paced(WATCHED_COMMITS_A_SECOND, 1_000 / WATCHED_COMMITS_A_SECOND);
                long answeredNanos = System.nanoTime();
                awaitVersion(watchers, load.version());
                micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - answeredNanos));
            }
            double seconds = (System.nanoTime() - fromNanos) / 1e9;
            long messages = watchers.stream()
                    .mapToLong(watcher -> watcher.received.get())
                    .sum();
            cluster.check();
            add(
                    String.format(
                            Locale.ROOT,
                            "%,d watchers: from the answer to a commit until the last one has it, p50 / p99 / p99.9",
                            WATCHERS),
                    RpcBenchmark.percentiles(micros));
            add("the same: messages", String.format(Locale.ROOT, "%,.0f/s", messages / seconds));
        } finally {
            channels.forEach(ManagedChannel::shutdownNow);
        }
    }

    private static void awaitVersion(List<Watcher> watchers, long version) throws InterruptedException {
        for (Watcher watcher : watchers) {
            watcher.await(version);
        }
    }

    private final class Watcher implements StreamObserver<Changes> {

        private final AtomicLong received = new AtomicLong();
        private final CountDownLatch begun;
        private long version;

        Watcher(long version, CountDownLatch begun) {
            this.version = version;
            this.begun = begun;
        }

        @Override
        public synchronized void onNext(Changes changes) {
            if (changes.getSince() != version) {
                cluster.failed("watched since " + changes.getSince() + " (expected: " + version + ")");
            }
            version = changes.getVersion();
            received.incrementAndGet();
            begun.countDown();
            notifyAll();
        }

        synchronized void await(long wanted) throws InterruptedException {
            long untilNanos = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            while (version < wanted) {
                if (System.nanoTime() > untilNanos) {
                    throw new IllegalStateException("watched up to " + version + " (expected: " + wanted + ")");
                }
                wait(1_000);
            }
        }

        @Override
        public void onError(Throwable error) {
            if (begun.getCount() > 0) {
                cluster.failed("watch: " + error);
            }
        }

        @Override
        public void onCompleted() {}
    }
}

package io.stoa.benchmarks;

import io.stoa.state.ReplicatedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.zookeeper.EmbeddedZooKeeper;
import io.stoa.state.journal.zookeeper.ZooKeeperJournal;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateTransaction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/** Transactions of one claim each on an embedded ZooKeeper with fsync, and one synchronous znode a claim beside it. */
final class CommitBenchmark {

    private static final long SECONDS = Long.getLong("stoa.bench.seconds", 5);
    private static final int LARGE_CLUSTER = 10_000;
    private static final int SMALL_CLUSTER = 100;

    private CommitBenchmark() {}

    static List<Figure> run() throws Exception {
        List<Figure> figures = new ArrayList<>();
        Path directory = Directories.create();
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(directory, 0)) {
            double baseline = synchronousWrites(zooKeeper);
            figures.add(new Figure("one synchronous znode a claim", rate(baseline)));
            double closed = committed(zooKeeper, "/closed", SMALL_CLUSTER, 64);
            figures.add(figure("64 closed-loop committers, 100 agents", closed, baseline, 15));
            double open = committed(zooKeeper, "/open", SMALL_CLUSTER, 4096);
            figures.add(figure("4,096 claims outstanding, 100 agents", open, baseline, 60));
            double large = committed(zooKeeper, "/large", LARGE_CLUSTER, 4096);
            figures.add(figure("4,096 claims outstanding, 10,000 agents", large, baseline, 60));
            double cost = open / large;
            figures.add(new Figure(
                    "cost of a claim on 10,000 agents, compared with 100",
                    String.format(Locale.ROOT, "%.2f times", cost),
                    Figure.verdict("<= 1.5", cost <= 1.5)));
        } finally {
            Directories.delete(directory);
        }
        return figures;
    }

    private static Figure figure(String what, double rate, double baseline, int wanted) {
        double factor = rate / baseline;
        return new Figure(
                what,
                rate(rate) + String.format(Locale.ROOT, ", %.0f times", factor),
                Figure.verdict(">= " + wanted + " times", factor >= wanted));
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%,.0f/s", perSecond);
    }

    /** A claim's bytes in a znode of its own, one after the other; measured after as long a time of warming up. */
    private static double synchronousWrites(EmbeddedZooKeeper zooKeeper) throws Exception {
        ZooKeeper client = new ZooKeeper(zooKeeper.connectString(), 30_000, event -> {});
        try {
            byte[] claim = Workload.task(Workload.agent(1), 1, 31_000).toByteArray();
            client.create("/baseline", claim, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            long created = 0;
            long fromNanos = System.nanoTime();
            for (int phase = 0; phase < 2; phase++) {
                created = 0;
                fromNanos = System.nanoTime();
                while (System.nanoTime() - fromNanos < TimeUnit.SECONDS.toNanos(SECONDS)) {
                    client.create(
                            "/baseline/" + phase + "-" + created++,
                            claim,
                            ZooDefs.Ids.OPEN_ACL_UNSAFE,
                            CreateMode.PERSISTENT);
                }
            }
            return created * 1e9 / (System.nanoTime() - fromNanos);
        } finally {
            client.close();
        }
    }

    /** Claims a second with as many outstanding; each that commits makes room for the next. */
    private static double committed(EmbeddedZooKeeper zooKeeper, String path, int agents, int outstanding)
            throws Exception {
        try (ZooKeeperJournal journal = ZooKeeperJournal.open(zooKeeper.url(path), 30_000);
                ReplicatedState state = ReplicatedState.leading(journal, StateConfig.STANDARD)) {
            Workload.admit(state, agents);
            List<StateTransaction> prepared = prepared(agents);
            AtomicLong done = new AtomicLong();
            Semaphore room = new Semaphore(outstanding);
            ConcurrentLinkedQueue<CommitResult> wrong = new ConcurrentLinkedQueue<>();
            long measureFrom = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            long until = measureFrom + TimeUnit.SECONDS.toNanos(SECONDS);
            long doneBefore = -1;
            long startNanos = 0;
            int next = 0;
            while (System.nanoTime() < until && next < prepared.size() && wrong.isEmpty()) {
                room.acquire();
                if (doneBefore < 0 && (System.nanoTime() >= measureFrom || next >= prepared.size() / 3)) {
                    doneBefore = done.get();
                    startNanos = System.nanoTime();
                }
                CompletableFuture<CommitResult> result = state.commit(prepared.set(next++, prepared.get(0)));
                result.thenAccept(each -> {
                    if (!(each instanceof CommitResult.Committed)) {
                        wrong.add(each);
                    }
                    done.incrementAndGet();
                    room.release();
                });
            }
            double perSecond = (done.get() - doneBefore) * 1e9 / (System.nanoTime() - startNanos);
            room.acquire(outstanding);
            if (!wrong.isEmpty()) {
                throw new IllegalStateException("not committed: " + wrong.peek());
            }
            return perSecond;
        }
    }

    /** Made beforehand: what a framework's request costs to decode is not measured here. */
    private static List<StateTransaction> prepared(int agents) {
        return new ArrayList<>(LongStream.range(0, 250_000)
                .mapToObj(number -> StateTransaction.of(
                        Workload.claim(Workload.agent((int) (number * 7919 % agents)), number, number / agents + 1)))
                .toList());
    }
}

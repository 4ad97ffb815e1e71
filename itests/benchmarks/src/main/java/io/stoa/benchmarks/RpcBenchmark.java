package io.stoa.benchmarks;

import io.stoa.state.journal.zookeeper.EmbeddedZooKeeper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/**
 * Native schedulers that commit claims over RPC: how many a second, and how long each commit takes. The agents are
 * simulated; they get every launch and say nothing of it, so that what is measured is commits and nothing else.
 * Everything is durable, with fsync, before it is answered.
 */
final class RpcBenchmark {

    private static final int AGENTS = Integer.getInteger("stoa.bench.rpc.agents", 10_000);
    private static final int WARM_UP_ROUNDS = Integer.getInteger("stoa.bench.rpc.warmUpRounds", 10);
    private static final long WARM_UP_MS = Long.getLong("stoa.bench.rpc.warmUpMs", 8_000);
    private static final long BEGIN_MS = 2_000;
    private static final long MEASURED_MS = Long.getLong("stoa.bench.rpc.measuredMs", 8_000);
    private static final int[] SCHEDULERS = Stream.of(
                    System.getProperty("stoa.bench.rpc.schedulers", "1,8,32").split(","))
            .mapToInt(Integer::parseInt)
            .toArray();
    private static final int OPEN_COMMITS = 16;
    private static final int WANTED_CLAIMS = 30_000;
    private static final double WANTED_P99_MS = 20;
    private static final int RAW_IN_FLIGHT = 8;
    private static final int THREADS_NAMED = 8;

    private final List<Figure> figures = new ArrayList<>();

    private RpcBenchmark() {}

    static List<Figure> run() throws Exception {
        RpcBenchmark benchmark = new RpcBenchmark();
        benchmark.rawAppends();
        try (RpcCluster cluster = new RpcCluster(AGENTS)) {
            for (int round = 0; round < WARM_UP_ROUNDS; round++) {
                try (ClaimLoad load = cluster.load(8)) {
                    load.closedLoop(OPEN_COMMITS, WARM_UP_MS);
                    System.err.println("warming up: " + rate(load.committed() * 1e3 / WARM_UP_MS) + " claims");
                }
            }
            for (int schedulers : SCHEDULERS) {
                benchmark.asMuchAsPossible(cluster, schedulers);
            }
            benchmark.halfOfWhatIsWanted(cluster);
        }
        return benchmark.figures;
    }

    private void add(String what, String value, String target) {
        System.err.println(what + ": " + value);
        figures.add(new Figure(what, value, target));
    }

    /** What ZooKeeper does by itself with znodes of the size of such a commit. */
    private void rawAppends() throws Exception {
        Path directory = Directories.create();
        try (EmbeddedZooKeeper server = EmbeddedZooKeeper.start(directory, 0)) {
            ZooKeeper client = new ZooKeeper(server.connectString(), 30_000, event -> {});
            try {
                add("ZooKeeper alone, a znode a commit, one at a time", rate(appends(client, "/one", 1)), "");
                add(
                        "ZooKeeper alone, a znode a commit, " + RAW_IN_FLIGHT + " at a time",
                        rate(appends(client, "/many", RAW_IN_FLIGHT)),
                        "");
            } finally {
                client.close();
            }
        } finally {
            Directories.delete(directory);
        }
    }

    /** Znodes a second; measured after as long a time of warming up. */
    private static double appends(ZooKeeper client, String path, int inFlight) throws Exception {
        byte[] commit = new byte
                [ClaimLoad.CLAIMS_A_COMMIT
                        * Workload.task(Workload.agent(1), 1, 31_000).getSerializedSize()];
        client.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        AtomicLong done = new AtomicLong();
        Semaphore room = new Semaphore(inFlight);
        double perSecond = 0;
        for (int phase = 0; phase < 2; phase++) {
            long before = done.get();
            long fromNanos = System.nanoTime();
            while (System.nanoTime() - fromNanos < TimeUnit.MILLISECONDS.toNanos(MEASURED_MS / 2)) {
                room.acquire();
                client.create(
                        path + "/n",
                        commit,
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        CreateMode.PERSISTENT_SEQUENTIAL,
                        (code, node, context, name) -> {
                            if (code == KeeperException.Code.OK.intValue()) {
                                done.incrementAndGet();
                            }
                            room.release();
                        },
                        null);
            }
            perSecond = (done.get() - before) * 1e9 / (System.nanoTime() - fromNanos);
        }
        room.acquire(inFlight);
        return perSecond;
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%,.0f/s", perSecond);
    }

    private void asMuchAsPossible(RpcCluster cluster, int schedulers) throws Exception {
        try (ClaimLoad load = cluster.load(schedulers)) {
            load.closedLoop(OPEN_COMMITS, BEGIN_MS);
            load.latencies();
            long before = load.committed();
            Spending spending = new Spending(cluster);
            long fromNanos = System.nanoTime();
            load.closedLoop(OPEN_COMMITS, MEASURED_MS);
            double seconds = (System.nanoTime() - fromNanos) / 1e9;
            long claims = load.committed() - before;
            double perSecond = claims / seconds;
            String what = schedulers == 1 ? "1 scheduler" : schedulers + " schedulers";
            add(
                    what + ", " + OPEN_COMMITS + " commits open each: claims",
                    rate(perSecond),
                    Figure.verdict(">= 30,000/s", perSecond >= WANTED_CLAIMS));
            add("the same: commits, p50 / p99 / p99.9", percentiles(load.latencies()), "");
            spending.forClaims(claims);
            cluster.check();
        }
    }

    private void halfOfWhatIsWanted(RpcCluster cluster) throws Exception {
        int commitsASecond = WANTED_CLAIMS / 2 / ClaimLoad.CLAIMS_A_COMMIT;
        try (ClaimLoad load = cluster.load(8)) {
            load.paced(commitsASecond, BEGIN_MS);
            load.latencies();
            long before = load.committed();
            Spending spending = new Spending(cluster);
            load.paced(commitsASecond, MEASURED_MS);
            Histogram micros = load.latencies();
            double p99 = micros.getValueAtPercentile(99) / 1e3;
            add(
                    "8 schedulers, " + rate(WANTED_CLAIMS / 2.0) + " claims: commits, p50 / p99 / p99.9",
                    percentiles(micros),
                    Figure.verdict("p99 < 20 ms", p99 < WANTED_P99_MS));
            spending.forClaims(load.committed() - before);
            cluster.check();
        }
    }

    /** What a load takes of the processors, from when this is made. */
    private final class Spending {

        private final MasterProcess master;
        private final Map<String, Duration> ofMaster;
        private final Duration ofThis;
        private final ProcessorTime ofMachine;

        Spending(RpcCluster cluster) throws IOException {
            master = cluster.master();
            ofMaster = master.cpuByThread();
            ofThis = ownCpu();
            ofMachine = ProcessorTime.now();
        }

        void forClaims(long claims) throws IOException {
            String machine = ProcessorTime.now().since(ofMachine);
            add("the same: the master's CPU a claim", cpu(ofMaster, master.cpuByThread(), claims), "");
            add("the same: CPU of schedulers and agents a claim", micros(ownCpu().minus(ofThis), claims) + " µs", "");
            add("the same: processors idle, and taken by other machines of the host", machine, "");
        }
    }

    static String percentiles(Histogram micros) {
        return String.format(
                Locale.ROOT,
                "%.1f / %.1f / %.1f ms",
                micros.getValueAtPercentile(50) / 1e3,
                micros.getValueAtPercentile(99) / 1e3,
                micros.getValueAtPercentile(99.9) / 1e3);
    }

    private static Duration ownCpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }

    /** All of it, and that of the busiest threads. */
    private static String cpu(Map<String, Duration> before, Map<String, Duration> after, long claims) {
        Map<String, Duration> spent = new HashMap<>();
        after.forEach((thread, cpu) -> spent.put(thread, cpu.minus(before.getOrDefault(thread, Duration.ZERO))));
        Duration all = spent.values().stream().reduce(Duration.ZERO, Duration::plus);
        return micros(all, claims)
                + spent.entrySet().stream()
                        .sorted(Map.Entry.<String, Duration>comparingByValue().reversed())
                        .limit(THREADS_NAMED)
                        .map(entry -> entry.getKey() + " " + micros(entry.getValue(), claims))
                        .collect(Collectors.joining(", ", " µs (", ")"));
    }

    private static String micros(Duration cpu, long claims) {
        return String.format(Locale.ROOT, "%.0f", cpu.toNanos() / 1e3 / claims);
    }
}

package io.stoa.benchmarks;

import io.stoa.http.HttpLimits;
import io.stoa.http.HttpRoutes;
import io.stoa.http.HttpServer;
import io.stoa.master.link.GoneResult;
import io.stoa.master.operator.AgentActions;
import io.stoa.master.operator.ClusterMetrics;
import io.stoa.master.operator.History;
import io.stoa.master.operator.MasterFacts;
import io.stoa.master.operator.OperatorApi;
import io.stoa.master.operator.OperatorContext;
import io.stoa.master.operator.SoftState;
import io.stoa.master.operator.v1.OperatorHttpHandler;
import io.stoa.mesos.scheduler.Transport;
import io.stoa.state.ReplicatedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.InMemoryJournal;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import io.stoa.time.SystemTime;
import io.stoa.time.Time;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;

/**
 * {@code /state} and what else shows a cluster, over loopback HTTP, asked for again and again by one client while
 * nothing else happens, and while tasks change between any two requests. What is left of every agent is on offer.
 */
final class StateBenchmark {

    private static final double WARM_UP_SECONDS = 5;
    private static final double SECONDS = 3;
    private static final int MIN_REQUESTS = 20;
    /** Which change between two requests. */
    private static final int CHANGES = 40;

    private static final List<String> OTHER_ENDPOINTS =
            List.of("/state-summary", "/slaves", "/slaves?slave_id=nobody", "/frameworks", "/tasks", "/roles");
    private static final List<String> CALLS =
            List.of("GET_STATE", "GET_AGENTS", "GET_TASKS", "GET_FRAMEWORKS", "GET_ROLES");

    private final int agents;
    private final int tasks;
    private final ReplicatedState state;
    private final List<Figure> figures = new ArrayList<>();
    private int changed;

    private StateBenchmark(int agents, int tasks, ReplicatedState state) {
        this.agents = agents;
        this.tasks = tasks;
        this.state = state;
    }

    static List<Figure> run() throws Exception {
        List<Figure> figures = new ArrayList<>(of(100, 4_000, 10, false));
        figures.addAll(of(1_000, 4_000, 10, false));
        figures.addAll(of(10_000, 4_000, 10, true));
        figures.addAll(of(10_000, 100_000, 0, true));
        return figures;
    }

    /**
     * @param targetMs for {@code /state}; 0: none
     * @param calls whether those of the v1 API are made, too
     */
    private static List<Figure> of(int agents, int tasks, int targetMs, boolean calls) throws Exception {
        try (ReplicatedState state = ReplicatedState.leading(new InMemoryJournal(), StateConfig.STANDARD)) {
            StateBenchmark benchmark = new StateBenchmark(agents, tasks, state);
            benchmark.fill();
            benchmark.measure(targetMs, calls);
            return benchmark.figures;
        }
    }

    private void fill() throws Exception {
        Workload.admit(state, agents);
        List<CompletableFuture<CommitResult>> results = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            TaskInfo task = task(i);
            results.add(state.commit(Workload.transaction(List.of(
                    new StateMutation.Claim(Workload.FRAMEWORK, Workload.agent(i % agents), "*", task),
                    Workload.running(task)))));
            if (results.size() == 2_000 || i == tasks - 1) {
                for (CompletableFuture<CommitResult> result : results) {
                    Workload.expectCommitted(result.get());
                }
                results.clear();
            }
        }
    }

    private TaskInfo task(int number) {
        return Workload.task(Workload.agent(number % agents), number, number / agents + 1);
    }

    private void measure(int targetMs, boolean calls) throws Exception {
        Reader reader = new Reader();
        try (SystemTime time = new SystemTime();
                HttpServer server = new HttpServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        routes(time, reader),
                        List.of(),
                        HttpLimits.STANDARD,
                        time)) {
            int port = server.address().getPort();
            try (PlainClient client = PlainClient.get(port, "/state")) {
                figure("/state, nothing changes", client, reader, 0, targetMs);
                figure("/state, tasks change", client, reader, CHANGES, targetMs);
            }
            for (String path : OTHER_ENDPOINTS) {
                try (PlainClient client = PlainClient.get(port, path)) {
                    figure(path + ", tasks change", client, reader, CHANGES, 0);
                }
            }
            for (String call : calls ? CALLS : List.<String>of()) {
                for (String type : List.of("application/json", "application/x-protobuf")) {
                    try (PlainClient client = PlainClient.post(port, "/api/v1", "{\"type\":\"" + call + "\"}", type)) {
                        figure(call + " as " + type + ", tasks change", client, reader, CHANGES, 0);
                    }
                }
            }
        } finally {
            reader.thread.shutdown();
        }
    }

    /** The operators' thread. */
    private static final class Reader {

        final ExecutorService thread = Executors.newSingleThreadExecutor();

        private final long id;

        Reader() throws Exception {
            id = thread.submit(() -> Thread.currentThread().getId()).get();
        }

        long cpuMicros() {
            return TimeUnit.NANOSECONDS.toMicros(
                    ManagementFactory.getThreadMXBean().getThreadCpuTime(id));
        }
    }

    private HttpRoutes routes(Time time, Reader reader) {
        Cluster cluster = new Cluster(offers());
        MasterInfo info =
                MasterInfo.newBuilder().setId("M").setIp(0).setPort(5050).build();
        AtomicReference<ClusterMetrics.Leading> term = new AtomicReference<>();
        ClusterMetrics metrics =
                new ClusterMetrics(time, state.counters(), () -> Optional.ofNullable(term.get()), reader.thread);
        OperatorContext context = new OperatorContext(
                new MasterFacts(info, 0, 0, Map.of()),
                state,
                cluster,
                new AgentActions(
                        (agent, task, policy) -> {}, id -> CompletableFuture.completedFuture(GoneResult.UNKNOWN)),
                metrics::collect,
                new History(state.snapshot(), History.Limits.DEFAULTS, time),
                reader.thread);
        state.addListener(context.history());
        term.set(new ClusterMetrics.Leading(context, () -> CompletableFuture.completedFuture(new TreeMap<>())));
        HttpRoutes.Builder routes = HttpRoutes.of("master");
        new OperatorApi(context).handlers().forEach(routes::route);
        routes.route("/api/v1", new OperatorHttpHandler(context));
        return routes.build();
    }

    private List<Offer> offers() {
        List<Offer> offers = new ArrayList<>();
        for (Agent agent : state.snapshot().agents()) {
            offers.add(Offer.newBuilder()
                    .setId(OfferID.newBuilder().setValue("M-O" + offers.size()))
                    .setFrameworkId(FrameworkID.newBuilder().setValue(Workload.FRAMEWORK.value()))
                    .setAgentId(AgentID.newBuilder().setValue(agent.id().value()))
                    .setHostname(agent.info().getHostname())
                    .addAllResources(agent.free().toProto("*"))
                    .build());
        }
        return offers;
    }

    private void figure(String what, PlainClient client, Reader reader, int changes, int targetMs) throws Exception {
        Histogram micros = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
        long firstMicros = 0;
        long bytes = 0;
        long cpuMicros = 0;
        long startNanos = System.nanoTime();
        for (double seconds = 0;
                seconds < WARM_UP_SECONDS + SECONDS || micros.getTotalCount() < MIN_REQUESTS;
                seconds = (System.nanoTime() - startNanos) / 1e9) {
            change(changes);
            long cpuBefore = reader.cpuMicros();
            PlainClient.Answer answer = client.ask();
            if (bytes == 0) {
                firstMicros = answer.micros();
            }
            bytes = answer.bytes();
            if (seconds >= WARM_UP_SECONDS) {
                micros.recordValue(answer.micros());
                cpuMicros += reader.cpuMicros() - cpuBefore;
            }
        }
        double p50 = micros.getValueAtPercentile(50) / 1e3;
        Figure figure = new Figure(
                String.format(
                        Locale.ROOT, "%,d agents, %,d tasks, %s: p50 / p99 (first; CPU to print)", agents, tasks, what),
                String.format(
                        Locale.ROOT,
                        "%.1f / %.1f ms (%.0f ms; %.1f ms; %,d kB)",
                        p50,
                        micros.getValueAtPercentile(99) / 1e3,
                        firstMicros / 1e3,
                        cpuMicros / 1e3 / micros.getTotalCount(),
                        bytes / 1_000),
                targetMs == 0 ? "" : Figure.verdict("<= " + targetMs + " ms", p50 <= targetMs));
        System.err.println(figure.what() + ": " + figure.value());
        figures.add(figure);
    }

    private void change(int count) throws Exception {
        List<CompletableFuture<CommitResult>> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            changed = (changed + 1) % tasks;
            results.add(state.commit(Workload.transaction(List.of(Workload.running(task(changed))))));
        }
        for (CompletableFuture<CommitResult> result : results) {
            Workload.expectCommitted(result.get());
        }
    }

    /** Everybody is connected and everything is on offer. */
    private record Cluster(List<Offer> openOffers) implements SoftState {

        @Override
        public Optional<String> pid(FrameworkId frameworkId) {
            return Optional.empty();
        }

        @Override
        public Optional<Transport> door(FrameworkId frameworkId) {
            return Optional.empty();
        }

        @Override
        public OfferConstraints offerConstraints(FrameworkId frameworkId) {
            return OfferConstraints.getDefaultInstance();
        }

        @Override
        public boolean isConnected(AgentId agentId) {
            return true;
        }

        @Override
        public boolean isConnected(FrameworkId frameworkId) {
            return true;
        }

        @Override
        public boolean isActive(FrameworkId frameworkId) {
            return true;
        }

        @Override
        public boolean isRecovered(AgentId agentId) {
            return false;
        }

        @Override
        public boolean isRecovered(FrameworkId frameworkId) {
            return false;
        }
    }
}

package io.stoa.benchmarks;

import com.google.protobuf.ByteString;
import io.stoa.http.HttpLimits;
import io.stoa.http.HttpRoutes;
import io.stoa.http.HttpServer;
import io.stoa.master.link.GoneResult;
import io.stoa.master.operator.AgentActions;
import io.stoa.master.operator.History;
import io.stoa.master.operator.MasterFacts;
import io.stoa.master.operator.OperatorApi;
import io.stoa.master.operator.OperatorContext;
import io.stoa.master.operator.SoftState;
import io.stoa.mesos.AgentGateway;
import io.stoa.state.ReplicatedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.InMemoryJournal;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import io.stoa.time.SystemTime;
import io.stoa.time.Time;
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
import org.HdrHistogram.Histogram;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;

/**
 * {@code /state} over loopback HTTP, asked for again and again by one client while nothing else happens, and while
 * tasks change between any two requests. What is left of every agent is on offer.
 */
final class StateBenchmark {

    private static final long WARM_UP_SECONDS = 10;
    private static final long SECONDS = 5;
    private static final int MIN_REQUESTS = 20;

    private final int agents;
    private final int tasks;
    private final ReplicatedState state;
    private int changed;

    private StateBenchmark(int agents, int tasks, ReplicatedState state) {
        this.agents = agents;
        this.tasks = tasks;
        this.state = state;
    }

    static List<Figure> run() throws Exception {
        List<Figure> figures = new ArrayList<>(of(1_000, 4_000, 10));
        figures.addAll(of(10_000, 100_000, 0));
        return figures;
    }

    /** @param targetMs 0: none */
    private static List<Figure> of(int agents, int tasks, int targetMs) throws Exception {
        try (ReplicatedState state = ReplicatedState.leading(new InMemoryJournal(), StateConfig.STANDARD)) {
            StateBenchmark benchmark = new StateBenchmark(agents, tasks, state);
            benchmark.fill();
            return benchmark.measure(targetMs);
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

    private List<Figure> measure(int targetMs) throws Exception {
        ExecutorService reads = Executors.newSingleThreadExecutor();
        try (SystemTime time = new SystemTime();
                HttpServer server = new HttpServer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        routes(time, reads),
                        List.of(),
                        HttpLimits.STANDARD,
                        time);
                PlainClient client = new PlainClient(server.address().getPort(), "/state")) {
            return List.of(
                    figure("nothing changes", client, 0, targetMs),
                    figure("1 % of the tasks change between requests", client, tasks / 100, targetMs));
        } finally {
            reads.shutdown();
        }
    }

    private HttpRoutes routes(Time time, ExecutorService reads) {
        Cluster cluster = new Cluster(offers());
        MasterInfo info =
                MasterInfo.newBuilder().setId("M").setIp(0).setPort(5050).build();
        OperatorApi api = new OperatorApi(new OperatorContext(
                new MasterFacts(info, 0, 0, Map.of()),
                state,
                cluster,
                new AgentActions(cluster, id -> CompletableFuture.completedFuture(GoneResult.UNKNOWN)),
                TreeMap::new,
                new History(state.snapshot(), History.Limits.DEFAULTS, time),
                reads));
        HttpRoutes.Builder routes = HttpRoutes.of("master");
        api.handlers().forEach(routes::route);
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

    private Figure figure(String what, PlainClient client, int changes, int targetMs) throws Exception {
        Histogram micros = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
        long firstMicros = 0;
        long bytes = 0;
        long startNanos = System.nanoTime();
        for (double seconds = 0;
                seconds < WARM_UP_SECONDS + SECONDS || micros.getTotalCount() < MIN_REQUESTS;
                seconds = (System.nanoTime() - startNanos) / 1e9) {
            change(changes);
            PlainClient.Answer answer = client.get();
            if (bytes == 0) {
                firstMicros = answer.micros();
            }
            bytes = answer.bytes();
            if (seconds >= WARM_UP_SECONDS) {
                micros.recordValue(answer.micros());
            }
        }
        double p50 = micros.getValueAtPercentile(50) / 1e3;
        Figure figure = new Figure(
                String.format(Locale.ROOT, "/state, %,d agents, %,d tasks, %s: p50 / p99 (first)", agents, tasks, what),
                String.format(
                        Locale.ROOT,
                        "%.1f / %.1f ms (%.0f ms; %,d kB)",
                        p50,
                        micros.getValueAtPercentile(99) / 1e3,
                        firstMicros / 1e3,
                        bytes / 1_000),
                targetMs == 0 ? "" : Figure.verdict("<= " + targetMs + " ms", p50 <= targetMs));
        System.err.println(figure.what() + ": " + figure.value());
        return figure;
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
    private record Cluster(List<Offer> openOffers) implements SoftState, AgentGateway {

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
        public boolean isRecovered(AgentId agentId) {
            return false;
        }

        @Override
        public boolean isRecovered(FrameworkId frameworkId) {
            return false;
        }

        @Override
        public void killTask(AgentId agentId, TaskKey task, Optional<KillPolicy> policy) {}

        @Override
        public void acknowledge(AgentId agentId, TaskKey task, ByteString uuid) {}

        @Override
        public void sendFrameworkMessage(ExecutorKey executor, ByteString data) {}

        @Override
        public void shutdownExecutor(ExecutorKey executor) {}

        @Override
        public void frameworkSubscribed(Framework framework) {}

        @Override
        public void shutdownFramework(FrameworkId frameworkId) {}
    }
}

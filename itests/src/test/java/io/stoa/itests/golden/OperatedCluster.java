package io.stoa.itests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.flags.FlagsException;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpLimits;
import io.stoa.http.HttpRoutes;
import io.stoa.http.HttpServer;
import io.stoa.master.MasterFlags;
import io.stoa.master.link.GoneResult;
import io.stoa.master.operator.AgentActions;
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
import io.stoa.state.journal.JournalException;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateChange;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import io.stoa.time.SystemTime;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;

/** A recorded cluster in a state of its own, and the operators' endpoints on it. */
final class OperatedCluster implements SoftState, AutoCloseable {

    private final SystemTime time = new SystemTime();
    private final ReplicatedState state;
    private final HttpServer server;
    private volatile List<Offer> offers;
    private volatile boolean frameworkIsConnected = true;

    private OperatedCluster(String masterId, List<StateMutation> history, List<Offer> offers)
            throws JournalException, IOException, FlagsException {
        this.offers = offers;
        state = ReplicatedState.leading(new InMemoryJournal(), StateConfig.STANDARD);
        OperatorContext context = new OperatorContext(
                new MasterFacts(
                        ReplayCluster.master(masterId),
                        0,
                        0,
                        MasterFlags.ALL
                                .load(List.of("--ip=127.0.0.1", "--work_dir=w"), Map.of())
                                .texts()),
                state,
                this,
                new AgentActions((agent, task, policy) -> {}, this::markGone),
                () -> CompletableFuture.completedFuture(new TreeMap<>(Map.of("master/uptime_secs", 1.0))),
                new History(state.snapshot(), History.Limits.DEFAULTS, time),
                Runnable::run);
        state.addListener(context.history());
        state.addListener(this::rescind);
        history.forEach(this::commit);
        HttpRoutes.Builder routes = HttpRoutes.of("master");
        new OperatorApi(context).handlers().forEach((path, handler) -> routes.route(path, settled(handler)));
        routes.route("/api/v1", settled(new OperatorHttpHandler(context)));
        server = new HttpServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                routes.build(),
                List.of(),
                HttpLimits.STANDARD,
                time);
    }

    static OperatedCluster of(RecordedCluster recorded) throws Exception {
        return new OperatedCluster(recorded.state().path("id").asText(), recorded.history(), recorded.offers());
    }

    static OperatedCluster of(RecordedState recorded) throws Exception {
        return new OperatedCluster(recorded.masterId(), recorded.history(), recorded.offers());
    }

    void commit(StateMutation mutation) {
        assertThat(state.commit(StateTransaction.of(mutation)).join()).isInstanceOf(CommitResult.Committed.class);
    }

    /** What the allocator does with the offers of then; none of them come again. */
    private void rescind(ClusterSnapshot snapshot, List<StateChange> changes) {
        for (StateChange change : changes) {
            if (change instanceof StateChange.WeightsUpdated) {
                offers = List.of();
            } else if (change instanceof StateChange.ResourcesConverted converted) {
                rescind(converted.agentId());
            } else if (change instanceof StateChange.AgentActivationChanged changed) {
                rescind(changed.agentId());
                // As the agents' links do it.
                state.commit(StateTransaction.of(new StateMutation.FinishDrain(changed.agentId())));
            }
        }
    }

    /** Answers when all has happened that the calls before set off, as it had when they were recorded. */
    private HttpHandler settled(HttpHandler handler) {
        return (request, reply) -> {
            awaitListeners();
            // Behind what they committed.
            awaitListeners();
            handler.handle(request, reply);
        };
    }

    /** Listeners are told after futures complete: what the next commit's future waits for has been told. */
    private void awaitListeners() {
        commit(new StateMutation.RemoveTask(new TaskKey(new FrameworkId("nobody"), "nothing")));
    }

    private void rescind(AgentId id) {
        offers = offers.stream()
                .filter(offer -> !offer.getAgentId().getValue().equals(id.value()))
                .toList();
    }

    /** As the agents' links do it. */
    private CompletableFuture<GoneResult> markGone(AgentId id) {
        if (state.snapshot().agent(id).isPresent()) {
            commit(new StateMutation.MarkAgentGone(id, time.epochMs()));
        }
        return CompletableFuture.completedFuture(state.snapshot().isGone(id) ? GoneResult.GONE : GoneResult.UNKNOWN);
    }

    InetSocketAddress address() {
        return server.address();
    }

    byte[] get(String path) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
        try (InputStream in = uri.toURL().openStream()) {
            return in.readAllBytes();
        }
    }

    /** Its stream ends, and so do its offers. */
    void disconnectFramework() {
        offers = List.of();
        frameworkIsConnected = false;
    }

    @Override
    public boolean isConnected(AgentId agentId) {
        return true;
    }

    @Override
    public boolean isConnected(FrameworkId frameworkId) {
        return frameworkIsConnected;
    }

    @Override
    public boolean isActive(FrameworkId frameworkId) {
        return frameworkIsConnected;
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
    public Collection<Offer> openOffers() {
        return offers;
    }

    @Override
    public void close() {
        server.close();
        state.close();
        time.close();
    }
}

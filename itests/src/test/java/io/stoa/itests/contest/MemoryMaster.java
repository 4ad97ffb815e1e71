package io.stoa.itests.contest;

import io.stoa.http.HttpLimits;
import io.stoa.http.HttpRoutes;
import io.stoa.http.HttpServer;
import io.stoa.master.AgentEventFanout;
import io.stoa.master.link.AgentLinkHandler;
import io.stoa.master.link.AgentLinks;
import io.stoa.master.link.LinkConfig;
import io.stoa.mesos.Recovered;
import io.stoa.mesos.offer.AllocatorSettings;
import io.stoa.mesos.offer.DrfAllocator;
import io.stoa.mesos.offer.OfferPolicy;
import io.stoa.mesos.scheduler.SchedulerApi;
import io.stoa.mesos.scheduler.SchedulerConfig;
import io.stoa.mesos.scheduler.SchedulerContext;
import io.stoa.mesos.v1.SchedulerHttpHandler;
import io.stoa.metrics.MasterCounts;
import io.stoa.rpc.scheduler.SchedulerDesk;
import io.stoa.rpc.scheduler.SchedulerServiceHandler;
import io.stoa.state.ReplicatedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.InMemoryJournal;
import io.stoa.state.journal.JournalException;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.testing.Patience;
import io.stoa.time.SystemTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.Address;
import org.apache.mesos.v1.Protos.MasterInfo;

/** A master that leads on a journal in memory, and offers at once what came free. */
final class MemoryMaster implements AutoCloseable {

    private static final String ID = "M";
    private static final LinkConfig LINKS = new LinkConfig(15_000, 5, 600_000);
    private static final AllocatorSettings PROMPT = new AllocatorSettings(
            ID, 1, AllocatorSettings.DEFAULT_OFFER_TIMEOUT_MS, new TreeMap<>(), OfferPolicy.DEFAULTS);

    private final SystemTime time = new SystemTime();
    private final ExecutorService allocations = Executors.newSingleThreadExecutor();
    private final ExecutorService linkWork = Executors.newSingleThreadExecutor();
    private final ReplicatedState state;
    private final AgentLinks links;
    private final DrfAllocator allocator;
    private final SchedulerApi api;
    private final HttpServer server;
    private final Object commitment = new Object();

    MemoryMaster() throws JournalException, IOException {
        MasterInfo info = MasterInfo.newBuilder()
                .setId(ID)
                .setIp(0)
                .setPort(5050)
                .setHostname("localhost")
                .setVersion("1.11.0")
                .setAddress(Address.newBuilder().setIp("127.0.0.1").setPort(5050))
                .build();
        MasterCounts counts = new MasterCounts();
        state = ReplicatedState.leading(new InMemoryJournal(), StateConfig.STANDARD);
        links = new AgentLinks(state, info, LINKS, counts, time, linkWork, why -> {});
        allocator = new DrfAllocator(state, PROMPT, time, allocations);
        Recovered recovered = new Recovered(state.snapshot());
        api = new SchedulerApi(
                new SchedulerContext(state, allocator, links, recovered, info, time, SchedulerConfig.DEFAULTS), counts);
        state.addListener(links);
        state.addListener(api.stateListener());
        state.addListener((snapshot, changes) -> committed());
        allocator.start();
        api.start();
        links.start(new AgentEventFanout(api.agentEvents(), allocator));
        AgentLinkHandler agents = new AgentLinkHandler(this::loop);
        SchedulerServiceHandler schedulers = new SchedulerServiceHandler(this::loop);
        agents.lead(links);
        schedulers.lead(new SchedulerDesk(api, state, links, Optional.empty(), counts));
        server = new HttpServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                HttpRoutes.of("master")
                        .route("/api/v1/scheduler", new SchedulerHttpHandler(api))
                        .build(),
                List.of(agents, schedulers),
                HttpLimits.STANDARD,
                time);
    }

    private Executor loop() {
        return server.currentLoop();
    }

    int port() {
        return server.address().getPort();
    }

    String address() {
        return "127.0.0.1:" + port();
    }

    ClusterSnapshot snapshot() {
        return state.snapshot();
    }

    private void committed() {
        synchronized (commitment) {
            commitment.notifyAll();
        }
    }

    /** Returns as soon as the state is as wanted. */
    ClusterSnapshot await(String what, Predicate<ClusterSnapshot> wanted) throws InterruptedException {
        Patience patience = Patience.begun();
        synchronized (commitment) {
            while (!wanted.test(state.snapshot())) {
                if (!patience.awaits(commitment)) {
                    throw new AssertionError("after " + patience + " not yet: " + what);
                }
            }
            return state.snapshot();
        }
    }

    @Override
    public void close() {
        server.close();
        api.stop();
        links.close();
        allocator.close();
        state.close();
        allocations.shutdownNow();
        linkWork.shutdownNow();
        time.close();
    }
}

package io.stoa.itests.golden;

import io.stoa.authentication.AuthenticationConfig;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpLimits;
import io.stoa.http.HttpRoutes;
import io.stoa.http.HttpServer;
import io.stoa.libprocess.MessageReceiver;
import io.stoa.libprocess.Peers;
import io.stoa.libprocess.Upid;
import io.stoa.libprocess.scheduler.SchedulerMessages;
import io.stoa.libprocess.scheduler.SubscriptionGate;
import io.stoa.master.AgentEventFanout;
import io.stoa.master.link.AgentLinkHandler;
import io.stoa.master.link.AgentLinks;
import io.stoa.master.link.LinkConfig;
import io.stoa.master.operator.AgentActions;
import io.stoa.master.operator.History;
import io.stoa.master.operator.MasterFacts;
import io.stoa.master.operator.OperatorContext;
import io.stoa.master.operator.SoftState;
import io.stoa.master.operator.v1.OperatorHttpHandler;
import io.stoa.mesos.AgentPid;
import io.stoa.mesos.Recovered;
import io.stoa.mesos.offer.AllocatorSettings;
import io.stoa.mesos.offer.DrfAllocator;
import io.stoa.mesos.scheduler.SchedulerApi;
import io.stoa.mesos.scheduler.SchedulerConfig;
import io.stoa.mesos.scheduler.SchedulerContext;
import io.stoa.mesos.v1.SchedulerHttpHandler;
import io.stoa.metrics.MasterCounts;
import io.stoa.state.ReplicatedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.InMemoryJournal;
import io.stoa.state.journal.JournalException;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import io.stoa.time.ManualTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.mesos.Protos.Address;
import org.apache.mesos.Protos.MasterInfo.Capability;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;

/**
 * The recorded cluster: the scheduler API on its state, allocator and agent links, and agents that run nothing. Its
 * time is moved by hand.
 */
final class ReplayCluster implements AutoCloseable {

    private static final long BEGINNING_MS = 1_795_000_000_000L;
    private static final LinkConfig LINKS = new LinkConfig(1_000, 2, 600_000);

    /** From one end of the cluster to the other and back: a call, its transaction, the allocator, the events. */
    private static final int HOPS = 4;

    private static final StateTransaction NOTHING =
            StateTransaction.of(new StateMutation.RemoveTask(new TaskKey(new FrameworkId("none"), "none")));

    private final ManualTime time = new ManualTime(BEGINNING_MS);
    private final ExecutorService allocatorThread = Executors.newSingleThreadExecutor();
    private final MasterCounts counts = new MasterCounts();
    private final Set<Executor> loops = ConcurrentHashMap.newKeySet();
    private final List<ScriptedAgent> agents = new ArrayList<>();
    private final ReplicatedState state;
    private final AgentLinks links;
    private final DrfAllocator allocator;
    private final SchedulerApi api;
    private final HttpServer server;

    /** One that lets everybody in. */
    ReplayCluster(AgentScript script, int agentCount) throws JournalException, IOException {
        this(script, agentCount, AuthenticationConfig.NONE);
    }

    /** @param script what the agents say */
    ReplayCluster(AgentScript script, int agentCount, AuthenticationConfig authentication)
            throws JournalException, IOException {
        MasterInfo master = master(UUID.randomUUID().toString());
        state = ReplicatedState.leading(new InMemoryJournal(), StateConfig.STANDARD);
        links = new AgentLinks(state, master, LINKS, counts, time, Runnable::run, why -> {});
        allocator = new DrfAllocator(state, AllocatorSettings.of(master.getId()), time, allocatorThread);
        api = new SchedulerApi(
                new SchedulerContext(
                        state,
                        allocator,
                        links,
                        new Recovered(state.snapshot()),
                        master,
                        time,
                        SchedulerConfig.DEFAULTS),
                counts);
        state.addListener(links);
        state.addListener(api.stateListener());
        allocator.start();
        api.start();
        links.start(new AgentEventFanout(api.agentEvents(), allocator));
        AgentLinkHandler door = new AgentLinkHandler(() -> Runnable::run);
        door.lead(links);
        for (int i = 0; i < agentCount; i++) {
            ScriptedAgent agent = new ScriptedAgent(door, script, time, 5051 + i);
            agents.add(agent);
            agent.start();
            settle();
        }
        OperatorContext operator = new OperatorContext(
                new MasterFacts(master, 0, 0, Map.of()),
                state,
                soft(),
                new AgentActions(links::killTask, links::markGone),
                () -> CompletableFuture.completedFuture(new TreeMap<>()),
                new History(state.snapshot(), History.Limits.DEFAULTS, time),
                Runnable::run);
        state.addListener(operator.history());
        server = new HttpServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                HttpRoutes.of("master")
                        .route("/api/v1/scheduler", watched(guarded(authentication, new SchedulerHttpHandler(api))))
                        .route("/api/v1", watched(new OperatorHttpHandler(operator)))
                        .build(),
                List.of(),
                HttpLimits.STANDARD,
                time);
    }

    private static HttpHandler guarded(AuthenticationConfig authentication, HttpHandler handler) {
        return authentication
                .httpFrameworks()
                .map(guard -> guard.guard(handler))
                .orElse(handler);
    }

    private HttpHandler watched(HttpHandler handler) {
        return (request, reply) -> {
            loops.add(reply.eventLoop());
            handler.handle(request, reply);
        };
    }

    /**
     * Who hears frameworks over libprocess.
     *
     * @param loop where what they are sent leaves
     */
    MessageReceiver messages(Peers peers, Executor loop) {
        loops.add(loop);
        return new SchedulerMessages(
                api,
                peers,
                SubscriptionGate.OPEN,
                counts,
                new Upid("master", "127.0.0.1", 5050),
                agent -> state.snapshot().agent(new AgentId(agent.getValue())).map(AgentPid::of));
    }

    private SoftState soft() {
        return new SoftState() {
            @Override
            public boolean isConnected(AgentId agentId) {
                return links.isConnected(agentId);
            }

            @Override
            public boolean isConnected(FrameworkId frameworkId) {
                return api.isConnected(frameworkId);
            }

            @Override
            public boolean isActive(FrameworkId frameworkId) {
                return api.isActive(frameworkId);
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
            public OfferConstraints offerConstraints(FrameworkId frameworkId) {
                return api.offerConstraints(frameworkId);
            }

            @Override
            public Collection<Offer> openOffers() {
                return allocator.openOffers();
            }
        };
    }

    /** As 1.11.0 makes it: from a message that knows more capabilities than the v1 one. */
    static MasterInfo master(String id) throws IOException {
        org.apache.mesos.Protos.MasterInfo.Builder master = org.apache.mesos.Protos.MasterInfo.newBuilder()
                .setId(id)
                .setIp(16777343)
                .setPort(5050)
                .setPid("master@127.0.0.1:5050")
                .setHostname("localhost")
                .setVersion("1.11.0")
                .setAddress(Address.newBuilder()
                        .setHostname("localhost")
                        .setIp("127.0.0.1")
                        .setPort(5050));
        for (Capability.Type type :
                List.of(Capability.Type.AGENT_UPDATE, Capability.Type.AGENT_DRAINING, Capability.Type.QUOTA_V2)) {
            master.addCapabilities(Capability.newBuilder().setType(type));
        }
        return MasterInfo.parseFrom(master.build().toByteString());
    }

    InetSocketAddress address() {
        return server.address();
    }

    ManualTime time() {
        return time;
    }

    /** How many clients are connected. */
    int connectionCount() {
        return server.connectionCount();
    }

    ScriptedAgent agent(String id) {
        return agents.stream()
                .filter(agent -> agent.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(id + " (expected: an agent's id)"));
    }

    /** Waits until every thread has done what was to be done. */
    void settle() {
        for (int i = 0; i < HOPS; i++) {
            loops.forEach(loop -> CompletableFuture.runAsync(() -> {}, loop).join());
            state.commit(NOTHING).join();
            CompletableFuture.runAsync(() -> {}, allocatorThread).join();
        }
    }

    @Override
    public void close() {
        server.close();
        api.stop();
        links.close();
        allocator.close();
        state.close();
        allocatorThread.shutdownNow();
    }
}

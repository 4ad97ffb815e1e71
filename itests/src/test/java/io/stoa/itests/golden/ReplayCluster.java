package io.stoa.itests.golden;

import io.stoa.authentication.AuthenticationConfig;
import io.stoa.http.HttpCounts;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpLimits;
import io.stoa.http.HttpRoutes;
import io.stoa.http.HttpServer;
import io.stoa.libprocess.MessageReceiver;
import io.stoa.libprocess.Peers;
import io.stoa.libprocess.Upid;
import io.stoa.libprocess.scheduler.SchedulerMessages;
import io.stoa.libprocess.scheduler.SubscriptionGate;
import io.stoa.master.link.AgentLinkHandler;
import io.stoa.master.operator.AgentActions;
import io.stoa.master.operator.History;
import io.stoa.master.operator.MasterFacts;
import io.stoa.master.operator.OperatorContext;
import io.stoa.master.operator.v1.OperatorHttpHandler;
import io.stoa.mesos.AgentPid;
import io.stoa.mesos.v1.SchedulerHttpHandler;
import io.stoa.metrics.MasterCounts;
import io.stoa.state.ReplicatedState;
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

/**
 * The recorded cluster: the scheduler API on its state, allocator and agent links, and agents that run nothing. Its
 * time is moved by hand.
 */
final class ReplayCluster implements AutoCloseable {

    private static final long BEGINNING_MS = 1_795_000_000_000L;

    /** From one end of the cluster to the other and back: a call, its transaction, the allocator, the events. */
    private static final int HOPS = 4;

    private static final StateTransaction NOTHING =
            StateTransaction.of(new StateMutation.RemoveTask(new TaskKey(new FrameworkId("none"), "none")));

    private final ManualTime time = new ManualTime(BEGINNING_MS);
    private final ExecutorService allocatorThread = Executors.newSingleThreadExecutor();
    private final MasterCounts counts = new MasterCounts();
    private final Set<Executor> loops = ConcurrentHashMap.newKeySet();
    private final List<ScriptedAgent> agents = new ArrayList<>();
    private final InMemoryJournal journal = new InMemoryJournal();
    private final AgentLinkHandler door = new AgentLinkHandler(() -> Runnable::run);
    private final AuthenticationConfig authentication;
    private final HttpServer server;
    private ReplayTerm term;

    /** One that lets everybody in. */
    ReplayCluster(AgentScript script, int agentCount) throws JournalException, IOException {
        this(script, agentCount, AuthenticationConfig.NONE);
    }

    /** @param script what the agents say */
    ReplayCluster(AgentScript script, int agentCount, AuthenticationConfig authentication)
            throws JournalException, IOException {
        this.authentication = authentication;
        term = newTerm();
        door.lead(term.links());
        for (int i = 0; i < agentCount; i++) {
            ScriptedAgent agent = new ScriptedAgent(door, script, time, 5051 + i);
            agents.add(agent);
            agent.start();
            settle();
        }
        server = new HttpServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                routes(term),
                List.of(),
                HttpLimits.STANDARD,
                time);
    }

    private ReplayTerm newTerm() throws JournalException, IOException {
        return new ReplayTerm(master(UUID.randomUUID().toString()), journal, counts, time, allocatorThread);
    }

    /** The master is killed: all connections to it break. */
    void endTerm() {
        door.lead(null);
        term.close();
        settle();
    }

    /** Another leads, or the same again; all agents find it, with their tasks. */
    void beginTerm() throws JournalException, IOException {
        term = newTerm();
        door.lead(term.links());
        server.serve(routes(term));
        for (ScriptedAgent agent : agents) {
            agent.findMaster();
            settle();
        }
    }

    private HttpRoutes routes(ReplayTerm leading) {
        OperatorContext operator = new OperatorContext(
                new MasterFacts(leading.info(), 0, 0, Map.of()),
                leading.state(),
                leading.softState(),
                new AgentActions(leading.links()::killTask, leading.links()::markGone),
                () -> CompletableFuture.completedFuture(new TreeMap<>()),
                new History(leading.state().snapshot(), History.Limits.DEFAULTS, time),
                Runnable::run);
        leading.state().addListener(operator.history());
        return HttpRoutes.of("master")
                .route("/api/v1/scheduler", watched(guarded(authentication, new SchedulerHttpHandler(leading.api()))))
                .route("/api/v1", watched(new OperatorHttpHandler(operator)))
                .build();
    }

    private static HttpHandler guarded(AuthenticationConfig authentication, HttpHandler handler) {
        return authentication
                .httpFrameworks()
                .map(guard -> guard.guard(handler, new HttpCounts()))
                .orElse(handler);
    }

    private HttpHandler watched(HttpHandler handler) {
        return (request, reply) -> {
            loops.add(reply.eventLoop());
            handler.handle(request, reply);
        };
    }

    /**
     * Who hears frameworks over libprocess in this term.
     *
     * @param loop where what they are sent leaves
     */
    MessageReceiver messages(Peers peers, Executor loop) {
        loops.add(loop);
        ReplicatedState state = term.state();
        return new SchedulerMessages(
                term.api(),
                peers,
                SubscriptionGate.OPEN,
                counts,
                new Upid("master", "127.0.0.1", 5050),
                agent -> state.snapshot().agent(new AgentId(agent.getValue())).map(AgentPid::of));
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
            term.state().commit(NOTHING).join();
            CompletableFuture.runAsync(() -> {}, allocatorThread).join();
        }
    }

    @Override
    public void close() {
        server.close();
        term.close();
        allocatorThread.shutdownNow();
    }
}

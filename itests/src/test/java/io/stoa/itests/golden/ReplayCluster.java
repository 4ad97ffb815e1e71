package io.stoa.itests.golden;

import io.stoa.http.HttpLimits;
import io.stoa.http.HttpRoutes;
import io.stoa.http.HttpServer;
import io.stoa.mesos.offer.AllocatorSettings;
import io.stoa.mesos.offer.DrfAllocator;
import io.stoa.mesos.scheduler.SchedulerApi;
import io.stoa.mesos.scheduler.SchedulerConfig;
import io.stoa.mesos.scheduler.SchedulerContext;
import io.stoa.mesos.v1.SchedulerHttpHandler;
import io.stoa.state.ReplicatedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.InMemoryJournal;
import io.stoa.state.journal.JournalException;
import io.stoa.state.model.AgentId;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import io.stoa.time.ManualTime;
import io.stoa.time.SystemTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.mesos.Protos.Address;
import org.apache.mesos.Protos.MasterInfo.Capability;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.MasterInfo;

/** The recorded cluster: the scheduler API on its state and allocator, and two agents that run nothing. */
final class ReplayCluster implements AutoCloseable {

    private static final String AGENT_RESOURCES = "ports:[31000-32000];cpus:4;mem:4096;disk:10240";

    private final SystemTime time = new SystemTime();
    private final ManualTime allocatorTime = new ManualTime(0);
    private final ExecutorService allocatorThread = Executors.newSingleThreadExecutor();
    private final ReplicatedState state;
    private final DrfAllocator allocator;
    private final SchedulerApi api;
    private final HttpServer server;

    /** @param script what the agents say */
    ReplayCluster(AgentScript script) throws JournalException, IOException {
        String masterId = UUID.randomUUID().toString();
        state = ReplicatedState.leading(new InMemoryJournal(), StateConfig.STANDARD);
        allocator = new DrfAllocator(state, AllocatorSettings.of(masterId), allocatorTime, allocatorThread);
        allocator.start();
        ScriptedAgents agents = new ScriptedAgents(state, script, time);
        api = new SchedulerApi(
                new SchedulerContext(state, allocator, agents, master(masterId), time, SchedulerConfig.DEFAULTS));
        agents.tell(api.agentEvents());
        state.addListener(agents);
        state.addListener(api.stateListener());
        api.start();
        admit(masterId + "-S0", 5051);
        admit(masterId + "-S1", 5052);
        HttpRoutes routes = HttpRoutes.of("master")
                .route("/api/v1/scheduler", new SchedulerHttpHandler(api))
                .build();
        server = new HttpServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                routes,
                List.of(),
                HttpLimits.STANDARD,
                time);
    }

    /** As 1.11.0 makes it: from a message that knows more capabilities than the v1 one. */
    private static MasterInfo master(String id) throws IOException {
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

    private void admit(String id, int port) {
        AgentInfo info = AgentInfo.newBuilder()
                .setId(AgentID.newBuilder().setValue(id))
                .setHostname("localhost")
                .setPort(port)
                .build();
        Resources resources = Resources.parse(AGENT_RESOURCES);
        state.commit(StateTransaction.of(new StateMutation.AdmitAgent(
                        new AgentId(id), info, List.of(), "1.11.0", "127.0.0.1", port, resources, time.epochMs())))
                .join();
        allocator.agentConnected(new AgentId(id));
    }

    InetSocketAddress address() {
        return server.address();
    }

    /** Makes it that late for the allocator, and waits for the cycle that this may start. */
    void advanceAllocatorTo(long ms) {
        allocatorTime.advance(Math.max(0, ms - allocatorTime.monotonicMs()));
        CompletableFuture.runAsync(() -> {}, allocatorThread).join();
    }

    @Override
    public void close() {
        server.close();
        api.stop();
        allocator.close();
        state.close();
        allocatorThread.shutdownNow();
        time.close();
    }
}

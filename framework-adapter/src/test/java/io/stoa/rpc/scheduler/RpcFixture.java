package io.stoa.rpc.scheduler;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.stoa.authentication.BasicAuthentication;
import io.stoa.http.HttpLimits;
import io.stoa.http.HttpResponse;
import io.stoa.http.HttpRoutes;
import io.stoa.http.HttpServer;
import io.stoa.mesos.AgentEvents;
import io.stoa.mesos.Recovered;
import io.stoa.mesos.offer.AllocatorSettings;
import io.stoa.mesos.offer.DrfAllocator;
import io.stoa.mesos.offer.OfferPolicy;
import io.stoa.mesos.scheduler.FakeGateway;
import io.stoa.mesos.scheduler.SchedulerApi;
import io.stoa.mesos.scheduler.SchedulerConfig;
import io.stoa.mesos.scheduler.SchedulerContext;
import io.stoa.mesos.scheduler.SchedulerFixture;
import io.stoa.metrics.MasterCounts;
import io.stoa.proto.v1.SchedulerServiceGrpc;
import io.stoa.rpc.UnreadBytes;
import io.stoa.state.ReplicatedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.InMemoryJournal;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import io.stoa.time.SystemTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The service behind a real port, on a real state, allocator and scheduler API; only the agents are missing. */
final class RpcFixture implements AutoCloseable {

    /** So that what comes back is soon offered again. */
    private static final long ALLOCATION_INTERVAL_MS = 5;

    final ReplicatedState state = ReplicatedState.follow(new InMemoryJournal(), StateConfig.STANDARD);
    final FakeGateway gateway = new FakeGateway();
    final MasterCounts counts = new MasterCounts();
    final SystemTime time = new SystemTime();
    final ExecutorService allocating = Executors.newSingleThreadExecutor();
    final DrfAllocator allocator;
    final SchedulerApi api;
    final SchedulerDesk desk;
    final SchedulerServiceHandler service;
    final HttpServer server;
    final ManagedChannel channel;

    RpcFixture() throws Exception {
        this(Optional.empty(), SchedulerConfig.DEFAULTS);
    }

    RpcFixture(Optional<BasicAuthentication> authentication, SchedulerConfig config) throws Exception {
        this(authentication, config, new UnreadBytes());
    }

    /** @param unread of all streams of events */
    RpcFixture(Optional<BasicAuthentication> authentication, SchedulerConfig config, UnreadBytes unread)
            throws Exception {
        service = new SchedulerServiceHandler(this::loop, unread);
        state.lead();
        allocator = new DrfAllocator(
                state,
                new AllocatorSettings(
                        "M",
                        ALLOCATION_INTERVAL_MS,
                        AllocatorSettings.DEFAULT_OFFER_TIMEOUT_MS,
                        new TreeMap<>(),
                        OfferPolicy.DEFAULTS),
                time,
                allocating);
        api = new SchedulerApi(
                new SchedulerContext(
                        state, allocator, gateway, new Recovered(state.snapshot()), master(), time, config),
                counts);
        state.addListener(api.stateListener());
        allocator.start();
        desk = new SchedulerDesk(api, state, gateway, authentication, counts);
        service.lead(desk);
        server = new HttpServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                HttpRoutes.of("master")
                        .route("/health", (request, reply) -> reply.send(HttpResponse.empty(200)))
                        .build(),
                List.of(service),
                HttpLimits.STANDARD,
                time);
        channel = channel();
    }

    private Executor loop() {
        return server.currentLoop();
    }

    private static MasterInfo master() {
        return MasterInfo.newBuilder()
                .setId("M")
                .setIp(0)
                .setPort(5050)
                .setHostname("localhost")
                .build();
    }

    AgentEvents agentEvents() {
        return api.agentEvents();
    }

    /** A connection of its own. */
    ManagedChannel channel() {
        return NettyChannelBuilder.forAddress(server.address()).usePlaintext().build();
    }

    SchedulerServiceGrpc.SchedulerServiceBlockingStub stub() {
        return SchedulerServiceGrpc.newBlockingStub(channel);
    }

    SchedulerServiceGrpc.SchedulerServiceBlockingStub stub(String principal, String secret) {
        return stub().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(basic(principal, secret)));
    }

    static Metadata basic(String principal, String secret) {
        Metadata metadata = new Metadata();
        metadata.put(
                CallerAuthentication.AUTHORIZATION,
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString((principal + ":" + secret).getBytes(StandardCharsets.UTF_8)));
        return metadata;
    }

    static FrameworkInfo.Builder scheduler(String name, String... roles) {
        return FrameworkInfo.newBuilder()
                .setUser("root")
                .setName(name)
                .addAllRoles(List.of(roles))
                .setFailoverTimeout(600)
                .addCapabilities(
                        FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.MULTI_ROLE))
                .addCapabilities(
                        FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.PARTITION_AWARE));
    }

    EventReader subscribe(FrameworkInfo.Builder info) {
        return EventReader.subscribe(channel, info.build());
    }

    AgentId agent(String name, String resources) {
        AgentId id = new AgentId(name);
        Resources total = Resources.parse(resources);
        AgentInfo info = AgentInfo.newBuilder()
                .setId(AgentID.newBuilder().setValue(name))
                .setHostname(name + ".example")
                .addAllResources(total.toProto())
                .build();
        commit(new StateMutation.AdmitAgent(
                id,
                info,
                List.of(
                        capability(AgentInfo.Capability.Type.HIERARCHICAL_ROLE),
                        capability(AgentInfo.Capability.Type.RESERVATION_REFINEMENT),
                        capability(AgentInfo.Capability.Type.RESIZE_VOLUME)),
                "1.11.0",
                "127.0.0.1",
                5051,
                total,
                time.epochMs()));
        allocator.agentConnected(id);
        return id;
    }

    private static AgentInfo.Capability capability(AgentInfo.Capability.Type type) {
        return AgentInfo.Capability.newBuilder().setType(type).build();
    }

    void commit(StateMutation mutation) {
        CommitResult result = state.commit(StateTransaction.of(mutation)).join();
        assertThat(result).isInstanceOf(CommitResult.Committed.class);
    }

    /** The agent says how a task of the scheduler fares. */
    void report(String schedulerId, String taskId, String agentId, TaskState taskState, int uuid) {
        commit(new StateMutation.UpdateTaskStatus(
                new TaskKey(new FrameworkId(schedulerId), taskId),
                TaskStatus.newBuilder()
                        .setTaskId(TaskID.newBuilder().setValue(taskId))
                        .setAgentId(AgentID.newBuilder().setValue(agentId))
                        .setState(taskState)
                        .setUuid(SchedulerFixture.uuid(uuid))
                        .build()));
    }

    boolean knows(String schedulerId, String taskId) {
        return state.snapshot()
                .task(new TaskKey(new FrameworkId(schedulerId), taskId))
                .isPresent();
    }

    double counted(String figure) {
        Map<String, Double> figures = new HashMap<>();
        counts.addTo(figures);
        return figures.getOrDefault(figure, 0.0);
    }

    /** The status that a call fails with. */
    static Status failure(ThrowingCallable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call).getStatus();
    }

    static void assertFails(ThrowingCallable call, Status.Code code, String text) {
        Status status = failure(call);
        assertThat(status.getDescription()).contains(text);
        assertThat(status.getCode()).isEqualTo(code);
    }

    void awaitNoConnection() {
        await().until(() -> server.connectionCount() == 0);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        channel.shutdownNow().awaitTermination(60, TimeUnit.SECONDS);
        api.stop();
        server.close();
        allocator.close();
        allocating.shutdownNow();
        state.close();
    }
}

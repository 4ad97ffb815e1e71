package io.stoa.rpc.cluster;

import static io.stoa.testing.Patience.await;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.stoa.http.HttpLimits;
import io.stoa.http.HttpResponse;
import io.stoa.http.HttpRoutes;
import io.stoa.http.HttpServer;
import io.stoa.http.RequestLimit;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.Scheduler;
import io.stoa.rpc.RpcHealth;
import io.stoa.rpc.RpcReflection;
import io.stoa.rpc.UnreadBytes;
import io.stoa.time.SystemTime;
import io.stoa.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The services on a real port, as a master has them. */
final class RpcServer implements AutoCloseable {

    static final int MAX_REQUEST_BYTES = 1 << 20;

    private final SystemTime systemTime = new SystemTime();
    final ClusterServiceHandler cluster;
    final RpcHealth health = new RpcHealth();
    private final ExecutorService watchLog = Executors.newSingleThreadExecutor();
    private final ExecutorService reads = Executors.newFixedThreadPool(2);
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final HttpServer server;

    RpcServer() {
        this(null);
    }

    /** @param time of the services; null: as it passes */
    RpcServer(Time time) {
        this(time, new UnreadBytes());
    }

    /** @param unread of all watchers */
    RpcServer(Time time, UnreadBytes unread) {
        cluster = new ClusterServiceHandler(this::loop, time == null ? systemTime : time, unread);
        List<BindableService> services = new ArrayList<>(RpcReflection.services());
        services.add(cluster);
        services.add(health.service());
        HttpRoutes routes = HttpRoutes.of("master")
                .route("/health", (request, reply) -> reply.send(HttpResponse.empty(200)))
                .build();
        try {
            server = new HttpServer(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    routes,
                    services.stream()
                            .map(service -> RequestLimit.on(service, MAX_REQUEST_BYTES))
                            .toList(),
                    HttpLimits.STANDARD,
                    systemTime);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leads, and answers from a cluster. */
    RpcServer leading(Cluster state) {
        return leading(state, new WatchLog(watchLog));
    }

    RpcServer leading(Cluster state, WatchLog log) {
        state.state.addFollower(log);
        await().until(() -> log.version() == state.snapshot().version().value());
        return leadingWith(state, log);
    }

    /** @param log that follows the state already */
    RpcServer leadingWith(Cluster state, WatchLog log) {
        cluster.lead(new ClusterDesk(state::snapshot, id -> Scheduler.Door.NONE, log, reads));
        health.leads(true);
        return this;
    }

    ExecutorService watchLog() {
        return watchLog;
    }

    private Executor loop() {
        return server.currentLoop();
    }

    ManagedChannel channel() {
        return channel(1 << 20);
    }

    /** One over which little comes that was not asked for. */
    ManagedChannel narrowChannel() {
        return channel(64 << 10);
    }

    private ManagedChannel channel(int windowBytes) {
        ManagedChannel channel = NettyChannelBuilder.forAddress(server.address())
                .usePlaintext()
                .flowControlWindow(windowBytes)
                .build();
        channels.add(channel);
        return channel;
    }

    /** One of {@code stoa/rpc/…}. */
    double figure(String name) {
        Map<String, Double> figures = new HashMap<>();
        cluster.counts().addTo(figures);
        return figures.get("stoa/rpc/" + name);
    }

    InetSocketAddress address() {
        return server.address();
    }

    ClusterServiceGrpc.ClusterServiceBlockingStub blocking() {
        return ClusterServiceGrpc.newBlockingStub(channel());
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        server.close();
        reads.shutdownNow();
        watchLog.shutdownNow();
        systemTime.close();
    }
}

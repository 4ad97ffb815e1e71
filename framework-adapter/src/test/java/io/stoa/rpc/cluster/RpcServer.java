package io.stoa.rpc.cluster;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.stoa.http.HttpLimits;
import io.stoa.http.HttpResponse;
import io.stoa.http.HttpRoutes;
import io.stoa.http.HttpServer;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.Scheduler;
import io.stoa.rpc.RpcHealth;
import io.stoa.rpc.RpcReflection;
import io.stoa.time.SystemTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The services on a real port, as a master has them. */
final class RpcServer implements AutoCloseable {

    final ClusterServiceHandler cluster = new ClusterServiceHandler();
    final RpcHealth health = new RpcHealth();
    final SystemTime time = new SystemTime();
    private final ExecutorService reads = Executors.newFixedThreadPool(2);
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final HttpServer server;

    RpcServer() {
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
                    services,
                    HttpLimits.STANDARD,
                    time);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leads, and answers from a cluster. */
    RpcServer leading(Cluster state) {
        cluster.lead(desk(state));
        health.leads(true);
        return this;
    }

    ClusterDesk desk(Cluster state) {
        return new ClusterDesk(state::snapshot, id -> Scheduler.Door.NONE, reads);
    }

    ManagedChannel channel() {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress(server.address()).usePlaintext().build();
        channels.add(channel);
        return channel;
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
        time.close();
    }
}

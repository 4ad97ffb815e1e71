package io.stoa.http;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The gRPC server behind the only port: it listens inside the process, and connections that turn out to be HTTP/2 are
 * relayed to it. Its services run on its event loops and must not block.
 */
final class GrpcEndpoint {

    private static final int MAX_MESSAGE_BYTES = 64 << 20;
    private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;

    private final EventLoopGroup loops;
    private final LocalAddress address = new LocalAddress(GrpcEndpoint.class);
    private final Server server;

    GrpcEndpoint(List<BindableService> services, int threads) throws IOException {
        loops = new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("grpc", true), LocalIoHandler.newFactory());
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address)
                .channelType(LocalServerChannel.class)
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .directExecutor()
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        try {
            services.forEach(builder::addService);
            server = builder.build().start();
        } catch (IOException | RuntimeException e) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        }
    }

    /** Joins a connection to the server inside. Nothing is read from it until the two are joined. */
    void relay(ChannelPipeline pipeline) {
        Channel outside = pipeline.channel();
        ChannelRelay inward = new ChannelRelay();
        pipeline.addLast(inward);
        outside.config().setAutoRead(false);
        new Bootstrap()
                .group(loops)
                .channel(LocalChannel.class)
                .handler(new ChannelRelay(outside))
                .connect(address)
                .addListener((io.netty.channel.ChannelFutureListener) connected -> {
                    if (!connected.isSuccess()) {
                        outside.close();
                        return;
                    }
                    outside.eventLoop().execute(() -> inward.join(connected.channel()));
                });
    }

    void close() {
        server.shutdownNow();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}

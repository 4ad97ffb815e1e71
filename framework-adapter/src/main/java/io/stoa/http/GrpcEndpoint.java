package io.stoa.http;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The gRPC server behind the only port. Nobody connects to where it listens: connections that turn out to be HTTP/2 are
 * given to it as if it had accepted them. They stay on their event loops, where its services run and must not block,
 * and a peer that does not read is felt as on any other socket.
 */
final class GrpcEndpoint {

    private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;
    /** An agent needs one, a native scheduler one for each commit that is under way. */
    private static final int MAX_CALLS_A_CONNECTION = 100;

    /** Of all the memory there is, for messages that are not complete. */
    private static final int PART_FOR_INBOUND = 4;
    /** And for answers that are not read. */
    private static final int PART_FOR_ANSWERS = 8;

    private final EventLoopGroup loop = new AcceptingLoop();
    private final Channel listener;
    private final Server server;

    /** Belongs to the loop of the listener. */
    private boolean adoptsNoMore;

    GrpcEndpoint(List<BindableService> services, HttpCounts counts) throws IOException {
        LocalServerChannel channel = new LocalServerChannel();
        listener = channel;
        NettyServerBuilder builder = NettyServerBuilder.forAddress(new LocalAddress(GrpcEndpoint.class))
                .channelFactory(() -> channel)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .directExecutor()
                .intercept(new StatusTexts())
                .addStreamTracerFactory(OpenCall.TRACING)
                .addStreamTracerFactory(new UnreadAnswers(Runtime.getRuntime().maxMemory() / PART_FOR_ANSWERS, counts))
                .maxInboundMessageSize(HttpLimits.MAX_MESSAGE_BYTES)
                .maxConcurrentCallsPerConnection(MAX_CALLS_A_CONNECTION)
                .addStreamTracerFactory(new InboundMessages(Runtime.getRuntime().maxMemory() / PART_FOR_INBOUND))
                .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        try {
            services.forEach(builder::addService);
            server = builder.build().start();
        } catch (IOException | RuntimeException e) {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        }
    }

    /**
     * Gives a connection to the server. Nothing may be read from it meanwhile.
     *
     * @param ready run on the connection's event loop when the server's handlers are at the end of its pipeline
     */
    void adopt(Channel connection, Runnable ready) {
        listener.eventLoop().execute(() -> {
            if (adoptsNoMore || !connection.isActive()) {
                connection.close();
            } else {
                listener.pipeline().fireChannelRead(connection);
                // Each loop does one thing after the other: what the server does there by now comes before this.
                connection.eventLoop().execute(ready);
            }
        });
    }

    /** Closes every connection that is given to it from now on; waits for those that are being adopted. */
    void adoptNoMore() {
        if (!loop.isShuttingDown()) {
            listener.eventLoop().submit(() -> adoptsNoMore = true).awaitUninterruptibly();
        }
    }

    void close() {
        server.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** Runs the listener. An accepted connection has its event loop already and keeps it. */
    private static final class AcceptingLoop extends MultiThreadIoEventLoopGroup {

        AcceptingLoop() {
            super(1, new DefaultThreadFactory("grpc", true), LocalIoHandler.newFactory());
        }

        @Override
        public ChannelFuture register(Channel channel) {
            // A connection that has just ended is not registered any more; another's loop must not touch it.
            return channel instanceof ServerChannel ? super.register(channel) : channel.newSucceededFuture();
        }
    }
}

package io.stoa.http;

import io.grpc.BindableService;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.stoa.time.Time;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server on one port: HTTP/1 for the routes, HTTP/2 for gRPC. */
public final class HttpServer implements AutoCloseable {

    private static final int BACKLOG = 4096;
    /** Within which something has to come from a peer over gRPC, were it only that it is there. */
    private static final long MAX_SILENCE_MS = 60_000;

    private static final HttpHandler NOWHERE = (request, reply) -> reply.send(HttpResponse.notFound());

    private final EventLoopGroup loops;
    /** Tests reach into these. */
    final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    private final GrpcEndpoint grpc;
    private final HttpLimits limits;
    private final DateHeader date;
    private final HttpCounts counts = new HttpCounts();
    private final Channel listener;
    private volatile HttpRoutes routes;
    private volatile @Nullable Detour detour;

    /**
     * Listens.
     *
     * @param address port 0 takes a free one
     * @param routes what is served at first; see {@link #serve}
     * @param services what is served over gRPC; may be empty
     * @throws IOException where the address cannot be had, for one line to the user
     */
    public HttpServer(
            InetSocketAddress address, HttpRoutes routes, List<BindableService> services, HttpLimits limits, Time time)
            throws IOException {
        this.routes = routes;
        this.limits = limits;
        this.date = new DateHeader(time);
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        IoHandlerFactory transport = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        loops = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("http", true), transport);
        GrpcEndpoint endpoint = null;
        try {
            endpoint = new GrpcEndpoint(services, counts);
            grpc = endpoint;
            listener = listen(address, time);
        } catch (IOException | RuntimeException e) {
            if (endpoint != null) {
                endpoint.close();
            }
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
            throw e;
        }
    }

    private Channel listen(InetSocketAddress address, Time time) throws IOException {
        Class<? extends ServerChannel> type =
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        var bound = new ServerBootstrap()
                .group(loops)
                .channel(type)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .handler(new Doorkeeper(limits.maxConnections(), counts, time))
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        RequestDeadline deadline = new RequestDeadline(limits.requestTimeoutMs());
                        channel.pipeline()
                                .addLast(deadline)
                                .addLast(new ProtocolSniffer(
                                        pipeline -> serveHttp1(pipeline, deadline),
                                        (connection, ready) -> serveGrpc(connection, deadline, ready)));
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + address.getHostString() + ":" + address.getPort() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        return bound.channel();
    }

    private void serveHttp1(ChannelPipeline pipeline, RequestDeadline deadline) {
        HttpDecoderConfig decoding = new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.maxHeaderBytes())
                .setMaxHeaderSize(limits.maxHeaderBytes());
        pipeline.addLast(new HttpRequestDecoder(decoding))
                .addLast(new HttpResponseEncoder())
                .addLast(new HttpConnection(this::handlerOf, limits, date, deadline));
    }

    private void serveGrpc(Channel connection, RequestDeadline deadline, Runnable ready) {
        deadline.requestIsComplete();
        connection.pipeline().remove(deadline);
        connection.pipeline().addFirst(new SilenceLimit(MAX_SILENCE_MS, counts));
        grpc.adopt(connection, ready);
    }

    private HttpHandler handlerOf(HttpRequest request) {
        Detour first = detour;
        return first != null && first.takes(request)
                ? first
                : routes.find(request.path()).orElse(NOWHERE);
    }

    /** Serves other routes from now on, as a master does that becomes the leader. */
    public void serve(HttpRoutes others) {
        routes = others;
    }

    /** Lets a detour take what it wants before any route is looked for, from now on. */
    public void divert(Detour other) {
        detour = other;
    }

    /** Where it listens; the port is never 0. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /**
     * The event loop that calls, where all else belongs that concerns the connection which it serves.
     *
     * @throws IllegalStateException on any other thread
     */
    public EventExecutor currentLoop() {
        for (EventExecutor loop : loops) {
            if (loop.inEventLoop()) {
                return loop;
            }
        }
        throw new IllegalStateException("no event loop of this server: " + Thread.currentThread());
    }

    /** How many connections are open. */
    public int connectionCount() {
        return counts.connections.get();
    }

    /** What it has refused, and what is there. */
    public HttpCounts counts() {
        return counts;
    }

    /** Stops listening and closes every connection. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        // What was accepted before may still be on its way to its loop; on one that has ended it could not be closed.
        runWhatIsQueued(listener.eventLoop());
        loops.forEach(HttpServer::runWhatIsQueued);
        // What is adopted gets its handlers on its own loop, which has to come before its end.
        grpc.adoptNoMore();
        loops.forEach(HttpServer::runWhatIsQueued);
        connections.close();
        connections.forEach(HttpServer::closeAtOnce);
        connections.newCloseFuture().awaitUninterruptibly();
        grpc.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** Past the handlers: gRPC's would wait for its peer, longer than there is a loop to wait on. */
    private static void closeAtOnce(Channel connection) {
        ChannelHandlerContext first = connection.pipeline().firstContext();
        if (first != null) {
            first.close();
        }
    }

    private static void runWhatIsQueued(EventExecutor loop) {
        if (!loop.isShuttingDown()) {
            loop.submit(() -> {}).awaitUninterruptibly();
        }
    }
}

package io.stoa.agent.check;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.stoa.agent.container.Containerizer.Container;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Connects to where tasks listen, for all checks of an agent on one thread. */
final class Dialer implements AutoCloseable {

    private static final int MAX_PORT = 65_535;

    private @Nullable EventLoopGroup loop;

    /** Not before it is needed: most agents' tasks have no such checks. */
    private synchronized EventLoopGroup loop() {
        if (loop == null) {
            loop = new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("checks", true), NioIoHandler.newFactory());
        }
        return loop;
    }

    /** A task's own loopback interface, as a literal address. */
    static String loopback(boolean ipv6) {
        return ipv6 ? "::1" : "127.0.0.1";
    }

    /**
     * Connects; does not block.
     *
     * @param host an address, or a name; what means the machine itself is the container
     * @param handler first in the connection's pipeline
     * @param use when it completes, the connection is closed, or given up
     */
    CompletableFuture<Channel> dial(
            Container container, String host, int port, ChannelHandler handler, CompletableFuture<?> use) {
        if (port < 1 || port > MAX_PORT) {
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException("port: " + port + " (expected: 1 to " + MAX_PORT + ")"));
        }
        if (host.equals("localhost") || host.equals(loopback(false)) || host.equals(loopback(true))) {
            return container
                    .address(host.equals(loopback(true)))
                    .map(address -> connect(new InetSocketAddress(address, port), handler, use))
                    .orElseGet(
                            () -> CompletableFuture.failedFuture(new ConnectException("the container has no address")));
        }
        // A name is looked up elsewhere, since that blocks.
        boolean literal = NetUtil.createByteArrayFromIpAddressString(host) != null;
        CompletableFuture<InetSocketAddress> address = literal
                ? CompletableFuture.completedFuture(new InetSocketAddress(host, port))
                : CompletableFuture.supplyAsync(() -> new InetSocketAddress(host, port));
        return address.thenCompose(resolved -> connect(resolved, handler, use));
    }

    private CompletableFuture<Channel> connect(
            InetSocketAddress address, ChannelHandler handler, CompletableFuture<?> use) {
        CompletableFuture<Channel> connected = new CompletableFuture<>();
        ChannelFuture connecting = new Bootstrap()
                .group(loop())
                .channel(NioSocketChannel.class)
                .handler(handler)
                .connect(address);
        use.whenComplete((done, failure) -> connecting.channel().close());
        connecting.addListener(ended -> {
            if (ended.isSuccess()) {
                connected.complete(connecting.channel());
            } else {
                connected.completeExceptionally(ended.cause());
            }
        });
        return connected;
    }

    @Override
    public synchronized void close() {
        if (loop != null) {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }
}

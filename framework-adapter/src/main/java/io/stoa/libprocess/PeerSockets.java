package io.stoa.libprocess;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Opens sockets, and has the threads that serve them. */
final class PeerSockets implements AutoCloseable {

    private static final int MIN_THREADS = 2;
    private static final int KEEPALIVE_IDLE_S = 60;
    private static final int KEEPALIVE_INTERVAL_S = 10;
    private static final int KEEPALIVE_PROBES = 6;

    private final MultiThreadIoEventLoopGroup group;
    private final List<EventLoop> loops = new ArrayList<>();
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final HostNames names;
    private final Bootstrap bootstrap;
    private final OwnAddress own;

    /** @param own what nobody is connected to */
    PeerSockets(OwnAddress own, PeerLimits limits) {
        this(
                own,
                Epoll.isAvailable() ? EpollSocketChannel::new : NioSocketChannel::new,
                new HostNames(limits.connectTimeoutMs()),
                limits);
    }

    PeerSockets(OwnAddress own, ChannelFactory<Channel> sockets, HostNames names, PeerLimits limits) {
        this.own = own;
        this.names = names;
        int threads = Math.max(MIN_THREADS, Runtime.getRuntime().availableProcessors());
        IoHandlerFactory transport = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("libprocess", true), transport);
        group.forEach(loop -> loops.add((EventLoop) loop));
        bootstrap = new Bootstrap()
                .channelFactory(sockets)
                .resolver(names)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true);
        if (Epoll.isAvailable()) { // A machine that is gone does not close its connections.
            bootstrap
                    .option(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_IDLE_S)
                    .option(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S)
                    .option(EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES)
                    .option(EpollChannelOption.TCP_USER_TIMEOUT, (int) limits.unreadTimeoutMs());
        }
    }

    /** Always the same for one address. */
    EventLoop loopOf(String address) {
        return loops.get(Math.floorMod(address.hashCode(), loops.size()));
    }

    /**
     * Begins to connect; never throws.
     *
     * @param opened given the socket before it is connected; not called where there is none to be had
     * @return fails where there is no connection; its channel is not to be looked at then
     */
    ChannelFuture connect(EventLoop loop, Upid peer, Consumer<Channel> opened) {
        return bootstrap
                .clone(loop)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        open.add(channel);
                        opened.accept(channel);
                    }
                })
                .connect(addressOf(peer));
    }

    /** Whether a socket that is connected has ourselves at its other end. */
    boolean isToOurselves(Channel socket) {
        return own.is(socket.remoteAddress());
    }

    private static InetSocketAddress addressOf(Upid peer) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(peer.host());
        if (literal == null) {
            return InetSocketAddress.createUnresolved(peer.host(), peer.port());
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(literal), peer.port());
        } catch (UnknownHostException e) {
            throw new AssertionError("the bytes of an address", e);
        }
    }

    /** Not to be called on one of its loops. */
    @Override
    public void close() {
        open.close().awaitUninterruptibly(); // A loop that ends need not close what it serves.
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        names.close();
    }
}

package io.stoa.master.rehearsal;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.state.SharedState;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of equal agents with a few tasks each. They come back a few at a time, each over a connection of its own,
 * and leave when they have been told that they are registered: that is what bounds the files, the memory and the
 * processors that they take.
 */
public final class RehearsedAgents implements AutoCloseable {

    private static final int AT_ONCE = 4;
    private static final long ANSWER_TIMEOUT_MS = 20_000;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("rehearsed-agents", true),
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final Semaphore idle = new Semaphore(AT_ONCE);
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private final List<SampleAgent> agents = new ArrayList<>();
    private final List<ByteBuf> calls = new ArrayList<>();

    public RehearsedAgents(int count) {
        try {
            for (int i = 0; i < count; i++) {
                SampleAgent agent = new SampleAgent(i);
                agents.add(agent);
                calls.addAll(PreparedLink.calls(List.of(agent.introduction())));
            }
        } catch (Http2Exception e) {
            throw new IllegalStateException("headers that cannot be encoded", e);
        }
    }

    /** Makes them known, with their tasks running. */
    public void admitTo(SharedState state) throws InterruptedException {
        commit(state, List.of(SampleAgent.framework()));
        for (SampleAgent agent : agents) {
            commit(state, agent.mutations());
        }
    }

    /**
     * Returns when each of them was told that it is registered.
     *
     * @throws IllegalStateException where one is told something else, or nothing
     * @throws InterruptedException when those that were on their way have left: to refuse them would be worth a warning
     */
    public void comeBack(InetSocketAddress master) throws InterruptedException {
        try {
            for (ByteBuf call : calls) {
                await(1);
                come(master, call);
            }
            await(AT_ONCE);
        } catch (InterruptedException e) {
            boolean unused = idle.tryAcquire(AT_ONCE, ANSWER_TIMEOUT_MS, TimeUnit.MILLISECONDS);
            throw e;
        }
        idle.release(AT_ONCE);
    }

    private void await(int places) throws InterruptedException {
        boolean answered = idle.tryAcquire(places, ANSWER_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        String wrong = answered ? failure.get() : "no answer within " + ANSWER_TIMEOUT_MS + " ms";
        if (wrong != null) {
            throw new IllegalStateException(wrong);
        }
    }

    private void come(InetSocketAddress master, ByteBuf call) {
        new Bootstrap()
                .group(loop)
                .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new PreparedLink(new Visit(channel, call)));
                        channel.closeFuture().addListener(closed -> idle.release());
                    }
                })
                .connect(master)
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        failure.compareAndSet(null, String.valueOf(connected.cause()));
                    }
                });
    }

    private static void commit(SharedState state, List<StateMutation> mutations) throws InterruptedException {
        try {
            CommitResult result = state.commit(StateTransaction.of(mutations.toArray(StateMutation[]::new)))
                    .get();
            if (!(result instanceof CommitResult.Committed)) {
                throw new IllegalStateException(result.toString());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("not committed", e);
        }
    }

    /** Who is still there is cut off. */
    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        calls.forEach(ByteBuf::release);
    }

    /** One agent's connection. */
    private final class Visit implements PreparedLink.Listener {

        private final Channel channel;
        private final ByteBuf call;
        private boolean registered;

        Visit(Channel channel, ByteBuf call) {
            this.channel = channel;
            this.call = call;
        }

        @Override
        public void open() {
            channel.writeAndFlush(call.retainedDuplicate());
        }

        @Override
        public void said(MasterMessage.MessageCase message) {
            if (message == MasterMessage.MessageCase.REGISTERED) {
                registered = true;
            } else {
                failed("told: " + message);
            }
            channel.close();
        }

        /** Also that this side has closed the connection, or has been told more than it waited for. */
        @Override
        public void failed(String reason) {
            if (!registered) {
                failure.compareAndSet(null, reason);
                channel.close();
            }
        }
    }
}

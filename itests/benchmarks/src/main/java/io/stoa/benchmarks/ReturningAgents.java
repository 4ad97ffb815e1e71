package io.stoa.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http2.Http2Exception;
import io.stoa.master.rehearsal.PreparedLink;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.AgentTask;
import io.stoa.proto.agent.Endpoint;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.Reregister;
import io.stoa.proto.mesos.AgentCapabilities;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.mesos.v1.Protos.TaskState;
import org.jspecify.annotations.Nullable;

/**
 * Agents that all come back at once, each with its tasks, over the real link. A few share a connection. What they say
 * is prepared, since they work on the master's machine.
 */
final class ReturningAgents implements AutoCloseable, PreparedLink.Listener {

    /** As many as a master takes over one connection. */
    private static final int AGENTS_A_CONNECTION = 4;

    /** Less than wait to be accepted: the others would try again a second later. */
    private static final int OPENING_AT_ONCE = 500;

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final List<Channel> channels = new ArrayList<>();
    /** Of each connection. */
    private final List<List<ByteBuf>> calls = new ArrayList<>();

    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private final CountDownLatch opened;
    private final CountDownLatch registered;
    private volatile boolean closed;

    /** @param tasks of all agents together, evenly spread */
    ReturningAgents(int agents, int tasks) throws Http2Exception {
        registered = new CountDownLatch(agents);
        for (int first = 0; first < agents; first += AGENTS_A_CONNECTION) {
            List<AgentMessage> together = new ArrayList<>();
            for (int i = first; i < Math.min(first + AGENTS_A_CONNECTION, agents); i++) {
                together.add(introduction(i, agents, tasks));
            }
            calls.add(PreparedLink.calls(together));
        }
        opened = new CountDownLatch(calls.size());
    }

    private static AgentMessage introduction(int agent, int agents, int tasks) {
        Reregister.Builder message = Reregister.newBuilder()
                .setAgentId(Workload.agent(agent).value())
                .setAgentInfo(Workload.info(agent).toByteString())
                .setVersion("1.11.0")
                .setEndpoint(Endpoint.newBuilder().setIp("10.0.0.1").setPort(5051));
        AgentCapabilities.ALL.forEach(capability -> message.addCapabilities(capability.toByteString()));
        for (int task = agent; task < tasks; task += agents) {
            message.addTasks(AgentTask.newBuilder()
                    .setFrameworkId(Workload.FRAMEWORK.value())
                    .setTaskId(Workload.taskId(task))
                    .setState(TaskState.TASK_RUNNING_VALUE)
                    .setTaskInfo(Workload.task(Workload.agent(agent), task, task / agents + 1)
                            .toByteString()));
        }
        return AgentMessage.newBuilder().setReregister(message).build();
    }

    /** Returns when the master has answered on every connection. */
    void connect(int port) throws InterruptedException {
        Bootstrap bootstrap = new Bootstrap()
                .group(loops)
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new PreparedLink(ReturningAgents.this));
                    }
                });
        for (int i = 0; i < calls.size(); i++) {
            ChannelFuture opening = bootstrap.connect("127.0.0.1", port);
            channels.add(opening.channel());
            if (i % OPENING_AT_ONCE == 0) {
                opening.sync();
            }
        }
        await(opened, "connected");
    }

    /** Returns when the last one has been told that it is registered. */
    void comeBack() throws InterruptedException {
        loops.execute(() -> {
            for (int agent = 0; agent < AGENTS_A_CONNECTION; agent++) {
                for (int i = 0; i < channels.size(); i++) {
                    if (agent < calls.get(i).size()) {
                        channels.get(i).writeAndFlush(calls.get(i).get(agent));
                    }
                }
            }
        });
        await(registered, "registered");
    }

    private void await(CountDownLatch latch, String what) throws InterruptedException {
        if (!latch.await(2, TimeUnit.MINUTES)) {
            throw new IllegalStateException(
                    "not " + what + " after 2 min: " + latch.getCount() + ", failure: " + failure.get());
        }
        String failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void open() {
        opened.countDown();
    }

    @Override
    public void said(MasterMessage.MessageCase message) {
        switch (message) {
            case REGISTERED -> registered.countDown();
            case PING -> {
                // Nobody stays for so long that he should answer.
            }
            default -> failed("not expected: " + message);
        }
    }

    @Override
    public void failed(String reason) {
        if (!closed) {
            failure.compareAndSet(null, reason);
        }
    }

    @Override
    public void close() {
        closed = true;
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}

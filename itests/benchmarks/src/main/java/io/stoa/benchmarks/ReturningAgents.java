package io.stoa.benchmarks;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.stoa.proto.agent.AgentLinkGrpc;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.AgentTask;
import io.stoa.proto.agent.Endpoint;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.Reregister;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.jspecify.annotations.Nullable;

/** Agents that all come back at once, each with its tasks, over the real link. A few share a connection. */
final class ReturningAgents implements AutoCloseable {

    /** As many as a master takes over one connection. */
    private static final int AGENTS_A_CONNECTION = 4;

    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<AgentMessage> introductions = new ArrayList<>();
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private final CountDownLatch registered;
    private volatile boolean closed;

    /** @param tasks of all agents together, evenly spread */
    ReturningAgents(int agents, int tasks) {
        registered = new CountDownLatch(agents);
        for (int i = 0; i < agents; i++) {
            introductions.add(introduction(i, agents, tasks));
        }
    }

    private static AgentMessage introduction(int agent, int agents, int tasks) {
        AgentInfo info = AgentInfo.newBuilder()
                .setHostname("host-" + agent + ".cluster.example")
                .setId(AgentID.newBuilder().setValue(Workload.agent(agent).value()))
                .addAllResources(Workload.TOTAL.toProto())
                .build();
        Reregister.Builder message = Reregister.newBuilder()
                .setAgentInfo(info.toByteString())
                .setVersion("1.11.0")
                .setEndpoint(Endpoint.newBuilder().setIp("10.0.0.1").setPort(5051));
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

    void connect(int port) throws InterruptedException {
        int count = (introductions.size() + AGENTS_A_CONNECTION - 1) / AGENTS_A_CONNECTION;
        CountDownLatch ready = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .directExecutor()
                    .build();
            channels.add(channel);
            whenReady(channel, ready);
        }
        if (!ready.await(2, TimeUnit.MINUTES)) {
            throw new IllegalStateException("not connected after 2 min: " + ready.getCount());
        }
    }

    private static void whenReady(ManagedChannel channel, CountDownLatch ready) {
        ConnectivityState state = channel.getState(true);
        if (state == ConnectivityState.READY) {
            ready.countDown();
        } else {
            channel.notifyWhenStateChanged(state, () -> whenReady(channel, ready));
        }
    }

    /** Returns when the last one has been told that it is registered. */
    void comeBack() throws InterruptedException {
        for (int i = 0; i < introductions.size(); i++) {
            AgentLinkGrpc.newStub(channels.get(i / AGENTS_A_CONNECTION))
                    .connect(new Returning())
                    .onNext(introductions.get(i));
        }
        if (!registered.await(2, TimeUnit.MINUTES)) {
            throw new IllegalStateException(
                    "not registered after 2 min: " + registered.getCount() + ", failure: " + failure.get());
        }
        String failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException(failed);
        }
    }

    @Override
    public void close() {
        closed = true;
        channels.forEach(ManagedChannel::shutdownNow);
    }

    private final class Returning implements StreamObserver<MasterMessage> {

        @Override
        public void onNext(MasterMessage message) {
            switch (message.getMessageCase()) {
                case REGISTERED -> registered.countDown();
                case REFUSED -> fail("refused: " + message.getRefused().getReason());
                case KILL_TASK, SHUTDOWN_FRAMEWORK, RUN_TASK -> fail("not expected: " + message.getMessageCase());
                default -> {
                    // Pings: nobody stays for so long that he should answer.
                }
            }
        }

        @Override
        public void onError(Throwable error) {
            if (!closed) {
                fail("link lost: " + error);
            }
        }

        @Override
        public void onCompleted() {}

        private void fail(String reason) {
            failure.compareAndSet(null, reason);
        }
    }
}

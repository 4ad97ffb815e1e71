package io.stoa.benchmarks;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.stoa.proto.agent.AgentLinkGrpc;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.Endpoint;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.Pong;
import io.stoa.proto.agent.Register;
import io.stoa.proto.agent.RunTask;
import io.stoa.proto.agent.StatusAcknowledgement;
import io.stoa.proto.agent.StatusUpdate;
import io.stoa.proto.agent.Unregister;
import io.stoa.state.resources.Resources;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * Agents that run nothing: a task of theirs runs at once, and has finished as soon as that is acknowledged. What they
 * say and hear is the real link's, over a connection each.
 */
final class SimulatedAgents implements AutoCloseable {

    /** A task of this name runs until the end. */
    static final String STAYS = "stays";

    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 40_000;
    private static final int WINDOW_BYTES = 8 << 20;

    private static final long VERSION_4 = 0x4000;
    private static final long VARIANT = 1L << 63;

    private final int port;
    private final String resources;
    private final boolean silent;
    private final Consumer<String> failed;
    private final Deque<SimulatedAgent> present = new ArrayDeque<>();
    private final AtomicLong updates = new AtomicLong();
    private int next;
    private volatile boolean closed;

    private SimulatedAgents(int port, String resources, boolean silent, Consumer<String> failed) {
        this.port = port;
        this.resources = resources;
        this.silent = silent;
        this.failed = failed;
    }

    /**
     * Returns when all of them are registered.
     *
     * @param resources of each, in Mesos' text form
     * @param failed is told what must not happen
     */
    static SimulatedAgents register(int port, int count, String resources, Consumer<String> failed)
            throws InterruptedException {
        return registered(new SimulatedAgents(port, resources, false, failed), count);
    }

    /** As {@link #register}, but they never say anything of their tasks, and do not even read what is to run. */
    static SimulatedAgents registerSilent(int port, int count, String resources, Consumer<String> failed)
            throws InterruptedException {
        return registered(new SimulatedAgents(port, resources, true, failed), count);
    }

    private static SimulatedAgents registered(SimulatedAgents agents, int count) throws InterruptedException {
        try {
            agents.join(count);
        } catch (IllegalStateException | InterruptedException e) {
            agents.close();
            throw e;
        }
        return agents;
    }

    /** More of them come; returns when all of these are registered. */
    void join(int count) throws InterruptedException {
        CountDownLatch registered = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            open(next++, registered);
        }
        if (!registered.await(2, TimeUnit.MINUTES)) {
            throw new IllegalStateException("agents not registered after 2 min: " + registered.getCount());
        }
    }

    /** So many leave for good, those first that came last; returns when the master has ended their links. */
    void leave(int count) throws InterruptedException {
        List<SimulatedAgent> leaving = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SimulatedAgent agent = present.removeLast();
            agent.leave();
            leaving.add(agent);
        }
        for (SimulatedAgent agent : leaving) {
            if (!agent.left.await(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("agent still linked a minute after it left");
            }
            agent.channel.shutdownNow();
        }
    }

    int count() {
        return present.size();
    }

    private void open(int number, CountDownLatch registered) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .directExecutor()
                .flowControlWindow(WINDOW_BYTES)
                .build();
        SimulatedAgent agent = new SimulatedAgent(channel, registered);
        present.add(agent);
        agent.requests = AgentLinkGrpc.newStub(channel).connect(agent);
        AgentInfo info = AgentInfo.newBuilder()
                .setHostname("simulated-" + number)
                .setPort(FIRST_PORT + number % PORTS)
                .addAllResources(Resources.parse(resources).toProto())
                .build();
        agent.say(AgentMessage.newBuilder()
                .setRegister(Register.newBuilder()
                        .setAgentInfo(info.toByteString())
                        .setVersion("1.11.0")
                        .setEndpoint(Endpoint.newBuilder().setIp("127.0.0.1").setPort(FIRST_PORT + number % PORTS)))
                .build());
    }

    @Override
    public void close() {
        closed = true;
        present.forEach(agent -> agent.channel.shutdownNow());
    }

    /** One of them. Its channel's loop calls it, after it has registered; it remembers nothing of its tasks. */
    private final class SimulatedAgent implements StreamObserver<MasterMessage> {

        private final ManagedChannel channel;
        private final CountDownLatch registered;
        private final CountDownLatch left = new CountDownLatch(1);
        private volatile boolean leaving;
        private @Nullable StreamObserver<AgentMessage> requests;
        private AgentID id = AgentID.getDefaultInstance();

        SimulatedAgent(ManagedChannel channel, CountDownLatch registered) {
            this.channel = channel;
            this.registered = registered;
        }

        void leave() {
            leaving = true;
            say(AgentMessage.newBuilder()
                    .setUnregister(Unregister.getDefaultInstance())
                    .build());
        }

        void say(AgentMessage message) {
            if (requests != null) {
                requests.onNext(message);
            }
        }

        @Override
        public void onNext(MasterMessage message) {
            switch (message.getMessageCase()) {
                case REGISTERED -> {
                    id = AgentID.newBuilder()
                            .setValue(message.getRegistered().getAgentId())
                            .build();
                    registered.countDown();
                }
                case RUN_TASK -> run(message.getRunTask());
                case ACKNOWLEDGEMENT -> acknowledged(message.getAcknowledgement());
                case PING ->
                    say(AgentMessage.newBuilder()
                            .setPong(Pong.getDefaultInstance())
                            .build());
                case REFUSED ->
                    failed.accept("agent refused: " + message.getRefused().getReason());
                default -> {
                    // Nothing else is asked of agents here.
                }
            }
        }

        private void run(RunTask message) {
            if (silent) {
                return;
            }
            TaskInfo task;
            try {
                task = TaskInfo.parseFrom(message.getTaskInfo());
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalArgumentException(e);
            }
            boolean stays = task.getName().equals(STAYS);
            update(message.getFrameworkId(), task.getTaskId().getValue(), TaskState.TASK_RUNNING, stays);
        }

        /** Whether an acknowledged task goes on is in the update's own id. */
        private void acknowledged(StatusAcknowledgement message) {
            if (message.getUuid().byteAt(0) != 0) {
                update(message.getFrameworkId(), message.getTaskId(), TaskState.TASK_FINISHED, true);
            }
        }

        private void update(String frameworkId, String taskId, TaskState state, boolean last) {
            ByteBuffer uuid = ByteBuffer.allocate(16)
                    .putLong(VERSION_4 | (last ? 0 : 1L << 56))
                    .putLong(VARIANT | updates.incrementAndGet())
                    .rewind();
            TaskStatus status = TaskStatus.newBuilder()
                    .setTaskId(TaskID.newBuilder().setValue(taskId))
                    .setState(state)
                    .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
                    .setAgentId(id)
                    .setTimestamp(System.currentTimeMillis() / 1e3)
                    .setUuid(ByteString.copyFrom(uuid))
                    .build();
            say(AgentMessage.newBuilder()
                    .setStatusUpdate(StatusUpdate.newBuilder()
                            .setFrameworkId(frameworkId)
                            .setStatus(status.toByteString())
                            .setLatestState(state.getNumber()))
                    .build());
        }

        @Override
        public void onError(Throwable error) {
            if (!closed && !leaving) {
                failed.accept("agent's link lost: " + error);
            }
            left.countDown();
        }

        @Override
        public void onCompleted() {
            if (!leaving) {
                failed.accept("agent's link ended");
            }
            left.countDown();
        }
    }
}

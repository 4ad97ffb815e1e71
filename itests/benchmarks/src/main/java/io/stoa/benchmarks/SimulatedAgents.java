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
import io.stoa.state.resources.Resources;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
    private static final int WINDOW_BYTES = 8 << 20;

    private static final long VERSION_4 = 0x4000;
    private static final long VARIANT = 1L << 63;

    private final List<ManagedChannel> channels = new ArrayList<>();
    private final AtomicLong updates = new AtomicLong();
    private final Consumer<String> failed;
    private final CountDownLatch registered;
    private volatile boolean closed;

    private SimulatedAgents(int count, Consumer<String> failed) {
        this.failed = failed;
        this.registered = new CountDownLatch(count);
    }

    /**
     * Returns when all of them are registered.
     *
     * @param resources of each, in Mesos' text form
     * @param failed is told what must not happen
     */
    static SimulatedAgents register(int port, int count, String resources, Consumer<String> failed)
            throws InterruptedException {
        SimulatedAgents agents = new SimulatedAgents(count, failed);
        for (int i = 0; i < count; i++) {
            agents.channels.add(NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .directExecutor()
                    .flowControlWindow(WINDOW_BYTES)
                    .build());
        }
        for (int i = 0; i < count; i++) {
            agents.open(i, resources);
        }
        if (!agents.registered.await(2, TimeUnit.MINUTES)) {
            throw new IllegalStateException("agents not registered after 2 min: " + agents.registered.getCount());
        }
        return agents;
    }

    private void open(int number, String resources) {
        SimulatedAgent agent = new SimulatedAgent();
        agent.requests = AgentLinkGrpc.newStub(channels.get(number)).connect(agent);
        AgentInfo info = AgentInfo.newBuilder()
                .setHostname("simulated-" + number)
                .setPort(FIRST_PORT + number)
                .addAllResources(Resources.parse(resources).toProto())
                .build();
        agent.say(AgentMessage.newBuilder()
                .setRegister(Register.newBuilder()
                        .setAgentInfo(info.toByteString())
                        .setVersion("1.11.0")
                        .setEndpoint(Endpoint.newBuilder().setIp("127.0.0.1").setPort(FIRST_PORT + number)))
                .build());
    }

    @Override
    public void close() {
        closed = true;
        channels.forEach(ManagedChannel::shutdownNow);
    }

    /** One of them. Its channel's loop calls it, after it has registered; it remembers nothing of its tasks. */
    private final class SimulatedAgent implements StreamObserver<MasterMessage> {

        private @Nullable StreamObserver<AgentMessage> requests;
        private AgentID id = AgentID.getDefaultInstance();

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
            if (!closed) {
                failed.accept("agent's link lost: " + error);
            }
        }

        @Override
        public void onCompleted() {
            failed.accept("agent's link ended");
        }
    }
}

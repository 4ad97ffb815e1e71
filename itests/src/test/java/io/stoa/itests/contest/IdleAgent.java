package io.stoa.itests.contest;

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
import io.stoa.proto.agent.StatusUpdate;
import io.stoa.state.resources.Resources;
import io.stoa.testing.Patience;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** An agent, over the real link, that runs nothing: a task runs as soon as it is launched, until the test ends it. */
final class IdleAgent implements AutoCloseable {

    private static final int UUID_BYTES = 16;

    /** Nobody listens there. Two agents at one address would be one. */
    private static final int FIRST_PORT = 20_000;

    private final ManagedChannel channel;
    private final StreamObserver<AgentMessage> requests;
    private final CompletableFuture<AgentID> id = new CompletableFuture<>();

    /** Tasks that run, with their frameworks; what is sent is sent while it is locked. */
    private final Map<String, String> running = new HashMap<>();

    private int launches;

    private IdleAgent(int port, int number, String resources) {
        channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .directExecutor()
                .build();
        requests = AgentLinkGrpc.newStub(channel).connect(new Orders());
        AgentInfo info = AgentInfo.newBuilder()
                .setHostname("host-" + number)
                .setPort(FIRST_PORT + number)
                .addAllResources(Resources.parse(resources).toProto())
                .build();
        say(AgentMessage.newBuilder()
                .setRegister(Register.newBuilder()
                        .setAgentInfo(info.toByteString())
                        .setVersion("1.11.0")
                        .setEndpoint(Endpoint.newBuilder().setIp("127.0.0.1").setPort(FIRST_PORT + number))));
    }

    /** Returns when it is registered. */
    static IdleAgent register(int port, int number, String resources) {
        IdleAgent agent = new IdleAgent(port, number, resources);
        agent.id();
        return agent;
    }

    AgentID id() {
        return Patience.join(id);
    }

    /** How many tasks were launched on it so far. */
    int launches() {
        synchronized (running) {
            return launches;
        }
    }

    /** What runs, as soon as so many tasks do. */
    Set<String> awaitRunning(int count) throws InterruptedException {
        Patience patience = Patience.begun();
        synchronized (running) {
            while (running.size() < count) {
                if (!patience.awaits(running)) {
                    throw new AssertionError("running: " + running.keySet() + " (expected: " + count + " tasks)");
                }
            }
            return Set.copyOf(running.keySet());
        }
    }

    /** Ends all that runs. */
    void finishAll() {
        synchronized (running) {
            running.forEach((task, framework) -> update(framework, task, TaskState.TASK_FINISHED));
            running.clear();
        }
    }

    private void say(AgentMessage.Builder message) {
        synchronized (running) {
            requests.onNext(message.build());
        }
    }

    private void launch(String framework, ByteString taskInfo) {
        try {
            String task = TaskInfo.parseFrom(taskInfo).getTaskId().getValue();
            synchronized (running) {
                launches++;
                running.put(task, framework);
                running.notifyAll();
                update(framework, task, TaskState.TASK_RUNNING);
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("a task that cannot be read", e);
        }
    }

    private void update(String framework, String task, TaskState state) {
        UUID uuid = UUID.randomUUID();
        ByteBuffer bytes = ByteBuffer.allocate(UUID_BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .rewind();
        TaskStatus status = TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(task))
                .setState(state)
                .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
                .setAgentId(id())
                .setTimestamp(System.currentTimeMillis() / 1e3)
                .setUuid(ByteString.copyFrom(bytes))
                .build();
        say(AgentMessage.newBuilder()
                .setStatusUpdate(StatusUpdate.newBuilder()
                        .setFrameworkId(framework)
                        .setStatus(status.toByteString())
                        .setLatestState(state.getNumber())));
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private final class Orders implements StreamObserver<MasterMessage> {

        @Override
        public void onNext(MasterMessage message) {
            switch (message.getMessageCase()) {
                case REGISTERED ->
                    id.complete(AgentID.newBuilder()
                            .setValue(message.getRegistered().getAgentId())
                            .build());
                case RUN_TASK -> {
                    RunTask run = message.getRunTask();
                    launch(run.getFrameworkId(), run.getTaskInfo());
                }
                case PING -> say(AgentMessage.newBuilder().setPong(Pong.getDefaultInstance()));
                default -> {
                    // Nothing else concerns an agent whose tasks end by themselves.
                }
            }
        }

        @Override
        public void onError(Throwable error) {
            id.completeExceptionally(error);
        }

        @Override
        public void onCompleted() {
            id.completeExceptionally(new IllegalStateException("the master ended the link"));
        }
    }
}

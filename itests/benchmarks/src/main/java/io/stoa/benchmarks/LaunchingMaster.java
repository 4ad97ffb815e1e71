package io.stoa.benchmarks;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.stoa.proto.agent.AgentLinkGrpc;
import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.KillTask;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.Registered;
import io.stoa.proto.agent.RunTask;
import io.stoa.proto.agent.Shutdown;
import io.stoa.proto.agent.StatusAcknowledgement;
import io.stoa.proto.agent.StatusUpdate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/** The master of one agent: it keeps a number of tasks on their way and acknowledges what it hears of them. */
final class LaunchingMaster extends AgentLinkGrpc.AgentLinkImplBase implements AutoCloseable {

    private static final String AGENT = "bench-S0";
    private static final String FRAMEWORK = "bench";
    private static final Set<TaskState> EXPECTED =
            Set.of(TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_FINISHED, TaskState.TASK_KILLED);

    private final Server server;
    private final Map<String, Long> launchedNanos = new HashMap<>();
    private final Set<String> residents = new HashSet<>();
    private Histogram micros = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
    private @Nullable StreamObserver<MasterMessage> agent;
    private @Nullable String failure;
    private String command = "";
    private String prefix = "";
    private int left;
    private int inFlight;
    private int next;

    LaunchingMaster() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(this)
                .build()
                .start();
    }

    int port() {
        return server.getPort();
    }

    @Override
    public StreamObserver<AgentMessage> connect(StreamObserver<MasterMessage> stream) {
        return new StreamObserver<>() {
            @Override
            public void onNext(AgentMessage message) {
                received(stream, message);
            }

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {
                stream.onCompleted();
            }
        };
    }

    private synchronized void received(StreamObserver<MasterMessage> stream, AgentMessage message) {
        if (message.hasRegister()) {
            say(
                    stream,
                    MasterMessage.newBuilder()
                            .setRegistered(
                                    Registered.newBuilder().setAgentId(AGENT).setPingBudgetMs(60_000)));
            agent = stream;
            notifyAll();
        } else if (message.hasStatusUpdate()) {
            updated(stream, message.getStatusUpdate());
        }
    }

    private void updated(StreamObserver<MasterMessage> stream, StatusUpdate update) {
        TaskStatus status;
        try {
            status = TaskStatus.parseFrom(update.getStatus());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String id = status.getTaskId().getValue();
        say(
                stream,
                MasterMessage.newBuilder()
                        .setAcknowledgement(StatusAcknowledgement.newBuilder()
                                .setFrameworkId(FRAMEWORK)
                                .setTaskId(id)
                                .setUuid(status.getUuid())));
        boolean stays = id.startsWith("stays");
        if (!EXPECTED.contains(status.getState())) {
            refuse(id + " is " + status.getState() + ": " + status.getMessage() + " (expected: " + EXPECTED + ")");
        }
        if (status.getState() == TaskState.TASK_RUNNING) {
            micros.recordValue((System.nanoTime() - launchedNanos.getOrDefault(id, 0L)) / 1_000);
        }
        if (stays && status.getState() == TaskState.TASK_RUNNING) {
            residents.add(id);
        } else if (status.getState() == TaskState.TASK_KILLED) {
            residents.remove(id);
            notifyAll();
        }
        if (stays ? status.getState() == TaskState.TASK_RUNNING : status.getState() == TaskState.TASK_FINISHED) {
            launchedNanos.remove(id);
            inFlight--;
            launch();
            notifyAll();
        }
    }

    /** Launches so many tasks, of which so many are on their way at the same time; returns when all have ended. */
    synchronized Histogram run(int tasks, int window) throws InterruptedException {
        return run("exit 0", "task", tasks, window);
    }

    /** The same of tasks that leave a file in their sandbox, whose pages are charged to their memory groups. */
    synchronized Histogram runAndKeep(int tasks, int window) throws InterruptedException {
        return run("echo kept > kept", "task", tasks, window);
    }

    /** Launches tasks that run on, all at once; returns when all run. */
    synchronized Histogram leaveRunning(int tasks) throws InterruptedException {
        return run("exec sleep 10000", "stays", tasks, tasks);
    }

    /** Kills what runs on, all at once; returns when all have ended. */
    synchronized void killAll() throws InterruptedException {
        StreamObserver<MasterMessage> to = agent;
        if (to == null) {
            throw new IllegalStateException("no agent");
        }
        residents.forEach(id -> say(
                to,
                MasterMessage.newBuilder()
                        .setKillTask(
                                KillTask.newBuilder().setFrameworkId(FRAMEWORK).setTaskId(id))));
        await(residents::isEmpty);
    }

    private Histogram run(String what, String name, int tasks, int window) throws InterruptedException {
        while (agent == null) {
            wait();
        }
        micros = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
        command = what;
        prefix = name;
        left = tasks;
        for (int i = 0; i < window; i++) {
            launch();
        }
        await(() -> left == 0 && inFlight == 0);
        return micros;
    }

    private void await(BooleanSupplier done) throws InterruptedException {
        while (!done.getAsBoolean()) {
            if (failure != null) {
                throw new IllegalStateException(failure);
            }
            wait();
        }
    }

    private void refuse(String what) {
        failure = what;
        notifyAll();
    }

    private void launch() {
        if (left == 0 || agent == null) {
            return;
        }
        left--;
        inFlight++;
        String id = prefix + next++;
        launchedNanos.put(id, System.nanoTime());
        say(
                agent,
                MasterMessage.newBuilder()
                        .setRunTask(RunTask.newBuilder()
                                .setFrameworkId(FRAMEWORK)
                                .setFrameworkInfo(FrameworkInfo.newBuilder()
                                        .setUser(System.getProperty("user.name"))
                                        .setName(FRAMEWORK)
                                        .build()
                                        .toByteString())
                                .setTaskInfo(TaskInfo.newBuilder()
                                        .setName(id)
                                        .setTaskId(TaskID.newBuilder().setValue(id))
                                        .setAgentId(AgentID.newBuilder().setValue(AGENT))
                                        .setCommand(CommandInfo.newBuilder().setValue(command))
                                        .build()
                                        .toByteString())));
    }

    private static void say(StreamObserver<MasterMessage> stream, MasterMessage.Builder message) {
        stream.onNext(message.build());
    }

    /** Makes the agent end its tasks and itself. */
    synchronized void shutDownAgent() {
        if (agent != null) {
            say(
                    agent,
                    MasterMessage.newBuilder().setShutdown(Shutdown.newBuilder().setReason("measured")));
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}

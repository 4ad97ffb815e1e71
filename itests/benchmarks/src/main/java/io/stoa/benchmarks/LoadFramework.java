package io.stoa.benchmarks;

import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.Filters;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;

/**
 * A framework on the v1 scheduler API that launches as many tasks as it may, and acknowledges what it hears of them.
 * All of it is on one event loop.
 */
final class LoadFramework implements AutoCloseable {

    private static final int CALL_CONNECTIONS = 4;
    private static final double TASK_CPUS = 0.1;
    private static final double TASK_MEM_MB = 32;

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = loops.next();
    private final CallConnection subscription;
    private final List<CallConnection> calls = new ArrayList<>();
    private final Consumer<String> failed;
    private final Deque<Offer> offers = new ArrayDeque<>();
    private final AtomicLong launched = new AtomicLong();
    private final AtomicLong running = new AtomicLong();
    private final AtomicLong finished = new AtomicLong();
    private final Deque<CompletableFuture<Long>> probes = new ArrayDeque<>();
    /** The probe whose task is the only one on its way, until it runs. */
    private @Nullable CompletableFuture<Long> timed;

    private FrameworkID id = FrameworkID.getDefaultInstance();
    private Load load = Load.NONE;
    private int nextCall;
    private long nextTask;
    private long lastAcceptNanos;

    /**
     * What it does.
     *
     * @param window tasks that may be on their way at once
     * @param atLeast how many it launches with one ACCEPT at least, where the offer is large enough
     * @param atMost how many it launches with one ACCEPT at most
     * @param taskName of every task
     */
    record Load(int window, int atLeast, int atMost, String taskName) {
        static final Load NONE = new Load(0, 1, 1, "");
    }

    /** @param failed is told what must not happen */
    LoadFramework(int port, Consumer<String> failed) {
        this.failed = failed;
        subscription = new CallConnection(loop, port, this::event, failed);
        for (int i = 0; i < CALL_CONNECTIONS; i++) {
            calls.add(new CallConnection(
                    loop, port, record -> failed.accept("an event on a connection for calls"), failed));
        }
        loop.execute(() -> subscription.send(
                Call.newBuilder()
                        .setType(Call.Type.SUBSCRIBE)
                        .setSubscribe(Call.Subscribe.newBuilder()
                                .setFrameworkInfo(FrameworkInfo.newBuilder()
                                        .setUser("nobody")
                                        .setName("load")
                                        .addRoles("*")
                                        .addCapabilities(FrameworkInfo.Capability.newBuilder()
                                                .setType(FrameworkInfo.Capability.Type.MULTI_ROLE))))
                        .build(),
                ""));
    }

    /** Does this from now on. */
    void run(Load next) {
        loop.execute(() -> {
            load = next;
            launch();
        });
    }

    /**
     * Launches one task, once none is on its way and there is an offer; for when there is no load.
     *
     * @return from its ACCEPT to its TASK_RUNNING, in us
     */
    CompletableFuture<Long> probe() {
        CompletableFuture<Long> micros = new CompletableFuture<>();
        loop.execute(() -> {
            probes.add(micros);
            launch();
        });
        return micros;
    }

    /** Whether every task that was launched so far has finished. */
    boolean isIdle() {
        return finished.get() == launched.get();
    }

    /** How many tasks have run so far. */
    long running() {
        return running.get();
    }

    /** How many tasks have finished so far. */
    long finished() {
        return finished.get();
    }

    private void event(byte[] record) {
        try {
            Event event = Event.parseFrom(record);
            switch (event.getType()) {
                case SUBSCRIBED -> id = event.getSubscribed().getFrameworkId();
                case OFFERS -> {
                    offers.addAll(event.getOffers().getOffersList());
                    launch();
                }
                case RESCIND ->
                    offers.removeIf(
                            offer -> offer.getId().equals(event.getRescind().getOfferId()));
                case UPDATE -> updated(event.getUpdate().getStatus());
                case HEARTBEAT -> {}
                default -> failed.accept("unexpected event: " + event);
            }
        } catch (InvalidProtocolBufferException e) {
            failed.accept("no event: " + e);
        }
    }

    private void updated(TaskStatus status) {
        if (status.getState() == TaskState.TASK_RUNNING) {
            running.incrementAndGet();
            if (timed != null) {
                timed.complete(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - lastAcceptNanos));
                timed = null;
            }
        } else if (status.getState() == TaskState.TASK_FINISHED) {
            finished.incrementAndGet();
            launch();
        } else {
            failed.accept("unexpected status: " + status);
            return;
        }
        send(Call.newBuilder()
                .setType(Call.Type.ACKNOWLEDGE)
                .setAcknowledge(Call.Acknowledge.newBuilder()
                        .setAgentId(status.getAgentId())
                        .setTaskId(status.getTaskId())
                        .setUuid(status.getUuid())));
    }

    private void launch() {
        while (isIdle() && !probes.isEmpty() && !offers.isEmpty()) {
            Offer offer = offers.remove();
            int tasks = Math.min(1, fitting(offer));
            if (tasks == 1) {
                timed = probes.remove();
            }
            accept(offer, tasks, "probe");
        }
        for (int room = room(); room >= load.atLeast(); room = room()) {
            Offer offer = offers.poll();
            if (offer == null) {
                return;
            }
            accept(offer, Math.min(Math.min(room, load.atMost()), fitting(offer)), load.taskName());
        }
    }

    private int room() {
        return load.window() - (int) (launched.get() - finished.get());
    }

    private static int fitting(Offer offer) {
        double cpus = 0;
        double memMb = 0;
        for (Resource resource : offer.getResourcesList()) {
            switch (resource.getName()) {
                case "cpus" -> cpus += resource.getScalar().getValue();
                case "mem" -> memMb += resource.getScalar().getValue();
                default -> {}
            }
        }
        return (int) (Math.min(cpus / TASK_CPUS, memMb / TASK_MEM_MB) + 1e-6);
    }

    private void accept(Offer offer, int tasks, String taskName) {
        Offer.Operation.Launch.Builder launch = Offer.Operation.Launch.newBuilder();
        for (int i = 0; i < tasks; i++) {
            launch.addTaskInfos(TaskInfo.newBuilder()
                    .setName(taskName)
                    .setTaskId(TaskID.newBuilder().setValue("task-" + nextTask++))
                    .setAgentId(offer.getAgentId())
                    .setCommand(CommandInfo.newBuilder().setValue("exit 0"))
                    .addResources(scalar("cpus", TASK_CPUS))
                    .addResources(scalar("mem", TASK_MEM_MB)));
        }
        launched.addAndGet(tasks);
        lastAcceptNanos = System.nanoTime();
        send(Call.newBuilder()
                .setType(Call.Type.ACCEPT)
                .setAccept(Call.Accept.newBuilder()
                        .addOfferIds(offer.getId())
                        .addOperations(Offer.Operation.newBuilder()
                                .setType(Offer.Operation.Type.LAUNCH)
                                .setLaunch(launch))
                        .setFilters(Filters.newBuilder().setRefuseSeconds(0))));
    }

    private static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole("*"))
                .build();
    }

    private void send(Call.Builder call) {
        calls.get(nextCall).send(call.setFrameworkId(id).build(), subscription.streamId());
        nextCall = (nextCall + 1) % calls.size();
    }

    @Override
    public void close() {
        subscription.close();
        calls.forEach(CallConnection::close);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}

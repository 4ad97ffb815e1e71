package io.stoa.benchmarks;

import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;

/** The workload's framework, which does nothing but ask for its tasks, on the v1 scheduler API in protobuf. */
final class ReconcilingFramework implements AutoCloseable {

    private static final FrameworkID ID =
            FrameworkID.newBuilder().setValue(Workload.FRAMEWORK.value()).build();

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = loops.next();
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private final CountDownLatch subscribed = new CountDownLatch(1);
    private final CallConnection subscription;
    private final CallConnection calls;
    private volatile CountDownLatch answers = new CountDownLatch(0);
    private volatile TaskState expected = TaskState.TASK_RUNNING;

    ReconcilingFramework(int port) throws InterruptedException {
        subscription = new CallConnection(loop, port, this::event, this::fail);
        calls = new CallConnection(loop, port, record -> fail("an event on a connection for calls"), this::fail);
        loop.execute(() -> subscription.send(
                Call.newBuilder()
                        .setType(Call.Type.SUBSCRIBE)
                        .setFrameworkId(ID)
                        .setSubscribe(Call.Subscribe.newBuilder()
                                .addSuppressedRoles("*")
                                .setFrameworkInfo(FrameworkInfo.newBuilder()
                                        .setUser("root")
                                        .setName("web")
                                        .setId(ID)
                                        .setFailoverTimeout(3_600)
                                        .addRoles("*")
                                        .addCapabilities(FrameworkInfo.Capability.newBuilder()
                                                .setType(FrameworkInfo.Capability.Type.MULTI_ROLE))
                                        .addCapabilities(FrameworkInfo.Capability.newBuilder()
                                                .setType(FrameworkInfo.Capability.Type.PARTITION_AWARE))))
                        .build(),
                ""));
        if (!subscribed.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("not subscribed after 1 min: " + failure.get());
        }
    }

    private void event(byte[] record) {
        try {
            Event event = Event.parseFrom(record);
            if (event.getType() == Event.Type.SUBSCRIBED) {
                subscribed.countDown();
            } else if (event.getType() == Event.Type.UPDATE) {
                if (event.getUpdate().getStatus().getState() != expected) {
                    fail("answer: " + event.getUpdate().getStatus().getState() + " (expected: " + expected + ")");
                }
                answers.countDown();
            } else if (event.getType() == Event.Type.ERROR) {
                fail(event.getError().getMessage());
            }
        } catch (InvalidProtocolBufferException e) {
            fail(e.toString());
        }
    }

    private void fail(String reason) {
        failure.compareAndSet(null, reason);
    }

    /** Asks for everything there is; returns, in nanoseconds, how long it took until so many answers had come. */
    long askForAll(int tasks) throws InterruptedException {
        return ask(Call.Reconcile.newBuilder(), tasks, TaskState.TASK_RUNNING);
    }

    /**
     * Asks for so many tasks by name.
     *
     * @param firstTask number of the first of them
     */
    long askForEach(int agents, int firstTask, int tasks, TaskState answer) throws InterruptedException {
        Call.Reconcile.Builder reconcile = Call.Reconcile.newBuilder();
        for (int i = firstTask; i < firstTask + tasks; i++) {
            reconcile.addTasks(Call.Reconcile.Task.newBuilder()
                    .setTaskId(TaskID.newBuilder().setValue(Workload.taskId(i)))
                    .setAgentId(AgentID.newBuilder()
                            .setValue(Workload.agent(i % agents).value())));
        }
        return ask(reconcile, tasks, answer);
    }

    private long ask(Call.Reconcile.Builder reconcile, int tasks, TaskState answer) throws InterruptedException {
        expected = answer;
        answers = new CountDownLatch(tasks);
        Call call = Call.newBuilder()
                .setType(Call.Type.RECONCILE)
                .setFrameworkId(ID)
                .setReconcile(reconcile)
                .build();
        long begin = System.nanoTime();
        loop.execute(() -> calls.send(call, subscription.streamId()));
        if (!answers.await(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException(
                    "answers missing after 1 min: " + answers.getCount() + ", failure: " + failure.get());
        }
        long tookNanos = System.nanoTime() - begin;
        String failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException(failed);
        }
        return tookNanos;
    }

    @Override
    public void close() {
        subscription.close();
        calls.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}

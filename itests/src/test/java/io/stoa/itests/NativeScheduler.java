package io.stoa.itests;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.stoa.proto.v1.AcknowledgeRequest;
import io.stoa.proto.v1.Acknowledgement;
import io.stoa.proto.v1.Agent;
import io.stoa.proto.v1.Claim;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.CommitRequest;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.Kill;
import io.stoa.proto.v1.Operation;
import io.stoa.proto.v1.SchedulerEvent;
import io.stoa.proto.v1.SchedulerServiceGrpc;
import io.stoa.proto.v1.SnapshotChunk;
import io.stoa.proto.v1.SnapshotRequest;
import io.stoa.proto.v1.SubscribeRequest;
import io.stoa.proto.v1.TearDownRequest;
import io.stoa.testing.Patience;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * A scheduler over RPC, on what {@code protoc} makes and nothing else: one subscription, its events kept in the order
 * of arrival, statuses acknowledged at once.
 */
public final class NativeScheduler implements AutoCloseable {

    private final ManagedChannel channel;
    private final Object arrival = new Object();
    private final List<SchedulerEvent> events = new ArrayList<>();
    private Optional<Status> end = Optional.empty();
    private final Identity identity;

    private NativeScheduler(String master, SubscribeRequest request) throws InterruptedException {
        channel = NettyChannelBuilder.forTarget(master).usePlaintext().build();
        SchedulerServiceGrpc.newStub(channel).subscribe(request, new Arrivals());
        try {
            identity = await(SchedulerEvent::hasSubscribed).getSubscribed().getIdentity();
        } catch (AssertionError e) {
            channel.shutdownNow();
            throw e;
        }
    }

    /**
     * Subscribes; returns when the first event has come.
     *
     * @param master {@code host:port}
     * @param info with id to subscribe again
     */
    public static NativeScheduler subscribe(String master, FrameworkInfo info) throws InterruptedException {
        return new NativeScheduler(
                master, SubscribeRequest.newBuilder().setInfo(info).build());
    }

    public String id() {
        return identity.getSchedulerId();
    }

    public Identity identity() {
        return identity;
    }

    /** Why the subscription has ended; empty while it has not. */
    public Optional<Status> end() {
        synchronized (arrival) {
            return end;
        }
    }

    /** Waits for the subscription to end: nothing comes behind that. */
    public void awaitEnd() throws InterruptedException {
        Patience patience = Patience.begun();
        synchronized (arrival) {
            while (end.isEmpty()) {
                if (!patience.awaits(arrival)) {
                    throw new AssertionError("the subscription does not end");
                }
            }
        }
    }

    /** The first event of this subscription, past or to come, that is wanted. */
    public SchedulerEvent await(Predicate<SchedulerEvent> wanted) throws InterruptedException {
        Patience patience = Patience.begun();
        synchronized (arrival) {
            int seen = 0;
            while (true) {
                for (; seen < events.size(); seen++) {
                    if (wanted.test(events.get(seen))) {
                        return events.get(seen);
                    }
                }
                if (end.isPresent() || !patience.awaits(arrival)) {
                    throw new AssertionError("no such event"
                            + end.map(why -> " before " + why).orElse("") + " among "
                            + events.stream().map(NativeScheduler::brief).toList());
                }
            }
        }
    }

    private static String brief(SchedulerEvent event) {
        TaskStatus status = event.getStatus();
        return event.hasStatus()
                ? status.getTaskId().getValue() + " " + status.getState() + " '" + status.getMessage() + "'"
                : event.getEventCase().toString();
    }

    /** The status by which a task reaches a state. */
    public TaskStatus awaitState(String taskId, TaskState state) throws InterruptedException {
        return await(event -> event.hasStatus()
                        && event.getStatus().getTaskId().getValue().equals(taskId)
                        && event.getStatus().getState() == state)
                .getStatus();
    }

    /** What it has heard of all tasks so far, oldest first. */
    public List<TaskStatus> statuses() {
        synchronized (arrival) {
            return events.stream()
                    .filter(SchedulerEvent::hasStatus)
                    .map(SchedulerEvent::getStatus)
                    .toList();
        }
    }

    /** A claim for a task on the agent that it names. */
    public static Operation.Builder claim(TaskInfo task) {
        return Operation.newBuilder()
                .setClaim(Claim.newBuilder()
                        .setAgentId(task.getAgentId().getValue())
                        .setTask(task));
    }

    public static Operation.Builder kill(String taskId) {
        return Operation.newBuilder().setKill(Kill.newBuilder().setTaskId(taskId));
    }

    /** Whatever else is to be said is said with {@link #commit(CommitRequest.Builder)}. */
    public CommitResponse commit(Operation.Builder... operations) {
        return commit(request(operations));
    }

    /** Such a request without identity. */
    public static CommitRequest.Builder request(Operation.Builder... operations) {
        CommitRequest.Builder request = CommitRequest.newBuilder();
        for (Operation.Builder operation : operations) {
            request.addOperations(operation);
        }
        return request;
    }

    public CommitResponse commit(CommitRequest.Builder request) {
        return calls().commit(request.setIdentity(identity).build());
    }

    /** As {@link #commit(CommitRequest.Builder)}, without waiting. */
    public ListenableFuture<CommitResponse> commitLater(CommitRequest.Builder request) {
        return SchedulerServiceGrpc.newFutureStub(channel)
                .commit(request.setIdentity(identity).build());
    }

    /** The service, for calls that wait for their answers. */
    public SchedulerServiceGrpc.SchedulerServiceBlockingStub calls() {
        return SchedulerServiceGrpc.newBlockingStub(channel);
    }

    /** The service that shows the cluster. */
    public ClusterServiceGrpc.ClusterServiceBlockingStub cluster() {
        return ClusterServiceGrpc.newBlockingStub(channel);
    }

    /** All chunks as one. */
    public SnapshotChunk snapshot() {
        SnapshotChunk.Builder all = SnapshotChunk.newBuilder();
        Iterator<SnapshotChunk> chunks = cluster().snapshot(SnapshotRequest.getDefaultInstance());
        chunks.forEachRemaining(all::mergeFrom);
        if (!all.getLast()) {
            throw new AssertionError("the snapshot was cut at version " + all.getVersion());
        }
        return all.build();
    }

    /** An agent as it is now, by its hostname. */
    public Agent agent(String hostname) {
        return snapshot().getAgentsList().stream()
                .filter(agent -> agent.getHostname().equals(hostname))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no agent " + hostname));
    }

    /** Ends all its tasks, and the subscription with that. */
    public void tearDown() {
        calls().tearDown(TearDownRequest.newBuilder().setIdentity(identity).build());
    }

    /** Breaks the connection. */
    @Override
    public void close() {
        channel.shutdownNow();
    }

    private final class Arrivals implements StreamObserver<SchedulerEvent> {

        private Identity self = Identity.getDefaultInstance();

        @Override
        public void onNext(SchedulerEvent event) {
            if (event.hasSubscribed()) {
                self = event.getSubscribed().getIdentity();
            } else if (event.hasStatus() && event.getStatus().hasUuid()) {
                acknowledge(event.getStatus());
            }
            synchronized (arrival) {
                events.add(event);
                arrival.notifyAll();
            }
        }

        /** One that gets lost is asked for again by the status being sent again. */
        private void acknowledge(TaskStatus status) {
            SchedulerServiceGrpc.newFutureStub(channel)
                    .acknowledge(AcknowledgeRequest.newBuilder()
                            .setIdentity(self)
                            .addAcknowledgements(Acknowledgement.newBuilder()
                                    .setAgentId(status.getAgentId().getValue())
                                    .setTaskId(status.getTaskId().getValue())
                                    .setUuid(status.getUuid()))
                            .build());
        }

        @Override
        public void onError(Throwable error) {
            end(Status.fromThrowable(error));
        }

        @Override
        public void onCompleted() {
            end(Status.OK);
        }

        private void end(Status status) {
            synchronized (arrival) {
                end = Optional.of(status);
                arrival.notifyAll();
            }
        }
    }
}

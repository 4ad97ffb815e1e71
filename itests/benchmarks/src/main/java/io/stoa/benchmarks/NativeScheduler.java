package io.stoa.benchmarks;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.stoa.proto.v1.AcknowledgeRequest;
import io.stoa.proto.v1.AcknowledgeResponse;
import io.stoa.proto.v1.Acknowledgement;
import io.stoa.proto.v1.CommitRequest;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.SchedulerEvent;
import io.stoa.proto.v1.SchedulerServiceGrpc;
import io.stoa.proto.v1.SubscribeRequest;
import io.stoa.proto.v1.TearDownRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskStatus;

/** A native scheduler on the bare stubs, over a connection of its own; acknowledges whatever it hears. */
final class NativeScheduler {

    private static final int WINDOW_BYTES = 1 << 20;
    private static final double FAILOVER_TIMEOUT_S = 3_600;

    private final ManagedChannel channel;
    private final SchedulerServiceGrpc.SchedulerServiceStub stub;
    private final CompletableFuture<Identity> subscribed = new CompletableFuture<>();
    private final Identity identity;
    private final Consumer<String> failed;
    private volatile boolean closed;

    /** Returns when it is subscribed. */
    NativeScheduler(int port, String name, Consumer<String> failed) throws Exception {
        this.failed = failed;
        channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .directExecutor()
                .flowControlWindow(WINDOW_BYTES)
                .build();
        stub = SchedulerServiceGrpc.newStub(channel);
        stub.subscribe(
                SubscribeRequest.newBuilder()
                        .setInfo(FrameworkInfo.newBuilder()
                                .setUser("root")
                                .setName(name)
                                .setFailoverTimeout(FAILOVER_TIMEOUT_S)
                                .addRoles("*")
                                .addCapabilities(FrameworkInfo.Capability.newBuilder()
                                        .setType(FrameworkInfo.Capability.Type.MULTI_ROLE)))
                        .build(),
                new Events());
        identity = subscribed.get(1, TimeUnit.MINUTES);
    }

    Identity identity() {
        return identity;
    }

    /** @param request without identity */
    void commit(CommitRequest.Builder request, StreamObserver<CommitResponse> answer) {
        stub.commit(request.setIdentity(identity).build(), answer);
    }

    /** Returns when it and its tasks are gone. */
    void tearDown() {
        closed = true;
        SchedulerServiceGrpc.newBlockingStub(channel)
                .tearDown(TearDownRequest.newBuilder().setIdentity(identity).build());
        channel.shutdownNow();
    }

    /** Its tasks stay until its failover timeout is over. */
    void disconnect() {
        closed = true;
        channel.shutdownNow();
    }

    private void acknowledge(TaskStatus status) {
        stub.acknowledge(
                AcknowledgeRequest.newBuilder()
                        .setIdentity(identity)
                        .addAcknowledgements(Acknowledgement.newBuilder()
                                .setAgentId(status.getAgentId().getValue())
                                .setTaskId(status.getTaskId().getValue())
                                .setUuid(status.getUuid()))
                        .build(),
                new StreamObserver<AcknowledgeResponse>() {
                    @Override
                    public void onNext(AcknowledgeResponse response) {}

                    @Override
                    public void onError(Throwable error) {
                        lost(error);
                    }

                    @Override
                    public void onCompleted() {}
                });
    }

    private void lost(Throwable error) {
        subscribed.completeExceptionally(error);
        if (!closed) {
            failed.accept("scheduler: " + error);
        }
    }

    private final class Events implements StreamObserver<SchedulerEvent> {

        @Override
        public void onNext(SchedulerEvent event) {
            if (event.hasSubscribed()) {
                subscribed.complete(event.getSubscribed().getIdentity());
            } else if (event.hasStatus() && event.getStatus().hasUuid()) {
                acknowledge(event.getStatus());
            }
        }

        @Override
        public void onError(Throwable error) {
            lost(error);
        }

        @Override
        public void onCompleted() {
            lost(new IllegalStateException("the stream has ended"));
        }
    }
}

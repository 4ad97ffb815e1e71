package io.stoa.client;

import static java.util.Objects.requireNonNull;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.stoa.proto.v1.AcknowledgeRequest;
import io.stoa.proto.v1.AcknowledgeResponse;
import io.stoa.proto.v1.Changes;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.CommitRequest;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.DescribeSchedulersRequest;
import io.stoa.proto.v1.DescribeSchedulersResponse;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.Scheduler;
import io.stoa.proto.v1.SchedulerEvent;
import io.stoa.proto.v1.SchedulerServiceGrpc;
import io.stoa.proto.v1.SnapshotChunk;
import io.stoa.proto.v1.SnapshotRequest;
import io.stoa.proto.v1.SubscribeRequest;
import io.stoa.proto.v1.Subscribed;
import io.stoa.proto.v1.TearDownRequest;
import io.stoa.proto.v1.TearDownResponse;
import io.stoa.proto.v1.WatchRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * A master that is none: it answers what a master would, over a real connection, for the cluster of the test, and does
 * wrong what it is told to do wrong. That a real master answers so is for other tests. Guarded by the cluster.
 */
final class FakeMaster implements AutoCloseable {

    private static final Metadata.Key<String> LEADER = Metadata.Key.of("stoa-leader", Metadata.ASCII_STRING_MARSHALLER);

    private final FakeCluster cluster;
    /** Of its own, as in another process: gRPC's own threads are only the client's. */
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    private final Server server;
    private final Map<String, StreamObserver<SchedulerEvent>> subscribed = new HashMap<>();
    private final Map<Consumer<Changes>, StreamObserver<Changes>> watches = new HashMap<>();
    private final Deque<Runnable> held = new ArrayDeque<>();

    /** Commits that are done, and answered with a failure. */
    int answersToLose;
    /** Subscriptions that are made, and answered with a failure. */
    int subscriptionsToLose;
    /** Commits that are refused since there is too much to do. */
    int commitsToRefuse;
    /** Snapshots that end before they are complete. */
    int snapshotsToCut;

    boolean holdsCommits;
    boolean silentOnAborts;

    int snapshots;
    int acknowledgeCalls;
    final List<Long> watchedFrom = new ArrayList<>();
    final List<String> commitKeys = new ArrayList<>();
    final List<String> acknowledged = new ArrayList<>();

    private FakeMaster(FakeCluster cluster) throws IOException {
        this.cluster = cluster;
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .channelType(NioServerSocketChannel.class)
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .directExecutor() // As masters do: calls of one connection are decided in their order.
                .addService(new Reading())
                .addService(new Scheduling())
                .build()
                .start();
    }

    /** One that leads. */
    static FakeMaster leading(FakeCluster cluster) throws IOException {
        FakeMaster master = new FakeMaster(cluster);
        cluster.leader(master.address());
        return master;
    }

    static FakeMaster following(FakeCluster cluster) throws IOException {
        return new FakeMaster(cluster);
    }

    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    /** Reads what this master has been asked. */
    <T> T read(Supplier<T> some) {
        synchronized (cluster) {
            return some.get();
        }
    }

    /** Changes what is wrong with this master, or several things in one. */
    void with(Runnable some) {
        synchronized (cluster) {
            some.run();
        }
    }

    private boolean leads() {
        return address().equals(cluster.leader());
    }

    private StatusRuntimeException elsewhere() {
        Metadata trailers = new Metadata();
        String leader = cluster.leader();
        if (leader != null && !leader.equals(address())) {
            trailers.put(LEADER, leader);
        }
        return Status.UNAVAILABLE.withDescription("does not lead").asRuntimeException(trailers);
    }

    /** Another one leads from now on; streams end as a real master ends them. */
    void loseTheLeadTo(FakeMaster other) {
        with(() -> {
            cluster.leader(other.address());
            cutWatches(elsewhere());
            subscribed.values().forEach(stream -> stream.onError(elsewhere()));
            subscribed.clear();
            release();
        });
    }

    void cutWatches(StatusRuntimeException how) {
        with(() -> {
            watches.forEach((watch, stream) -> {
                cluster.unwatch(watch);
                stream.onError(how);
            });
            watches.clear();
        });
    }

    void cutSubscriptions() {
        with(() -> {
            subscribed.values().forEach(stream -> stream.onError(Status.UNAVAILABLE.asRuntimeException()));
            subscribed.clear();
        });
    }

    /** Those that were held are decided. */
    void release() {
        with(() -> {
            holdsCommits = false;
            while (!held.isEmpty()) {
                held.remove().run();
            }
        });
    }

    void tell(String schedulerId, TaskStatus status) {
        with(() -> requireNonNull(subscribed.get(schedulerId))
                .onNext(SchedulerEvent.newBuilder().setStatus(status).build()));
    }

    private Scheduler described(Scheduler scheduler) {
        boolean connected = subscribed.containsKey(scheduler.getSchedulerId());
        return scheduler.toBuilder()
                .setDoor(connected ? Scheduler.Door.RPC : Scheduler.Door.NONE)
                .build();
    }

    private <R> void answer(StreamObserver<R> to, Supplier<R> answer) {
        synchronized (cluster) {
            try {
                if (!leads()) {
                    throw elsewhere();
                }
                to.onNext(answer.get());
                to.onCompleted();
            } catch (StatusRuntimeException e) {
                to.onError(e);
            }
        }
    }

    private void check(Identity identity) {
        Scheduler scheduler = cluster.schedulers.get(identity.getSchedulerId());
        if (scheduler == null) {
            throw Status.NOT_FOUND.asRuntimeException();
        }
        if (!subscribed.containsKey(identity.getSchedulerId())
                || scheduler.getGeneration() != identity.getGeneration()) {
            throw Status.FAILED_PRECONDITION
                    .withDescription("generation: " + identity.getGeneration() + " (expected: "
                            + scheduler.getGeneration() + ")")
                    .asRuntimeException();
        }
    }

    /** Its connections break behind what it has said, without a word, as those of a process that is killed. */
    void kill() {
        loops.submit(() -> {}).awaitUninterruptibly();
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Override
    public void close() {
        // Of one that was killed nothing is left, and gRPC would wait for what its loop does no more.
        if (!loops.isShutdown()) {
            server.shutdownNow();
            loops.shutdownGracefully();
        }
    }

    private final class Reading extends ClusterServiceGrpc.ClusterServiceImplBase {

        @Override
        public void snapshot(SnapshotRequest request, StreamObserver<SnapshotChunk> to) {
            synchronized (cluster) {
                if (!leads()) {
                    to.onError(elsewhere());
                    return;
                }
                snapshots++;
                SnapshotChunk.Builder chunk = SnapshotChunk.newBuilder().setVersion(cluster.version());
                cluster.agents
                        .values()
                        .forEach(agent ->
                                to.onNext(chunk.clone().addAgents(agent).build()));
                if (snapshotsToCut > 0) {
                    snapshotsToCut--;
                } else {
                    to.onNext(chunk.clone()
                            .addAllSchedulers(cluster.schedulers.values())
                            .addAllTasks(cluster.tasks.values())
                            .setLast(true)
                            .build());
                }
                to.onCompleted();
            }
        }

        @Override
        public void watch(WatchRequest request, StreamObserver<Changes> to) {
            synchronized (cluster) {
                watchedFrom.add(request.getVersion());
                if (!leads()) {
                    to.onError(elsewhere());
                } else if (!cluster.keeps(request.getVersion())) {
                    to.onError(Status.OUT_OF_RANGE.asRuntimeException());
                } else {
                    to.onNext(Changes.newBuilder()
                            .setSince(request.getVersion())
                            .setVersion(request.getVersion())
                            .build());
                    Consumer<Changes> watch = to::onNext;
                    ((ServerCallStreamObserver<Changes>) to)
                            .setOnCancelHandler(() -> with(() -> {
                                cluster.unwatch(watch);
                                watches.remove(watch);
                            }));
                    watches.put(watch, to);
                    cluster.watch(request.getVersion(), watch);
                }
            }
        }

        @Override
        public void describeSchedulers(
                DescribeSchedulersRequest request, StreamObserver<DescribeSchedulersResponse> to) {
            answer(to, () -> {
                DescribeSchedulersResponse.Builder described = DescribeSchedulersResponse.newBuilder();
                for (String id : request.getSchedulerIdsList()) {
                    Scheduler scheduler = cluster.schedulers.get(id);
                    if (scheduler != null) {
                        described.addSchedulers(described(scheduler));
                    }
                }
                return described.build();
            });
        }
    }

    private final class Scheduling extends SchedulerServiceGrpc.SchedulerServiceImplBase {

        @Override
        public void subscribe(SubscribeRequest request, StreamObserver<SchedulerEvent> to) {
            synchronized (cluster) {
                Scheduler admitted;
                try {
                    if (!leads()) {
                        throw elsewhere();
                    }
                    admitted = cluster.admit(request.getInfo(), request.getGeneration());
                } catch (StatusRuntimeException e) {
                    to.onError(e);
                    return;
                }
                StreamObserver<SchedulerEvent> before = subscribed.remove(admitted.getSchedulerId());
                if (before != null && !silentOnAborts) {
                    before.onError(Status.ABORTED.asRuntimeException());
                }
                if (subscriptionsToLose > 0) {
                    subscriptionsToLose--;
                    to.onError(Status.UNAVAILABLE.asRuntimeException());
                    return;
                }
                ((ServerCallStreamObserver<SchedulerEvent>) to)
                        .setOnCancelHandler(() -> with(() -> subscribed.remove(admitted.getSchedulerId(), to)));
                subscribed.put(admitted.getSchedulerId(), to);
                to.onNext(SchedulerEvent.newBuilder()
                        .setSubscribed(Subscribed.newBuilder()
                                .setIdentity(Identity.newBuilder()
                                        .setSchedulerId(admitted.getSchedulerId())
                                        .setGeneration(admitted.getGeneration()))
                                .setHeartbeatIntervalMs(15_000))
                        .build());
            }
        }

        @Override
        public void commit(CommitRequest request, StreamObserver<CommitResponse> to) {
            synchronized (cluster) {
                commitKeys.add(request.getIdempotencyKey());
                if (holdsCommits) {
                    held.add(() -> decide(request, to));
                } else {
                    decide(request, to);
                }
            }
        }

        private void decide(CommitRequest request, StreamObserver<CommitResponse> to) {
            answer(to, () -> {
                check(request.getIdentity());
                if (commitsToRefuse > 0) {
                    commitsToRefuse--;
                    throw Status.RESOURCE_EXHAUSTED.asRuntimeException();
                }
                CommitResponse answer = cluster.commit(request);
                if (answersToLose > 0) {
                    answersToLose--;
                    throw Status.UNAVAILABLE.asRuntimeException();
                }
                return answer;
            });
        }

        @Override
        public void acknowledge(AcknowledgeRequest request, StreamObserver<AcknowledgeResponse> to) {
            answer(to, () -> {
                check(request.getIdentity());
                acknowledgeCalls++;
                request.getAcknowledgementsList()
                        .forEach(one -> acknowledged.add(
                                one.getTaskId() + "/" + one.getUuid().toStringUtf8()));
                return AcknowledgeResponse.getDefaultInstance();
            });
        }

        @Override
        public void tearDown(TearDownRequest request, StreamObserver<TearDownResponse> to) {
            answer(to, () -> {
                check(request.getIdentity());
                String id = request.getIdentity().getSchedulerId();
                cluster.schedulers.remove(id);
                requireNonNull(subscribed.remove(id)).onError(Status.NOT_FOUND.asRuntimeException());
                return TearDownResponse.getDefaultInstance();
            });
        }
    }
}

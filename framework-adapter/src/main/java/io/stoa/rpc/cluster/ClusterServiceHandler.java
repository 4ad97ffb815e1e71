package io.stoa.rpc.cluster;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.DescribeAgentsRequest;
import io.stoa.proto.v1.DescribeAgentsResponse;
import io.stoa.proto.v1.DescribeRolesRequest;
import io.stoa.proto.v1.DescribeRolesResponse;
import io.stoa.proto.v1.DescribeSchedulersRequest;
import io.stoa.proto.v1.DescribeSchedulersResponse;
import io.stoa.proto.v1.DescribeTasksRequest;
import io.stoa.proto.v1.DescribeTasksResponse;
import io.stoa.proto.v1.ListAgentsRequest;
import io.stoa.proto.v1.ListAgentsResponse;
import io.stoa.proto.v1.ListRolesRequest;
import io.stoa.proto.v1.ListRolesResponse;
import io.stoa.proto.v1.ListSchedulersRequest;
import io.stoa.proto.v1.ListSchedulersResponse;
import io.stoa.proto.v1.ListTasksRequest;
import io.stoa.proto.v1.ListTasksResponse;
import io.stoa.proto.v1.SnapshotChunk;
import io.stoa.proto.v1.SnapshotRequest;
import io.stoa.proto.v1.WatchRequest;
import io.stoa.rpc.MalformedRequests;
import io.stoa.rpc.RpcDoor;
import io.stoa.rpc.UnreadBytes;
import io.stoa.time.Time;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Where readers of the cluster come in. */
public final class ClusterServiceHandler implements BindableService {

    /** Lists that are not begun yet. */
    private static final int MAX_WAITING = 1_000;

    private final RpcDoor<ClusterDesk> door = new RpcDoor<>();
    private final ReaderCounts counts = new ReaderCounts();
    private final Snapshots snapshots;
    private final Watchers watchers;
    private final AtomicInteger waiting = new AtomicInteger();

    /** @param loops gives, on the thread that serves a connection, where the rest of its work is done */
    public ClusterServiceHandler(Supplier<Executor> loops, Time time) {
        this(loops, time, new UnreadBytes());
    }

    /** @param unread of all watchers */
    ClusterServiceHandler(Supplier<Executor> loops, Time time, UnreadBytes unread) {
        snapshots = new Snapshots(time, counts);
        watchers = new Watchers(loops, time, counts, unread);
    }

    /** What has happened to readers since this process began. */
    public ReaderCounts counts() {
        return counts;
    }

    /** This master leads from now on. */
    public void lead(ClusterDesk desk) {
        desk.log().onMore(watchers::wake);
        door.lead(desk);
    }

    /** @param leader {@code host:port} of the master that leads from now on; empty where nobody knows */
    public void follow(Optional<String> leader) {
        door.follow(leader);
        endAll();
    }

    private void endAll() {
        StatusRuntimeException elsewhere = door.elsewhere();
        snapshots.endAll(elsewhere);
        watchers.endAll(elsewhere);
    }

    @Override
    public ServerServiceDefinition bindService() {
        return MalformedRequests.keptFrom(WatchBinding.bind(new Calls().bindService(), this::watch));
    }

    private void watch(WatchRequest request, StreamObserver<EncodedChanges> response) {
        open(response, desk -> watchers.watch(desk, request, (ServerCallStreamObserver<EncodedChanges>) response));
    }

    /** Where the lead was lost meanwhile, this call may have come too late to end with the others. */
    private void open(StreamObserver<?> response, Consumer<ClusterDesk> call) {
        try {
            ClusterDesk desk = door.enter();
            call.accept(desk);
            if (!door.isOpenTo(desk)) {
                endAll();
            }
        } catch (StatusRuntimeException e) {
            response.onError(e);
        }
    }

    private <R> void answer(StreamObserver<R> response, Function<ClusterDesk, R> answer) {
        R message;
        try {
            message = answer.apply(door.enter());
        } catch (StatusRuntimeException e) {
            response.onError(e);
            return;
        }
        response.onNext(message);
        response.onCompleted();
    }

    /** Not on the event loop, since it takes long. */
    private <R> void answerLater(StreamObserver<R> response, Function<ClusterDesk, R> answer) {
        ServerCallStreamObserver<R> call = (ServerCallStreamObserver<R>) response;
        // Without it an answer to a call that is over would throw.
        call.setOnCancelHandler(() -> {});
        try {
            Executor reads = door.enter().reads();
            if (waiting.incrementAndGet() > MAX_WAITING) {
                waiting.decrementAndGet();
                throw Status.RESOURCE_EXHAUSTED
                        .withDescription("lists waiting: " + MAX_WAITING + " (expected: fewer)")
                        .asRuntimeException();
            }
            reads.execute(() -> {
                waiting.decrementAndGet();
                if (!call.isCancelled()) {
                    try {
                        answer(response, answer);
                    } catch (RuntimeException | OutOfMemoryError e) {
                        response.onError(
                                Status.INTERNAL.withDescription(e.toString()).asRuntimeException());
                        throw e;
                    }
                }
            });
        } catch (StatusRuntimeException e) {
            response.onError(e);
        }
    }

    /** All but watching. */
    private final class Calls extends ClusterServiceGrpc.ClusterServiceImplBase {

        @Override
        public void snapshot(SnapshotRequest request, StreamObserver<SnapshotChunk> response) {
            open(response, desk -> snapshots.take(desk, request, (ServerCallStreamObserver<SnapshotChunk>) response));
        }

        @Override
        public void listAgents(ListAgentsRequest request, StreamObserver<ListAgentsResponse> response) {
            answerLater(response, desk -> new Lists(desk).agents(request));
        }

        @Override
        public void listTasks(ListTasksRequest request, StreamObserver<ListTasksResponse> response) {
            answerLater(response, desk -> TaskLists.answer(desk.snapshots().get(), request));
        }

        @Override
        public void listSchedulers(ListSchedulersRequest request, StreamObserver<ListSchedulersResponse> response) {
            answerLater(response, desk -> new Lists(desk).schedulers(request));
        }

        @Override
        public void listRoles(ListRolesRequest request, StreamObserver<ListRolesResponse> response) {
            answerLater(response, desk -> new Lists(desk).roles(request));
        }

        @Override
        public void describeAgents(DescribeAgentsRequest request, StreamObserver<DescribeAgentsResponse> response) {
            answer(response, desk -> new Descriptions(desk).agents(request));
        }

        @Override
        public void describeTasks(DescribeTasksRequest request, StreamObserver<DescribeTasksResponse> response) {
            answer(response, desk -> new Descriptions(desk).tasks(request));
        }

        @Override
        public void describeSchedulers(
                DescribeSchedulersRequest request, StreamObserver<DescribeSchedulersResponse> response) {
            answer(response, desk -> new Descriptions(desk).schedulers(request));
        }

        @Override
        public void describeRoles(DescribeRolesRequest request, StreamObserver<DescribeRolesResponse> response) {
            answer(response, desk -> new Descriptions(desk).roles(request));
        }
    }
}

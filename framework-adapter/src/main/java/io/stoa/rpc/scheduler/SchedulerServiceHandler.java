package io.stoa.rpc.scheduler;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.stoa.authentication.BasicAuthentication;
import io.stoa.proto.v1.AcknowledgeRequest;
import io.stoa.proto.v1.AcknowledgeResponse;
import io.stoa.proto.v1.CommitRequest;
import io.stoa.proto.v1.CommitResponse;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.ReconcileRequest;
import io.stoa.proto.v1.ReconcileResponse;
import io.stoa.proto.v1.SchedulerEvent;
import io.stoa.proto.v1.SchedulerServiceGrpc;
import io.stoa.proto.v1.SendMessageRequest;
import io.stoa.proto.v1.SendMessageResponse;
import io.stoa.proto.v1.SubscribeRequest;
import io.stoa.proto.v1.TearDownRequest;
import io.stoa.proto.v1.TearDownResponse;
import io.stoa.proto.v1.UpdateSchedulerRequest;
import io.stoa.proto.v1.UpdateSchedulerResponse;
import io.stoa.rpc.MalformedRequests;
import io.stoa.rpc.RpcDoor;
import io.stoa.rpc.UnreadBytes;
import io.stoa.state.model.FrameworkId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.mesos.v1.scheduler.Protos.Call;

/** Where native schedulers come in, whether this master leads or not. */
public final class SchedulerServiceHandler implements BindableService, SchedulerServiceGrpc.AsyncService {

    private final Supplier<Executor> loops;
    private final RpcDoor<SchedulerDesk> door = new RpcDoor<>();
    private final SchedulerCounts counts = new SchedulerCounts();
    private final UnreadBytes unread;

    /** @param loops gives, on the thread that serves a connection, where the rest of its work is done */
    public SchedulerServiceHandler(Supplier<Executor> loops) {
        this(loops, new UnreadBytes());
    }

    /** @param unread of all streams of events */
    SchedulerServiceHandler(Supplier<Executor> loops, UnreadBytes unread) {
        this.loops = loops;
        this.unread = unread;
    }

    /** What has happened to schedulers since this process began. */
    public SchedulerCounts counts() {
        return counts;
    }

    /** This master leads. */
    public void lead(SchedulerDesk desk) {
        door.lead(desk);
    }

    /** @param leader who leads instead, {@code host:port}, where that is known */
    public void follow(Optional<String> leader) {
        door.follow(leader);
    }

    @Override
    public ServerServiceDefinition bindService() {
        return MalformedRequests.keptFrom(ServerInterceptors.intercept(
                SchedulerServiceGrpc.bindService(this), new CallerAuthentication(this::authentication, counts)));
    }

    /** Whoever cannot be served need not prove anything. */
    private Optional<BasicAuthentication> authentication() {
        return door.find().flatMap(SchedulerDesk::authentication);
    }

    /** Empty where this master does not lead; the caller knows it then. */
    private Optional<SchedulerDesk> desk(StreamObserver<?> observer) {
        Optional<SchedulerDesk> desk = door.find();
        if (desk.isEmpty()) {
            observer.onError(door.elsewhere());
        }
        return desk;
    }

    @Override
    public void subscribe(SubscribeRequest request, StreamObserver<SchedulerEvent> observer) {
        ServerCallStreamObserver<SchedulerEvent> call = (ServerCallStreamObserver<SchedulerEvent>) observer;
        desk(observer)
                .ifPresent(desk -> desk.subscribe(
                        request,
                        CallerAuthentication.principal(),
                        new RpcEventStream(call, loops.get(), door::elsewhere, counts, unread)));
    }

    @Override
    public void commit(CommitRequest request, StreamObserver<CommitResponse> observer) {
        desk(observer).ifPresent(desk -> desk.commit(request, CallerAuthentication.principal(), loops.get(), observer));
    }

    @Override
    public void acknowledge(AcknowledgeRequest request, StreamObserver<AcknowledgeResponse> observer) {
        call(
                request.getIdentity(),
                id -> SchedulerCalls.acknowledge(id, request),
                AcknowledgeResponse.getDefaultInstance(),
                observer);
    }

    @Override
    public void reconcile(ReconcileRequest request, StreamObserver<ReconcileResponse> observer) {
        call(
                request.getIdentity(),
                id -> SchedulerCalls.reconcile(id, request),
                ReconcileResponse.getDefaultInstance(),
                observer);
    }

    @Override
    public void sendMessage(SendMessageRequest request, StreamObserver<SendMessageResponse> observer) {
        call(
                request.getIdentity(),
                id -> SchedulerCalls.message(id, request),
                SendMessageResponse.getDefaultInstance(),
                observer);
    }

    @Override
    public void updateScheduler(UpdateSchedulerRequest request, StreamObserver<UpdateSchedulerResponse> observer) {
        call(
                request.getIdentity(),
                id -> request.hasInfo()
                        ? SchedulerCalls.update(id, request.getInfo(), CallerAuthentication.principal())
                        : Checked.invalid("info: missing (expected: a FrameworkInfo)"),
                UpdateSchedulerResponse.getDefaultInstance(),
                observer);
    }

    @Override
    public void tearDown(TearDownRequest request, StreamObserver<TearDownResponse> observer) {
        call(request.getIdentity(), SchedulerCalls::tearDown, TearDownResponse.getDefaultInstance(), observer);
    }

    private <R> void call(
            Identity identity,
            Function<FrameworkId, Checked<List<Call>>> translation,
            R response,
            StreamObserver<R> observer) {
        desk(observer)
                .ifPresent(
                        desk -> desk.call(identity, CallerAuthentication.principal(), translation, response, observer));
    }
}

package io.stoa.rpc.scheduler;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.SchedulerEvent;
import io.stoa.proto.v1.SchedulerServiceGrpc;
import io.stoa.proto.v1.SubscribeRequest;
import io.stoa.testing.Patience;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.mesos.v1.Protos.FrameworkInfo;

/** The stream of a scheduler, as it sees it. */
final class EventReader {

    private final BlockingQueue<SchedulerEvent> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> closed = new CompletableFuture<>();
    private final ClientCall<SubscribeRequest, SchedulerEvent> call;

    private EventReader(
            ClientCall<SubscribeRequest, SchedulerEvent> call, Metadata headers, SubscribeRequest request, int window) {
        this.call = call;
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(SchedulerEvent event) {
                        if (!event.hasHeartbeat()) {
                            events.add(event);
                        }
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        closed.complete(status);
                    }
                },
                headers);
        call.request(window);
        call.sendMessage(request);
        call.halfClose();
    }

    static EventReader subscribe(ManagedChannel channel, FrameworkInfo info) {
        return subscribe(channel, SubscribeRequest.newBuilder().setInfo(info).build(), Integer.MAX_VALUE);
    }

    /** @param window how many events are read before {@link #read} */
    static EventReader subscribe(ManagedChannel channel, SubscribeRequest request, int window) {
        return subscribe(channel, new Metadata(), request, window);
    }

    static EventReader subscribe(ManagedChannel channel, Metadata headers, SubscribeRequest request, int window) {
        return new EventReader(
                channel.newCall(SchedulerServiceGrpc.getSubscribeMethod(), CallOptions.DEFAULT),
                headers,
                request,
                window);
    }

    void read(int more) {
        call.request(more);
    }

    /** The next event that is no heartbeat. */
    SchedulerEvent next() throws InterruptedException {
        SchedulerEvent event = Patience.next(events);
        if (event == null) {
            throw new AssertionError("no event; the stream: " + closed.getNow(Status.OK));
        }
        return event;
    }

    Identity identity() throws InterruptedException {
        SchedulerEvent event = next();
        if (!event.hasSubscribed()) {
            throw new AssertionError("first event: " + event.getEventCase());
        }
        return event.getSubscribed().getIdentity();
    }

    /** How many events wait for {@link #next}. */
    int waiting() {
        return events.size();
    }

    boolean isOpen() {
        return !closed.isDone();
    }

    Status end() throws Exception {
        return Patience.join(closed);
    }

    /** The scheduler goes away. */
    void cancel() {
        call.cancel("the test wants it so", null);
    }
}

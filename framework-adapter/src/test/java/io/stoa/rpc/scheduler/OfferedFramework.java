package io.stoa.rpc.scheduler;

import static io.stoa.testing.Patience.await;

import io.stoa.mesos.scheduler.CallAnswer;
import io.stoa.mesos.scheduler.EventStream;
import io.stoa.mesos.scheduler.SchedulerApi;
import io.stoa.mesos.scheduler.Takeover;
import io.stoa.testing.Patience;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

/** A Mesos framework that is offered resources, as over HTTP. */
final class OfferedFramework implements EventStream, AutoCloseable {

    private final SchedulerApi api;
    private final String stream = UUID.randomUUID().toString();
    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final List<Runnable> closeActions = new CopyOnWriteArrayList<>();
    private volatile boolean ended;
    private String id = "";

    private OfferedFramework(SchedulerApi api) {
        this.api = api;
    }

    static OfferedFramework subscribe(SchedulerApi api, FrameworkInfo.Builder info) throws InterruptedException {
        OfferedFramework framework = new OfferedFramework(api);
        Call.Builder call = Call.newBuilder()
                .setType(Call.Type.SUBSCRIBE)
                .setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(info));
        if (info.hasId()) {
            call.setFrameworkId(info.getId());
        }
        api.subscribe(call.build(), framework, Takeover.ALLOWED);
        framework.id = framework
                .next(Event.Type.SUBSCRIBED)
                .getSubscribed()
                .getFrameworkId()
                .getValue();
        return framework;
    }

    String frameworkId() {
        return id;
    }

    boolean isEnded() {
        return ended;
    }

    /** The next event of that type; others before it are left out. */
    Event next(Event.Type type) throws InterruptedException {
        return next(event -> event.getType() == type);
    }

    /** What it is told next of that task. An earlier one's end may be told later than what it has left is offered. */
    TaskStatus nextStatus(String taskId) throws InterruptedException {
        return next(event ->
                        event.getUpdate().getStatus().getTaskId().getValue().equals(taskId))
                .getUpdate()
                .getStatus();
    }

    private Event next(Predicate<Event> wanted) throws InterruptedException {
        List<Event> others = new ArrayList<>();
        Event event = Patience.next(events);
        while (event != null && !wanted.test(event)) {
            others.add(event);
            event = Patience.next(events);
        }
        if (event == null) {
            throw new AssertionError("no such event among " + others);
        }
        return event;
    }

    Offer nextOffer() throws InterruptedException {
        return next(Event.Type.OFFERS).getOffers().getOffers(0);
    }

    CallAnswer accept(OfferID offer, TaskInfo... tasks) {
        return call(Call.newBuilder()
                .setType(Call.Type.ACCEPT)
                .setAccept(Call.Accept.newBuilder()
                        .addOfferIds(offer)
                        .addOperations(Offer.Operation.newBuilder()
                                .setType(Offer.Operation.Type.LAUNCH)
                                .setLaunch(
                                        Offer.Operation.Launch.newBuilder().addAllTaskInfos(Arrays.asList(tasks))))));
    }

    CallAnswer call(Call.Builder call) {
        CompletableFuture<CallAnswer> answer = new CompletableFuture<>();
        api.call(
                call.setFrameworkId(FrameworkID.newBuilder().setValue(id)).build(),
                Optional.of(stream),
                answer::complete);
        return Patience.join(answer);
    }

    void awaitEnd() {
        await().until(() -> ended);
    }

    @Override
    public String id() {
        return stream;
    }

    @Override
    public Executor executor() {
        return loop;
    }

    @Override
    public void send(Event event) {
        // Heartbeats would never let the patience end.
        if (event.getType() != Event.Type.HEARTBEAT) {
            events.add(event);
        }
    }

    @Override
    public void whenCaughtUp(int heldBytes, Runnable action) {
        loop.execute(action);
    }

    @Override
    public void end() {
        ended = true;
        new ArrayList<>(closeActions).forEach(Runnable::run);
    }

    @Override
    public void whenClosed(Runnable action) {
        if (ended) {
            action.run();
        } else {
            closeActions.add(action);
        }
    }

    /** Its connection breaks. */
    @Override
    public void close() {
        Patience.join(CompletableFuture.runAsync(this::end, loop));
        loop.shutdown();
    }
}

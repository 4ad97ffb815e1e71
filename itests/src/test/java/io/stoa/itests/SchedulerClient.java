package io.stoa.itests;

import io.stoa.proto.recordio.RecordIoDecoder;
import io.stoa.proto.recordio.RecordIoException;
import io.stoa.testing.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;

/**
 * A framework that speaks the v1 API in protobuf: one subscription, its events kept in the order of arrival, updates
 * acknowledged at once.
 */
public final class SchedulerClient implements AutoCloseable {

    private static final String PROTOBUF = "application/x-protobuf";
    private static final int MAX_RECORD_BYTES = 64 << 20;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.ALWAYS)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final URI endpoint;
    private final String streamId;
    private final InputStream stream;
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final Object arrival = new Object();
    /** Offers that were neither rescinded nor used in a call. */
    private final Map<OfferID, Offer> open = new LinkedHashMap<>();
    /** Known by the reading thread before it acknowledges the first update. */
    private volatile @Nullable FrameworkID frameworkId;

    private boolean ended;

    private SchedulerClient(String master, Call.Subscribe subscribe) throws IOException, InterruptedException {
        endpoint = URI.create("http://" + master + "/api/v1/scheduler");
        Call.Builder call = Call.newBuilder().setType(Call.Type.SUBSCRIBE).setSubscribe(subscribe);
        if (subscribe.getFrameworkInfo().hasId()) {
            call.setFrameworkId(subscribe.getFrameworkInfo().getId());
        }
        HttpResponse<InputStream> response = http.send(
                request(call.build()).header("Accept", PROTOBUF).build(), HttpResponse.BodyHandlers.ofInputStream());
        stream = response.body();
        if (response.statusCode() != 200) {
            throw new IOException("SUBSCRIBE is answered with " + response.statusCode() + ": "
                    + new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
        }
        streamId = response.headers().firstValue("Mesos-Stream-Id").orElseThrow();
        Thread reader = new Thread(this::read, "scheduler-client");
        reader.setDaemon(true);
        reader.start();
        await(event -> event.getType() == Event.Type.SUBSCRIBED);
    }

    /**
     * Subscribes; returns when SUBSCRIBED has come.
     *
     * @param master {@code host:port}
     * @param info with id to subscribe again
     */
    public static SchedulerClient subscribe(String master, FrameworkInfo info)
            throws IOException, InterruptedException {
        return subscribe(master, Call.Subscribe.newBuilder().setFrameworkInfo(info));
    }

    /** As above, with all that can be said. */
    public static SchedulerClient subscribe(String master, Call.Subscribe.Builder subscribe)
            throws IOException, InterruptedException {
        return new SchedulerClient(master, subscribe.build());
    }

    public FrameworkID id() {
        return Objects.requireNonNull(frameworkId, "it is subscribed");
    }

    /** The offers that it may accept, oldest first, as far as it knows. */
    public List<Offer> openOffers() {
        synchronized (arrival) {
            return List.copyOf(open.values());
        }
    }

    /** An offer that it may accept. */
    public Offer awaitOpenOffer(Predicate<Offer> wanted) throws InterruptedException {
        Patience patience = Patience.begun();
        synchronized (arrival) {
            while (true) {
                Optional<Offer> found = open.values().stream().filter(wanted).findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                if (ended || !patience.awaits(arrival)) {
                    throw new AssertionError(
                            "no such offer" + (ended ? " before the stream ended" : "") + " among " + open.values());
                }
            }
        }
    }

    /** Everything that has come so far. */
    public List<Event> events() {
        return List.copyOf(events);
    }

    /** What has come behind the first {@code count} events, waited for; empty when the stream has ended. */
    public List<Event> eventsBehind(int count) throws InterruptedException {
        synchronized (arrival) {
            while (events.size() <= count && !ended) {
                arrival.wait();
            }
            return List.copyOf(events.subList(count, events.size()));
        }
    }

    /** The first event of this subscription, past or to come, that is wanted. */
    public Event await(Predicate<Event> wanted) throws InterruptedException {
        Patience patience = Patience.begun();
        synchronized (arrival) {
            while (true) {
                for (Event event : events) {
                    if (wanted.test(event)) {
                        return event;
                    }
                }
                if (ended || !patience.awaits(arrival)) {
                    throw new AssertionError("no such event" + (ended ? " before the stream ended" : "") + " among "
                            + events.stream().map(SchedulerClient::brief).toList());
                }
            }
        }
    }

    private static String brief(Event event) {
        TaskStatus status = event.getUpdate().getStatus();
        return event.getType() == Event.Type.ERROR
                ? "ERROR " + event.getError().getMessage()
                : event.getType() == Event.Type.UPDATE
                        ? status.getTaskId().getValue() + " " + status.getState() + " '" + status.getMessage() + "'"
                        : event.getType().toString();
    }

    /** The first offer of this subscription, past or to come, that is wanted. */
    public Offer awaitOffer(Predicate<Offer> wanted) throws InterruptedException {
        Event event = await(
                candidate -> candidate.getOffers().getOffersList().stream().anyMatch(wanted));
        return event.getOffers().getOffersList().stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow();
    }

    /** The status by which a task reaches a state. */
    public TaskStatus awaitState(String taskId, TaskState state) throws InterruptedException {
        return await(event -> event.getType() == Event.Type.UPDATE
                        && event.getUpdate().getStatus().getTaskId().getValue().equals(taskId)
                        && event.getUpdate().getStatus().getState() == state)
                .getUpdate()
                .getStatus();
    }

    /** The status of an operation that was given this id. */
    public OperationStatus awaitOperation(String id) throws InterruptedException {
        return await(event -> event.getType() == Event.Type.UPDATE_OPERATION_STATUS
                        && event.getUpdateOperationStatus()
                                .getStatus()
                                .getOperationId()
                                .getValue()
                                .equals(id))
                .getUpdateOperationStatus()
                .getStatus();
    }

    /** What the master says of a task that is on that agent, as far as this framework knows. */
    public TaskState reconcile(String taskId, AgentID agent) throws IOException, InterruptedException {
        int before = events().size();
        Call.Builder call = Calls.reconcile(taskId);
        call.getReconcileBuilder().getTasksBuilder(0).setAgentId(agent);
        call(call);
        while (true) {
            for (Event event : eventsBehind(before++)) {
                TaskStatus status = event.getUpdate().getStatus();
                if (status.getReason() == TaskStatus.Reason.REASON_RECONCILIATION
                        && status.getTaskId().getValue().equals(taskId)) {
                    return status.getState();
                }
            }
        }
    }

    /** Launches tasks on an offer. */
    public void launch(Offer offer, List<TaskInfo> tasks) throws IOException, InterruptedException {
        call(Call.newBuilder()
                .setType(Call.Type.ACCEPT)
                .setAccept(Call.Accept.newBuilder()
                        .addOfferIds(offer.getId())
                        .addOperations(Offer.Operation.newBuilder()
                                .setType(Offer.Operation.Type.LAUNCH)
                                .setLaunch(Offer.Operation.Launch.newBuilder().addAllTaskInfos(tasks)))));
    }

    public void acknowledge(TaskStatus status) throws IOException, InterruptedException {
        call(Call.newBuilder()
                .setType(Call.Type.ACKNOWLEDGE)
                .setAcknowledge(Call.Acknowledge.newBuilder()
                        .setAgentId(status.getAgentId())
                        .setTaskId(status.getTaskId())
                        .setUuid(status.getUuid())));
    }

    /** Makes a call, which has to be accepted. */
    public void call(Call.Builder call) throws IOException, InterruptedException {
        synchronized (arrival) {
            call.getAccept().getOfferIdsList().forEach(open::remove);
            call.getDecline().getOfferIdsList().forEach(open::remove);
        }
        HttpResponse<String> response = http.send(
                request(call.setFrameworkId(id()).build())
                        .header("Mesos-Stream-Id", streamId)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException(
                    call.getType() + " is answered with " + response.statusCode() + ": " + response.body());
        }
    }

    private HttpRequest.Builder request(Call call) {
        return HttpRequest.newBuilder(endpoint)
                .header("Content-Type", PROTOBUF)
                .POST(HttpRequest.BodyPublishers.ofByteArray(call.toByteArray()));
    }

    private void read() {
        RecordIoDecoder decoder = new RecordIoDecoder(MAX_RECORD_BYTES, this::arrived);
        byte[] buffer = new byte[64 << 10];
        try {
            for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                decoder.decode(buffer, 0, count);
            }
        } catch (IOException | UncheckedIOException | RecordIoException e) {
            // The stream ends with the master or with this client.
        } finally {
            synchronized (arrival) {
                ended = true;
                arrival.notifyAll();
            }
        }
    }

    private void arrived(byte[] record) {
        try {
            Event event = Event.parseFrom(record);
            if (event.getType() == Event.Type.SUBSCRIBED) {
                frameworkId = event.getSubscribed().getFrameworkId();
            }
            synchronized (arrival) {
                events.add(event);
                event.getOffers().getOffersList().forEach(offer -> open.put(offer.getId(), offer));
                open.remove(event.getRescind().getOfferId());
                arrival.notifyAll();
            }
            if (event.getType() == Event.Type.UPDATE
                    && event.getUpdate().getStatus().hasUuid()) {
                acknowledge(event.getUpdate().getStatus());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** True when the master has ended the stream. */
    public boolean hasEnded() {
        synchronized (arrival) {
            return ended;
        }
    }

    /** Closes the stream; the framework stays. */
    @Override
    public void close() throws IOException {
        stream.close();
    }
}

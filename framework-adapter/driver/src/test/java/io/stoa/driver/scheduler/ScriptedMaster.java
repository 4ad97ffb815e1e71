package io.stoa.driver.scheduler;

import io.stoa.driver.http.ScriptedServer;
import io.stoa.driver.http.ScriptedServer.Connection;
import io.stoa.driver.http.ScriptedServer.Request;
import java.io.IOException;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;

/** A master of which a test says what it answers: one subscription at a time. */
final class ScriptedMaster implements AutoCloseable {

    static final String FRAMEWORK = "framework-1";
    static final String MASTER = "master-1";

    private final ScriptedServer server = new ScriptedServer();
    private @Nullable Connection stream;
    private @Nullable Connection calls;

    ScriptedMaster() throws IOException {}

    String address() {
        return "127.0.0.1:" + server.port();
    }

    /** The next SUBSCRIBE, not yet answered. */
    Request subscribeRequest() throws IOException {
        calls = null;
        Connection next = server.accept();
        stream = next;
        return next.request();
    }

    void answerSubscribe(int status, String text) throws IOException {
        stream().answer(status, text);
    }

    void beginStream() throws IOException {
        stream().beginStream("stream-1");
    }

    /** Takes the next SUBSCRIBE as the usual master. */
    Call subscribed() throws IOException {
        return subscribed(MASTER, 15);
    }

    Call subscribed(String masterId, double heartbeatSeconds) throws IOException {
        Request request = subscribeRequest();
        stream().beginStream("stream-1");
        send(Event.newBuilder()
                .setType(Event.Type.SUBSCRIBED)
                .setSubscribed(Event.Subscribed.newBuilder()
                        .setFrameworkId(FrameworkID.newBuilder().setValue(FRAMEWORK))
                        .setHeartbeatIntervalSeconds(heartbeatSeconds)
                        .setMasterInfo(MasterInfo.newBuilder()
                                .setId(masterId)
                                .setIp(1)
                                .setPort(5050)
                                .setHostname("leader")
                                .setVersion("1.11.0"))));
        send(Event.newBuilder().setType(Event.Type.HEARTBEAT));
        return Call.parseFrom(request.body());
    }

    void send(Event.Builder event) throws IOException {
        send(event.build().toByteArray());
    }

    void send(byte[] event) throws IOException {
        stream().event(event);
    }

    void offer(String... ids) throws IOException {
        Event.Offers.Builder offers = Event.Offers.newBuilder();
        for (String id : ids) {
            offers.addOffers(Offer.newBuilder()
                    .setId(OfferID.newBuilder().setValue(id))
                    .setFrameworkId(FrameworkID.newBuilder().setValue(FRAMEWORK))
                    .setAgentId(AgentID.newBuilder().setValue("agent-1"))
                    .setHostname("host-1"));
        }
        send(Event.newBuilder().setType(Event.Type.OFFERS).setOffers(offers));
    }

    void update(TaskStatus.Builder status) throws IOException {
        send(Event.newBuilder()
                .setType(Event.Type.UPDATE)
                .setUpdate(Event.Update.newBuilder().setStatus(status)));
    }

    /** The next call, answered as a master does that takes it. */
    Call call() throws IOException {
        return call(202, "");
    }

    Call call(int status, String text) throws IOException {
        Call call = unansweredCall();
        if (calls != null) {
            calls.answer(status, text);
        }
        return call;
    }

    Call unansweredCall() throws IOException {
        Connection from = calls;
        if (from == null) {
            from = server.accept();
            calls = from;
        }
        return Call.parseFrom(from.request().body());
    }

    /** The stream ends as that of a master that ends it itself. */
    void endStream() throws IOException {
        stream().endStream();
    }

    /** The connections break as those of a master that was killed. */
    void breakConnections() throws IOException {
        stream().close();
        if (calls != null) {
            calls.close();
        }
    }

    void awaitClosedStream() throws IOException {
        stream().awaitClose();
    }

    private Connection stream() {
        Connection current = stream;
        if (current == null) {
            throw new IllegalStateException("no connection yet");
        }
        return current;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

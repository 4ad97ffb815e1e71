package io.stoa.driver.scheduler;

import io.stoa.driver.http.ScriptedServer;
import io.stoa.driver.http.ScriptedServer.Connection;
import io.stoa.driver.http.ScriptedServer.Request;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
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
        while (true) {
            Connection next = server.accept();
            Request request = requestUnlessClosed(next);
            if (request != null && Call.parseFrom(request.body()).getType() == Call.Type.SUBSCRIBE) {
                stream = next;
                return request;
            }
            // A last call of a subscription that breaks.
            next.close();
        }
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
        takeSubscription(masterId, heartbeatSeconds);
        return Call.parseFrom(request.body());
    }

    /** Answers the SUBSCRIBE that has come. */
    void takeSubscription(String masterId, double heartbeatSeconds) throws IOException {
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
        answerCall(status, text);
        return call;
    }

    Call unansweredCall() throws IOException {
        if (calls != null) {
            return Call.parseFrom(calls.request().body());
        }
        while (true) {
            Connection next = server.accept();
            Request request = requestUnlessClosed(next);
            if (request != null) {
                calls = next;
                return Call.parseFrom(request.body());
            }
        }
    }

    private static @Nullable Request requestUnlessClosed(Connection connection) throws IOException {
        try {
            return connection.request();
        } catch (EOFException | SocketException e) {
            return null;
        }
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

    /** The stream stays; calls come over another connection from now on. */
    void breakCalls() throws IOException {
        if (calls != null) {
            calls.close();
            calls = null;
        }
    }

    /** Answers a call that was taken by {@link #unansweredCall}. */
    void answerCall(int status, String text) throws IOException {
        if (calls == null) {
            throw new IllegalStateException("no calls yet");
        }
        calls.answer(status, text);
    }

    /** At once, so that all answers are there before the driver can close the connection. */
    void answerCalls(int count, int status, String text) throws IOException {
        if (calls == null) {
            throw new IllegalStateException("no calls yet");
        }
        StringBuilder answers = new StringBuilder();
        for (int i = 0; i < count; i++) {
            answers.append("HTTP/1.1 " + status + " Status\r\nContent-Length: " + text.length() + "\r\n\r\n" + text);
        }
        calls.write(answers.toString());
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

package org.apache.mesos;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.driver.GoldenMessages;
import io.stoa.driver.http.ScriptedServer;
import io.stoa.driver.http.ScriptedServer.Connection;
import io.stoa.driver.http.ScriptedServer.Request;
import io.stoa.testing.FreePorts;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.mesos.v1.executor.Protos.Call;
import org.apache.mesos.v1.executor.Protos.Event;
import org.jspecify.annotations.Nullable;

/** An agent of which a test says what it answers and when; what it says is as a real agent was recorded. */
final class ScriptedAgent implements Closeable {

    static final String AGENT_ID = "7746e57e-4a3b-4315-96b8-24a09bc56bf8-S0";

    private static final GoldenMessages GOLDEN = new GoldenMessages("/golden/executor.txt");

    private ScriptedServer server;
    private @Nullable Connection stream;
    private @Nullable Connection calls;

    ScriptedAgent() throws IOException {
        server = new ScriptedServer(FreePorts.next());
    }

    static byte[] recorded(String name) {
        return GOLDEN.bytes(name);
    }

    /** What an agent puts there for the recorded executor. */
    Map<String, String> environment(Map<String, String> more) {
        Map<String, String> environment = new TreeMap<>(Map.of(
                "MESOS_FRAMEWORK_ID", "7746e57e-4a3b-4315-96b8-24a09bc56bf8-0000",
                "MESOS_EXECUTOR_ID", "default-1",
                "MESOS_SLAVE_ID", AGENT_ID,
                "MESOS_SLAVE_PID", "slave(1)@127.0.0.1:" + server.port(),
                "MESOS_DIRECTORY", "/sandbox",
                "MESOS_CHECKPOINT", "0",
                "MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", "1hrs"));
        environment.putAll(more);
        return environment;
    }

    /** Waits for SUBSCRIBE. */
    Request awaitSubscribe() throws IOException {
        calls = null;
        stream = server.accept();
        return stream.request();
    }

    static Call call(Request request) throws InvalidProtocolBufferException {
        return Call.parseFrom(request.body());
    }

    /** Takes SUBSCRIBE. */
    void admit() throws IOException {
        stream().beginStream("");
        stream().event(recorded("SUBSCRIBED"));
    }

    void refuse(int status, String text) throws IOException {
        stream().answer(status, text);
    }

    void tell(byte[] event) throws IOException {
        stream().event(event);
    }

    void tell(Event.Builder event) throws IOException {
        tell(event.build().toByteArray());
    }

    void acknowledge(Call.Update update) throws IOException {
        tell(Event.newBuilder()
                .setType(Event.Type.ACKNOWLEDGED)
                .setAcknowledged(Event.Acknowledged.newBuilder()
                        .setTaskId(update.getStatus().getTaskId())
                        .setUuid(update.getStatus().getUuid())));
    }

    void message(String text) throws IOException {
        tell(Event.newBuilder()
                .setType(Event.Type.MESSAGE)
                .setMessage(Event.Message.newBuilder().setData(ByteString.copyFromUtf8(text))));
    }

    /** Waits for the next call and answers it. */
    Call call(int status, String text) throws IOException {
        Call call = awaitCall();
        answer(status, text);
        return call;
    }

    /** Answers the last call. */
    void answer(int status, String text) throws IOException {
        Objects.requireNonNull(calls).answer(status, text);
    }

    /** Waits for the next call and leaves it without an answer. */
    Call awaitCall() throws IOException {
        if (calls == null) {
            calls = server.accept();
        }
        return call(calls.request());
    }

    /** Dies, with all its connections. */
    void die() throws IOException {
        server.close();
    }

    /** Begins anew at the same port. */
    void restart() throws IOException {
        server = new ScriptedServer(server.port());
        stream = null;
        calls = null;
    }

    Connection stream() {
        return Objects.requireNonNull(stream);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

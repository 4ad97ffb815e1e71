package org.apache.mesos.v1.scheduler;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.driver.GoldenMessages;
import io.stoa.driver.http.ScriptedServer;
import io.stoa.driver.http.ScriptedServer.Connection;
import io.stoa.driver.http.ScriptedServer.Request;
import io.stoa.testing.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.mesos.v1.Protos.Credential;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class V1MesosTest {

    private static final GoldenMessages GOLDEN = new GoldenMessages("/golden/scheduler.txt");

    private final ScriptedServer master = new ScriptedServer();
    private final HeardScheduler scheduler = new HeardScheduler();
    private final BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
    private final List<V1Mesos> opened = new ArrayList<>();

    V1MesosTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        opened.forEach(V1Mesos::close);
        master.close();
    }

    @Test
    void aRecordedFrameworkRunsItsTask() throws Exception {
        V1Mesos mesos = connected();
        mesos.send(recorded("SUBSCRIBE"));
        Connection stream = master.accept();
        Request subscribe = stream.request();
        stream.beginStream("stream-1");
        for (String event : List.of("SUBSCRIBED", "HEARTBEAT", "OFFERS")) {
            stream.event(GOLDEN.bytes(event));
        }

        assertThat(subscribe.body()).isEqualTo(GOLDEN.bytes("SUBSCRIBE"));
        assertThat(scheduler.event()).isEqualTo(Event.parseFrom(GOLDEN.bytes("SUBSCRIBED")));
        assertThat(scheduler.event()).isEqualTo(Event.parseFrom(GOLDEN.bytes("OFFERS")));

        mesos.send(recorded("ACCEPT"));
        Connection calls = master.accept();
        Request accept = calls.request();
        calls.answer(202, "");
        assertThat(accept.body()).isEqualTo(GOLDEN.bytes("ACCEPT"));
        assertThat(accept.header("Mesos-Stream-Id")).isEqualTo("stream-1");

        stream.event(GOLDEN.bytes("UPDATE"));
        assertThat(scheduler.event()).isEqualTo(Event.parseFrom(GOLDEN.bytes("UPDATE")));
        mesos.send(recorded("ACKNOWLEDGE"));
        assertThat(calls.request().body()).isEqualTo(GOLDEN.bytes("ACKNOWLEDGE"));
    }

    @Test
    void theCredentialGoesWithEveryCall() throws Exception {
        open(
                "http://127.0.0.1:" + master.port(),
                Credential.newBuilder()
                        .setPrincipal("me")
                        .setSecret("secret")
                        .build()
                        .toByteArray());
        reached();
        scheduler.next();
        opened.get(0).send(recorded("SUBSCRIBE"));

        assertThat(master.accept().request().header("Authorization")).isEqualTo("Basic bWU6c2VjcmV0");
    }

    @Test
    void aTeardownReturnsWhenTheMasterHasAnswered() throws Exception {
        V1Mesos mesos = connected();
        subscribed(mesos);
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> mesos.send(recorded("TEARDOWN")));
        Connection calls = master.accept();
        assertThat(calls.request().body()).isEqualTo(GOLDEN.bytes("TEARDOWN"));
        assertThat(sent).isNotDone();
        calls.answer(202, "");

        sent.get();
    }

    @Test
    void aTeardownInsideACallbackReturnsSo() throws Exception {
        V1Mesos mesos = connected();
        CompletableFuture<Void> sent = new CompletableFuture<>();
        Connection stream = subscribed(mesos);
        scheduler.react((itself, line) -> {
            itself.send(recorded("ACCEPT"));
            itself.send(recorded("TEARDOWN"));
            sent.complete(null);
        });
        stream.event(GOLDEN.bytes("OFFERS"));
        Connection calls = master.accept();
        assertThat(calls.request().body()).isEqualTo(GOLDEN.bytes("ACCEPT"));
        calls.answer(202, "");
        assertThat(calls.request().body()).isEqualTo(GOLDEN.bytes("TEARDOWN"));
        assertThat(sent).isNotDone();
        calls.answer(202, "");

        sent.get();
    }

    @Test
    void aStreamThatEndsIsADisconnectAndANewConnection() throws Exception {
        V1Mesos mesos = connected();
        Connection stream = subscribed(mesos);
        stream.endStream();

        assertThat(scheduler.next()).isEqualTo("disconnected");
        reached();
        assertThat(scheduler.next()).isEqualTo("connected");
        mesos.send(recorded("SUBSCRIBE"));
        assertThat(master.accept().request().body()).isEqualTo(GOLDEN.bytes("SUBSCRIBE"));
    }

    @Test
    void theSchedulerMayReconnect() throws Exception {
        V1Mesos mesos = connected();
        Connection stream = subscribed(mesos);
        mesos.reconnect();

        assertThat(scheduler.next()).isEqualTo("disconnected");
        stream.awaitClose();
        reached();
        assertThat(scheduler.next()).isEqualTo("connected");
    }

    @Test
    void aMasterThatIsNotReadyIsForTheSchedulerToAskAgain() throws Exception {
        V1Mesos mesos = connected();
        mesos.send(recorded("SUBSCRIBE"));
        Connection first = master.accept();
        first.request();
        first.answer(503, "Master is not ready");
        CompletableFuture<Connection> second = CompletableFuture.supplyAsync(this::accepted);
        // As schedulers do: until the refusal has come, another one is dropped.
        await().until(() -> {
            mesos.send(recorded("SUBSCRIBE"));
            return second.isDone();
        });

        assertThat(second.join().request().body()).isEqualTo(GOLDEN.bytes("SUBSCRIBE"));
        assertThat(scheduler.isEmpty()).isTrue();
    }

    @Test
    void aRefusalIsAnErrorEvent() throws Exception {
        V1Mesos mesos = connected();
        mesos.send(recorded("SUBSCRIBE"));
        Connection stream = master.accept();
        stream.request();
        stream.answer(403, "Not allowed");

        assertThat(scheduler.event().getError().getMessage())
                .isEqualTo("Received unexpected '403' (Not allowed) for call 1");
    }

    @Test
    void callsWithoutASubscriptionAreDropped() throws Exception {
        V1Mesos mesos = connected();
        mesos.send(recorded("ACCEPT"));
        subscribed(mesos);
        mesos.send(recorded("SUBSCRIBE"));
        mesos.send(recorded("ACKNOWLEDGE"));

        assertThat(master.accept().request().body()).isEqualTo(GOLDEN.bytes("ACKNOWLEDGE"));
    }

    @Test
    void whatACallbackThrowsIsNotSwallowed() throws Exception {
        V1Mesos mesos = connected();
        Connection stream = subscribed(mesos);
        scheduler.react((itself, line) -> {
            throw new IllegalStateException(line);
        });
        stream.event(GOLDEN.bytes("OFFERS"));

        assertThat(Patience.next(thrown))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("OFFERS");
    }

    @Test
    void whoeverDropsItEndsItsConnection() throws Exception {
        Connection stream = subscribed(connected());

        opened.clear();

        stream.awaitCloseByCollection();
        assertThat(scheduler.isEmpty()).isTrue();
    }

    @Test
    void anAddressThatIsNoneIsRefused() {
        assertThatThrownBy(() -> new V1Mesos(scheduler, "local")).isInstanceOf(IllegalArgumentException.class);
    }

    /** Waits until the library has found the master. */
    private V1Mesos connected() throws Exception {
        V1Mesos mesos = open("127.0.0.1:" + master.port(), null);
        reached();
        assertThat(scheduler.next()).isEqualTo("connected");
        return mesos;
    }

    private V1Mesos open(String address, byte @Nullable [] credential) {
        V1Mesos mesos = new V1Mesos(scheduler, address, credential, "50ms", thrown::add);
        opened.add(mesos);
        return mesos;
    }

    /** It looks whether the master is there before it says so. */
    private void reached() throws IOException {
        master.accept().awaitClose();
    }

    private Connection subscribed(V1Mesos mesos) throws Exception {
        mesos.send(recorded("SUBSCRIBE"));
        Connection stream = master.subscribed("stream-1");
        stream.event(GOLDEN.bytes("SUBSCRIBED"));
        assertThat(scheduler.next()).isEqualTo("SUBSCRIBED");
        return stream;
    }

    private Connection accepted() {
        try {
            return master.accept();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Call recorded(String name) {
        try {
            return Call.parseFrom(GOLDEN.bytes(name));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }
}

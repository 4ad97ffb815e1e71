package io.stoa.driver.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.driver.Threads;
import io.stoa.driver.http.ScriptedServer.Connection;
import io.stoa.driver.http.ScriptedServer.Request;
import io.stoa.driver.loop.EventLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class ApiConnectionTest {

    private static final String PATH = "/api/v1/scheduler";

    private final HeardEvents heard = new HeardEvents();
    private final EventLoop loop = new EventLoop("loop-under-test", e -> heard.add("thrown " + e));
    private final ScriptedServer server = new ScriptedServer();
    private final List<ApiConnection> opened = new ArrayList<>();

    ApiConnectionTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        opened.forEach(ApiConnection::close);
        loop.close();
        server.close();
    }

    @Test
    void subscribeIsAPostOfProtobufWithTheAuthorization() throws Exception {
        open(ConnectionLimits.usual(), Authorization.basic("me", "secret"));

        Request request = server.accept().request();

        assertThat(request.line()).isEqualTo("POST /api/v1/scheduler HTTP/1.1");
        assertThat(request.headers())
                .containsEntry("host", "127.0.0.1:" + server.port())
                .containsEntry("accept", "application/x-protobuf")
                .containsEntry("content-type", "application/x-protobuf")
                .containsEntry("authorization", "Basic bWU6c2VjcmV0")
                .doesNotContainKey("mesos-stream-id");
        assertThat(request.body()).asString(UTF_8).isEqualTo("SUBSCRIBE");
    }

    @Test
    void eventsAreToldInOrderHoweverTheyAreCut() throws Exception {
        open();
        Connection stream = server.subscribed("id-1");
        stream.event(bytes("one"));
        stream.write("4\r\n5\nfo\r\n5\r\nur..1\r\n8;ext=1\r\n3\ntwo1\nx\r\n");
        stream.endStream();

        assertThat(heard.next()).isEqualTo("subscribed id-1");
        assertThat(heard.next()).isEqualTo("received one");
        assertThat(heard.next()).isEqualTo("received four.");
    }

    @Test
    void eventsAndTheirEndAreTold() throws Exception {
        open();
        Connection stream = server.subscribed("id-1");
        stream.event(new byte[0]);
        stream.event(new byte[300_000]);
        stream.endStream();

        assertThat(heard.next()).isEqualTo("subscribed id-1");
        assertThat(heard.next()).isEqualTo("received ");
        assertThat(heard.next()).isEqualTo("received 300000 bytes");
        assertThat(heard.next()).isEqualTo("lost The server ended the stream of events");
        stream.awaitClose();
    }

    @Test
    void callsGoInOrderOverOneConnectionOfTheirOwnBeforeAnyIsAnswered() throws Exception {
        ApiConnection connection = open();
        Connection stream = server.accept();
        stream.request();
        for (int i = 0; i < 3; i++) {
            connection.call(bytes("call-" + i), heard.of("call-" + i));
        }
        connection.whenSent(() -> heard.add("sent"));
        stream.beginStream("id-1");
        heard.next();

        Connection calls = server.accept();
        Request first = calls.request();
        assertThat(first.body()).asString(UTF_8).isEqualTo("call-0");
        assertThat(first.header("Mesos-Stream-Id")).isEqualTo("id-1");
        calls.write("HTTP/1.1 100 Continue\r\n\r\n");
        calls.answer(202, "");
        assertThat(calls.request().body()).asString(UTF_8).isEqualTo("call-1");
        assertThat(calls.request().body()).asString(UTF_8).isEqualTo("call-2");
        calls.write("HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nwhy\r\n0\r\n\r\n");
        calls.answer(202, "");

        assertThat(heard.next()).isEqualTo("call-0 answered 202 ");
        assertThat(heard.next()).isEqualTo("call-1 answered 400 why");
        assertThat(heard.next()).isEqualTo("call-2 answered 202 ");
        assertThat(heard.next()).isEqualTo("sent");
        stream.event(bytes("still there"));
        assertThat(heard.next()).isEqualTo("received still there");
    }

    @Test
    void aSubscribeThatIsRefusedIsToldWithItsText() throws Exception {
        ApiConnection connection = open();
        connection.call(bytes("early"), heard.of("early"));
        Connection stream = server.accept();
        stream.request();
        stream.answer(403, "Framework is not allowed");

        assertThat(heard.next()).isEqualTo("early never arrived: SUBSCRIBE was refused");
        assertThat(heard.next()).isEqualTo("refused 403 Framework is not allowed");
        stream.awaitClose();
    }

    @Test
    void aRedirectIsFollowedAndCallsGoThere() throws Exception {
        ApiConnection connection = open(ConnectionLimits.usual(), "Basic x");
        try (ScriptedServer leader = new ScriptedServer()) {
            Connection follower = server.accept();
            follower.request();
            follower.write("HTTP/1.1 307 Temporary Redirect\r\nContent-Length: 0\r\nLocation: //127.0.0.1:"
                    + leader.port() + "/master/api/v1/scheduler\r\n\r\n");
            Connection stream = leader.accept();
            Request subscribe = stream.request();
            stream.beginStream("of-the-leader");
            connection.call(bytes("call"), heard.of("call"));
            Request call = leader.accept().request();

            assertThat(subscribe.line()).isEqualTo("POST /master/api/v1/scheduler HTTP/1.1");
            assertThat(subscribe.header("Authorization")).isEqualTo("Basic x");
            assertThat(call.header("Mesos-Stream-Id")).isEqualTo("of-the-leader");
        }
    }

    @Test
    void aRedirectThatNeverEndsIsRefused() throws Exception {
        open();
        for (int i = 0; i <= 5; i++) {
            Connection connection = server.accept();
            connection.request();
            connection.write("HTTP/1.1 307 R\r\nContent-Length: 0\r\nLocation: //127.0.0.1:" + server.port() + PATH
                    + "\r\n\r\n");
        }

        assertThat(heard.next()).isEqualTo("refused 307 ");
    }

    @Test
    void nobodyAtThePortIsALoss() throws Exception {
        server.close();
        open();

        assertThat(heard.next()).startsWith("lost java.net.ConnectException");
    }

    @Test
    void aStreamThatIsSilentTooLongIsLost() throws Exception {
        ApiConnection connection = open();
        Connection stream = streaming();

        connection.expectEvent(300);

        assertThat(heard.next()).contains("lost").contains("expected: one within 300 ms");
        stream.awaitClose();
    }

    /** What keeps coming must be whole events. */
    @Test
    void aStreamThatTricklesWithinAnEventIsLost() throws Exception {
        ApiConnection connection = open();
        Connection stream = streaming();
        connection.expectEvent(600);
        stream.write("f4240\r\n999994\n");
        trickle(stream);

        assertThat(heard.next()).contains("lost").contains("expected: one within 600 ms");
    }

    /** More often than the reader looks at its deadline while it waits. */
    private void trickle(Connection stream) {
        loop.schedule(20, () -> {
            try {
                stream.write("x");
                trickle(stream);
            } catch (IOException e) {
                // The client has closed the connection, as it should.
            }
        });
    }

    @Test
    void aConnectionForCallsThatWasClosedWhileIdleIsMadeAnewWithoutALoss() throws Exception {
        ApiConnection connection = open();
        server.subscribed("id");
        heard.next();
        connection.call(bytes("one"), heard.of("one"));
        Connection calls = server.accept();
        calls.request();
        calls.answer(202, "");
        heard.next();
        calls.close();
        CountDownLatch later = new CountDownLatch(1);
        loop.schedule(600, later::countDown);
        later.await();

        connection.call(bytes("two"), heard.of("two"));
        Connection next = server.accept();
        next.request();
        next.answer(202, "");

        assertThat(heard.next()).isEqualTo("two answered 202 ");
    }

    @Test
    void callsBeyondTheLimitAreRefusedAndTheRestIsNot() throws Exception {
        ApiConnection connection = open(ConnectionLimits.usual().withQueuedCalls(2, 1_000), null);
        Connection stream = server.accept();
        connection.call(bytes("one"), heard.of("one"));
        connection.call(bytes("two"), heard.of("two"));
        connection.call(bytes("three"), heard.of("three"));

        assertThat(heard.next())
                .isEqualTo("three never arrived: 2 calls of 6 bytes wait to be sent"
                        + " (expected: at most 2 calls of 1000 bytes)");
        stream.request();
        stream.beginStream("id");
        assertThat(heard.next()).isEqualTo("subscribed id");
        assertThat(server.accept().request().body()).asString(UTF_8).isEqualTo("one");
    }

    @Test
    void whoeverWaitsForTheAnswersMayHoldTheLoop() throws Exception {
        ApiConnection connection = open();
        server.subscribed("id");
        heard.next();
        connection.call(bytes("one"), heard.of("one"));
        loop.execute(() -> {
            try {
                heard.add("sent: " + connection.awaitSent(10_000));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        Connection calls = server.accept();
        calls.request();
        calls.answer(202, "");

        assertThat(List.of(heard.next(), heard.next())).containsExactlyInAnyOrder("sent: true", "one answered 202 ");
        connection.close();
        assertThat(connection.awaitSent(10_000)).isTrue();
    }

    @Test
    void aCloseIsQuietAndGivesEveryCallItsOutcome() throws Exception {
        ApiConnection connection = open();
        Connection stream = server.subscribed("id");
        heard.next();
        connection.call(bytes("one"), heard.of("one"));
        Connection calls = server.accept();
        calls.request();
        connection.call(bytes("two"), heard.of("two"));

        connection.close();

        assertThat(List.of(heard.next(), heard.next()))
                .anyMatch(line -> line.startsWith("one perhaps arrived"))
                .anyMatch(line -> line.startsWith("two never arrived: The connection is closed"));
        stream.awaitClose();
        calls.awaitClose();
        connection.call(bytes("three"), heard.of("three"));
        assertThat(heard.next()).startsWith("three never arrived");
        assertThat(heard.isEmpty()).isTrue();
    }

    @Test
    void whatWaitedWhileItsConnectionWasClosedIsToldAsLate() throws Exception {
        ApiConnection connection = open(ConnectionLimits.usual().withEventBytes(1 << 20, 300), null);
        Connection stream = server.subscribed("id");
        heard.next();
        CountDownLatch go = new CountDownLatch(1);
        loop.execute(() -> Threads.await(go));
        stream.event(bytes("one"));
        stream.event(bytes("not read"));
        Threads.awaitIn("stoa-driver-stream", Inflow.class);
        connection.close();
        go.countDown();

        assertThat(heard.next()).isEqualTo("late one");
        assertThat(heard.isEmpty()).isTrue();
    }

    @Test
    void aLoopThatIsBusyHoldsTheStreamBackAndLosesNothing() throws Exception {
        open(ConnectionLimits.usual().withEventBytes(1 << 20, 1 << 10), null);
        Connection stream = server.subscribed("id");
        heard.next();
        CountDownLatch go = new CountDownLatch(1);
        loop.execute(() -> Threads.await(go));
        Thread writer = new Thread(() -> write(stream, 200));
        writer.start();
        go.countDown();

        for (int i = 0; i < 200; i++) {
            assertThat(heard.next()).isEqualTo("received 600 bytes");
        }
        writer.join();
    }

    /** Otherwise they would wait in memory without limit. */
    @Test
    void eventsWithoutContentHoldTheStreamBackToo() throws Exception {
        open(ConnectionLimits.usual().withEventBytes(1 << 20, 1 << 10), null);
        Connection stream = server.subscribed("id");
        heard.next();
        CountDownLatch go = new CountDownLatch(1);
        loop.execute(() -> Threads.await(go));
        stream.write("14\r\n" + "0\n".repeat(10) + "\r\n");
        Threads.awaitIn("stoa-driver-stream", Inflow.class);
        go.countDown();

        for (int i = 0; i < 10; i++) {
            assertThat(heard.next()).isEqualTo("received ");
        }
    }

    @Test
    void anEventThatIsTooLargeEndsTheConnectionAndTakesNoMemory() throws Exception {
        open(ConnectionLimits.usual().withEventBytes(1_000, 1_000), null);
        Connection stream = server.subscribed("id");
        stream.write("5\r\n1001\n\r\n");

        assertThat(heard.next()).isEqualTo("subscribed id");
        assertThat(heard.next()).contains("An event of 1001 bytes in 4 digits (expected: at most 1000)");
    }

    @Test
    void garbageInsteadOfAnAnswerIsALoss() throws Exception {
        for (String garbage : List.of(
                "SSH-2.0-OpenSSH\r\n",
                "HTTP/1.1 abc\r\n",
                "HTTP/1.1 200 OK\r\nnocolon\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na\nb\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n1\nxxx\r\n",
                "H".repeat(10_000))) {
            open();
            Connection stream = server.accept();
            stream.request();
            stream.write(garbage);
            String line = heard.next();

            assertThat(line.startsWith("subscribed") || line.startsWith("received") ? lossAfterStart() : line)
                    .as(garbage)
                    .startsWith("lost java.io.IOException");
        }
    }

    private String lossAfterStart() throws InterruptedException {
        String line = heard.next();
        return line.startsWith("received") ? heard.next() : line;
    }

    @Test
    void aStreamThatBreaksWithinAnEventIsALoss() throws Exception {
        open();
        Connection stream = server.subscribed("id");
        stream.write("6\r\n100\nab\r\n");
        stream.endStream();

        assertThat(heard.next()).isEqualTo("subscribed id");
        assertThat(heard.next()).contains("The stream ended after 2 of 100 bytes of an event");
    }

    @Test
    void aStreamWithoutChunksEndsWithItsConnection() throws Exception {
        open();
        Connection stream = server.accept();
        stream.request();
        stream.write("HTTP/1.0 200 OK\r\n\r\n1\nx2\nyz");
        stream.close();

        assertThat(heard.next()).isEqualTo("subscribed ");
        assertThat(heard.next()).isEqualTo("received x");
        assertThat(heard.next()).isEqualTo("received yz");
        assertThat(heard.next()).isEqualTo("lost The server ended the stream of events");
    }

    /** A stream that has begun with an event. */
    private Connection streaming() throws Exception {
        Connection stream = server.subscribed("id");
        stream.event(bytes("x"));
        heard.next();
        heard.next();
        return stream;
    }

    private ApiConnection open() {
        return open(ConnectionLimits.usual(), null);
    }

    private ApiConnection open(ConnectionLimits limits, @Nullable String authorization) {
        ApiConnection connection =
                ApiConnection.open(loop, server.endpoint(PATH), authorization, limits, bytes("SUBSCRIBE"), heard);
        opened.add(connection);
        return connection;
    }

    private static void write(Connection stream, int events) {
        try {
            for (int i = 0; i < events; i++) {
                stream.event(new byte[600]);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}

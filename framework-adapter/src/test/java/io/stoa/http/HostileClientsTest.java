package io.stoa.http;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.stoa.time.ManualTime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever sends nonsense, too much, too little or too slowly harms only itself. */
class HostileClientsTest {

    private static final int MAX_BODY_BYTES = 100_000;
    private static final int MAX_HEADER_BYTES = 8_192;
    private static final int MAX_PIPELINED_BYTES = 150_000;

    private static final long USUAL_TIMEOUT_MS = 60_000;

    private final BlockingQueue<HttpReply> later = new LinkedBlockingQueue<>();
    private final AtomicInteger handled = new AtomicInteger();
    private final List<SocketChannel> idle = new ArrayList<>();
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        start(USUAL_TIMEOUT_MS);
    }

    private void restart(long requestTimeoutMs) throws IOException {
        server.close();
        start(requestTimeoutMs);
    }

    private void start(long requestTimeoutMs) throws IOException {
        HttpRoutes routes = HttpRoutes.of("master")
                .route("/health", (request, reply) -> reply.send(HttpResponse.empty(200)))
                .route("/later", (request, reply) -> later.add(reply))
                .route("/zeros", (request, reply) -> {
                    handled.incrementAndGet();
                    reply.send(HttpResponse.json(new byte[1 << 20]));
                })
                .build();
        server = LocalServer.of(routes, limits(requestTimeoutMs));
    }

    private static HttpLimits limits(long requestTimeoutMs) {
        return new HttpLimits(
                MAX_BODY_BYTES, MAX_HEADER_BYTES, requestTimeoutMs, 1 << 20, 4, MAX_PIPELINED_BYTES, 5_000);
    }

    @AfterEach
    void othersWereServedMeanwhile() throws IOException {
        for (SocketChannel channel : idle) {
            channel.close();
        }
        try (RawClient other = new RawClient(server.address())) {
            assertThat(other.send("GET /health HTTP/1.1\n\n").head()).startsWith("HTTP/1.1 200 OK\n");
        }
        server.close();
    }

    @Test
    void thousandsOfHalfOpenConnectionsDisturbNobody() throws IOException {
        openHalf();
        try (RawClient other = new RawClient(server.address())) {
            assertThat(other.send("GET /health HTTP/1.1\n\n").head()).startsWith("HTTP/1.1 200 OK\n");
        }
    }

    @Test
    void thousandsOfHalfOpenConnectionsAreCutInTheEnd() throws IOException {
        restart(5_000);
        openHalf();
        await().until(() -> server.connectionCount() == 0);
        restart(USUAL_TIMEOUT_MS);
    }

    private void openHalf() throws IOException {
        int count = 4_000; // Both ends are in this process, which may hold 20,000 files at most.
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(server.address());
            idle.add(channel);
            if (i % 2 == 0) {
                channel.write(ByteBuffer.wrap("GET /hea".getBytes(StandardCharsets.US_ASCII)));
            }
        }
    }

    @Test
    void aClientThatSendsByteByByteIsCutWhenItsTimeIsOver() throws IOException {
        restart(300);
        try (RawClient client = new RawClient(server.address())) {
            await().pollInterval(Duration.ofMillis(20)).until(() -> {
                try {
                    client.send("x");
                    return false;
                } catch (IOException cut) {
                    return true;
                }
            });
        }
        restart(USUAL_TIMEOUT_MS);
    }

    @Test
    void aConnectionBetweenTwoRequestsIsNotCut() {
        EmbeddedChannel connection = new EmbeddedChannel();
        connection.freezeTime();
        RequestDeadline deadline = new RequestDeadline(USUAL_TIMEOUT_MS);
        connection
                .pipeline()
                .addLast(deadline, new HttpRequestDecoder(), new HttpResponseEncoder())
                .addLast(new HttpConnection(
                        request -> (asked, reply) -> reply.send(HttpResponse.empty(200)),
                        limits(USUAL_TIMEOUT_MS),
                        new DateHeader(new ManualTime(0)),
                        deadline));
        for (int i = 0; i < 2; i++) {
            say("GET /health HTTP/1.1\r\n\r\n", connection);
            ByteBuf answer = connection.readOutbound();
            assertThat(answer.toString(StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 200 OK\r\n");
            answer.release();
            connection.releaseOutbound();
            passTime(connection);
            assertThat(connection.isOpen()).isTrue();
        }
        say("GET /hea", connection);
        passTime(connection);
        assertThat(connection.isOpen()).isFalse();
    }

    private static void say(String text, EmbeddedChannel connection) {
        connection.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    private static void passTime(EmbeddedChannel connection) {
        connection.advanceTimeBy(USUAL_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        connection.runScheduledPendingTasks();
    }

    @Test
    void aBodyAnnouncedTooLargeIsRefusedBeforeItIsRead() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            client.send("POST /health HTTP/1.1\nExpect: 100-continue\nContent-Length: 100001\n\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 413 Request Entity Too Large\n");
            assertThat(client.untilClosed()).isEmpty();
        }
    }

    @Test
    void aBodySentTooLargeIsRefusedAndTheAnswerArrives() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            client.send("POST /health HTTP/1.1\nTransfer-Encoding: chunked\n\n");
            for (int i = 0; i < 100; i++) {
                client.send("2710\n" + "x".repeat(10_000) + "\n");
            }
            assertThat(client.answer()).startsWith("HTTP/1.1 413 Request Entity Too Large\n");
            assertThat(client.untilClosed()).isEmpty();
        }
    }

    @Test
    void aRefusalWaitsForTheAnswersToEarlierRequests() throws Exception {
        try (RawClient client = new RawClient(server.address())) {
            client.send("GET /later HTTP/1.1\n\nPOST /health HTTP/1.1\nContent-Length: 100001\n\n");
            later.take().send(HttpResponse.empty(202));
            assertThat(client.answer()).startsWith("HTTP/1.1 202 Accepted\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 413 Request Entity Too Large\n");
            assertThat(client.untilClosed()).isEmpty();
        }
    }

    @Test
    void aGiantRequestLineIs414AndGiantHeadersAre431() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            client.send("GET /" + "x".repeat(50_000) + " HTTP/1.1\n\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 414 Request-URI Too Long\n");
            assertThat(client.untilClosed()).isEmpty();
        }
        try (RawClient client = new RawClient(server.address())) {
            client.send("GET /health HTTP/1.1\n" + "X: y\n".repeat(10_000) + "\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 431 Request Header Fields Too Large\n");
            assertThat(client.untilClosed()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\nhello\n0\n\n", "-1\nhello\n0\n\n", "\n\n", "fffffffffffffffff\nx"})
    void badChunksAreHungUpOn(String chunks) throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            client.send("POST /health HTTP/1.1\nTransfer-Encoding: chunked\n\n" + chunks);
            assertThat(client.untilClosed()).isEmpty();
        }
    }

    @Test
    void aBodyThatBreaksOffIsNoRequest() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            client.send("GET /zeros HTTP/1.1\nContent-Length: 10\n\nhello");
        }
        await().until(() -> server.connectionCount() == 0);
        assertThat(handled).hasValue(0);
    }

    @Test
    void aCompressedBombIsNotDecompressedBeyondTheLimit() throws IOException {
        var bomb = new java.io.ByteArrayOutputStream();
        try (var out = new java.util.zip.GZIPOutputStream(bomb)) {
            out.write(new byte[MAX_BODY_BYTES + 1]);
        }
        try (RawClient client = new RawClient(server.address())) {
            client.send("POST /health HTTP/1.1\nContent-Encoding: gzip\nContent-Length: " + bomb.size() + "\n\n");
            assertThat(client.sendBytes(bomb.toByteArray()).answer()).endsWith("\n\nfailed to decode body");
        }
    }

    @Test
    void bodiesThatWaitForAnEarlierAnswerAreReadUpToALimitAndServedLater() throws Exception {
        int requests = 200;
        byte[] request = ("POST /later HTTP/1.1\r\nContent-Length: " + MAX_BODY_BYTES + "\r\n\r\n"
                        + "x".repeat(MAX_BODY_BYTES))
                .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer all = ByteBuffer.allocate(requests * request.length);
        for (int i = 0; i < requests; i++) {
            all.put(request);
        }
        all.flip();
        try (SocketChannel client = SocketChannel.open(server.address())) {
            client.configureBlocking(false);
            await().during(Duration.ofMillis(500)).until(() -> client.write(all) == 0);
            assertThat(all.remaining()).as("bytes the server did not take").isGreaterThan(request.length * 50);

            for (int answered = 0; answered < requests; answered++) {
                HttpReply reply = null;
                while (reply == null) {
                    client.write(all);
                    reply = later.poll(10, TimeUnit.MILLISECONDS);
                }
                reply.send(HttpResponse.empty(202));
            }
            assertThat(all.hasRemaining()).isFalse();
        }
    }

    @Test
    void aClientThatAsksMuchAndReadsNothingGetsOneAnswerMadeAtATime() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            client.send("GET /zeros HTTP/1.1\n\n".repeat(1_000));
            await().during(Duration.ofMillis(300)).untilAtomic(handled, org.hamcrest.Matchers.lessThan(20));
        }
    }
}

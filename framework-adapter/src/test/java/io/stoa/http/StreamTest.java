package io.stoa.http;

import static io.stoa.testing.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers without an end, as to SUBSCRIBE. */
class StreamTest {

    private static final int MAX_PENDING_BYTES = 1 << 20;
    private static final HttpResponse HEAD = new HttpResponse(
            200,
            List.of(Map.entry("Mesos-Stream-Id", "s-1"), Map.entry("Content-Type", "application/json")),
            new byte[0]);

    private final BlockingQueue<HttpReply> replies = new LinkedBlockingQueue<>();
    private final AtomicInteger closed = new AtomicInteger();
    private HttpServer server;
    private RawClient client;

    @BeforeEach
    void listen() throws IOException {
        HttpRoutes routes = HttpRoutes.of("master")
                .route("/subscribe", (request, reply) -> replies.add(reply))
                .route("/health", (request, reply) -> reply.send(HttpResponse.empty(200)))
                .build();
        HttpLimits limits = new HttpLimits(1 << 20, 1 << 16, 60_000, MAX_PENDING_BYTES, 4, 1 << 20, 1_000);
        server = LocalServer.of(routes, limits);
        client = new RawClient(server.address());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    @Test
    void everyRecordIsOneChunkAndTheEndIsTheEmptyOne() throws Exception {
        HttpStream stream = subscribe();
        assertThat(client.head()).isEqualTo("""
                        HTTP/1.1 200 OK
                        Date: now
                        Transfer-Encoding: chunked
                        Mesos-Stream-Id: s-1
                        Content-Type: application/json

                        """);
        stream.sendRecord("{\"type\":\"HEARTBEAT\"}".getBytes(UTF_8));
        stream.sendRecord("{}".getBytes(UTF_8));
        assertThat(client.chunk()).isEqualTo("20\n{\"type\":\"HEARTBEAT\"}");
        assertThat(client.chunk()).isEqualTo("2\n{}");
        assertThat(closed).hasValue(0);
        stream.end();
        stream.end();
        assertThat(client.chunk()).isEmpty();
        await().untilAtomic(closed, org.hamcrest.Matchers.is(1));
        stream.sendRecord("{}".getBytes(UTF_8));
        assertThat(client.send("GET /health HTTP/1.1\n\n").head()).startsWith("HTTP/1.1 200 OK\n");
        assertThat(closed).hasValue(1);
    }

    @Test
    void whoHasALotToSayWaitsForItsReader() throws Exception {
        client.send("POST /subscribe HTTP/1.1\nContent-Length: 0\n\n");
        HttpReply reply = replies.take();
        HttpStream stream = reply.stream(HEAD, closed::incrementAndGet);
        client.head();
        byte[] record = new byte[100_000];
        AtomicInteger said = new AtomicInteger();
        Runnable[] say = new Runnable[1];
        say[0] = () -> {
            stream.sendRecord(record);
            if (said.incrementAndGet() < 200) {
                stream.whenCaughtUp(MAX_PENDING_BYTES / 4, say[0]);
            }
        };
        reply.eventLoop().execute(say[0]);
        for (int i = 0; i < 200; i++) {
            assertThat(client.chunk()).startsWith("100000\n");
        }
        assertThat(closed).hasValue(0);
    }

    @Test
    void whatIsHeldForAReaderCountsAsUnread() throws Exception {
        client.send("POST /subscribe HTTP/1.1\nContent-Length: 0\n\n");
        HttpReply reply = replies.take();
        HttpStream stream = reply.stream(HEAD, closed::incrementAndGet);
        AtomicInteger ran = new AtomicInteger();
        reply.eventLoop().execute(() -> {
            stream.sendRecord(new byte[MAX_PENDING_BYTES / 2]);
            stream.whenCaughtUp(MAX_PENDING_BYTES / 4, ran::incrementAndGet);
            stream.whenCaughtUp(MAX_PENDING_BYTES / 4 + 1, ran::incrementAndGet);
        });
        await().untilAtomic(closed, org.hamcrest.Matchers.is(1));
        assertThat(ran).hasValue(0);
    }

    @Test
    void aClientThatGoesAwayClosesItsStreamOnce() throws Exception {
        HttpStream stream = subscribe();
        client.head();
        client.close();
        await().untilAtomic(closed, org.hamcrest.Matchers.is(1));
        stream.sendRecord("{}".getBytes(UTF_8));
        stream.end();
        await().until(() -> server.connectionCount() == 0);
        assertThat(closed).hasValue(1);
    }

    @Test
    void aStreamForAClientThatIsGoneAlreadyIsClosedOnce() throws Exception {
        client.send("POST /subscribe HTTP/1.1\nContent-Length: 0\n\n");
        HttpReply reply = replies.take();
        client.close();
        await().until(() -> server.connectionCount() == 0);
        reply.stream(HEAD, closed::incrementAndGet).end();
        await().untilAtomic(closed, org.hamcrest.Matchers.is(1));
    }

    @Test
    void closingTheServerClosesTheStreamOnceAndLaterRecordsAreIgnored() throws Exception {
        HttpStream stream = subscribe();
        client.head();
        server.close();
        stream.sendRecord("{}".getBytes(UTF_8));
        assertThat(closed).hasValue(1);
    }

    @Test
    void recordsOfSeveralThreadsAllArriveWhole() throws Exception {
        HttpStream stream = subscribe();
        CountDownLatch sent = new CountDownLatch(4);
        for (int thread = 0; thread < 4; thread++) {
            byte[] record = String.valueOf(thread).repeat(10).getBytes(UTF_8);
            new Thread(() -> {
                        for (int i = 0; i < 5_000; i++) {
                            stream.sendRecord(record);
                        }
                        sent.countDown();
                    })
                    .start();
        }
        client.head();
        int[] counts = new int[4];
        for (int i = 0; i < 20_000; i++) {
            String chunk = client.chunk();
            assertThat(chunk).matches("10\n([0-3])\\1{9}");
            counts[chunk.charAt(3) - '0']++;
        }
        sent.await();
        assertThat(counts).containsOnly(5_000);
    }

    @Test
    void aSubscriberThatNeverReadsIsCutAtTheLimitAndOthersGoOn() throws Exception {
        HttpStream stream = subscribe();
        byte[] record = new byte[10_000];
        long sentBytes = 0;
        while (closed.get() == 0) {
            stream.sendRecord(record);
            sentBytes += record.length;
            if (sentBytes > 256 << 20) {
                break;
            }
        }
        await().untilAtomic(closed, org.hamcrest.Matchers.is(1));
        await().until(() -> server.connectionCount() == 0);
        try (RawClient other = new RawClient(server.address())) {
            assertThat(other.send("GET /health HTTP/1.1\n\n").head()).startsWith("HTTP/1.1 200 OK\n");
        }
    }

    @Test
    void aReaderThatKeepsUpIsNeverCutHoweverMuchIsSent() throws Exception {
        HttpStream stream = subscribe();
        client.head();
        byte[] record = new byte[100_000];
        for (int round = 0; round < 100; round++) {
            for (int i = 0; i < 10; i++) { // 1,000,000 bytes: just below the limit
                stream.sendRecord(record);
            }
            for (int i = 0; i < 10; i++) {
                assertThat(client.chunk()).hasSize(record.length + "100000\n".length());
            }
            stream.sendRecord(new byte[0]);
            assertThat(client.chunk()).isEqualTo("0\n");
        }
        assertThat(closed).hasValue(0);
    }

    private HttpStream subscribe() throws Exception {
        client.send("POST /subscribe HTTP/1.1\nContent-Length: 0\n\n");
        return replies.take().stream(HEAD, closed::incrementAndGet);
    }
}

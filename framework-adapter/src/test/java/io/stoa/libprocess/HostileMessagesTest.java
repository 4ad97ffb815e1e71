package io.stoa.libprocess;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.http.HttpLimits;
import io.stoa.http.HttpRoutes;
import io.stoa.http.HttpServer;
import io.stoa.http.LocalServer;
import io.stoa.http.RawClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever sends messages that are none, too large, too many or half only harms himself. */
class HostileMessagesTest {

    private static final int MAX_BODY_BYTES = 100_000;
    private static final long USUAL_TIMEOUT_MS = 60_000;
    private static final String FROM = "Libprocess-From: hand(1)@127.0.0.1:7171\n";

    private final AtomicInteger received = new AtomicInteger();
    private final LocalProcesses processes = new LocalProcesses(new TransportCounts());
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        processes.register("master", message -> {
            if (message.name().equals("fails")) {
                throw new IllegalStateException("a receiver that fails");
            }
            received.incrementAndGet();
        });
        start(USUAL_TIMEOUT_MS);
    }

    private void start(long requestTimeoutMs) throws IOException {
        server = LocalServer.of(
                HttpRoutes.of("master").build(),
                new HttpLimits(MAX_BODY_BYTES, 8_192, requestTimeoutMs, 1 << 20, 4, 150_000, 1_000));
        server.divert(processes);
    }

    private void restart(long requestTimeoutMs) throws IOException {
        server.close();
        start(requestTimeoutMs);
    }

    @AfterEach
    void othersAreHeardMeanwhile() throws IOException {
        int before = received.get();
        try (RawClient other = new RawClient(server.address())) {
            other.send("POST /master/last HTTP/1.1\n" + FROM + "\n");
            assertThat(other.head()).startsWith("HTTP/1.1 202 Accepted\n");
        }
        assertThat(received.get()).isGreaterThan(before);
        server.close();
    }

    @Test
    void aMessageTooLargeIsRefusedAndItsConnectionEnds() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            client.send("POST /master/big HTTP/1.1\n" + FROM + "Transfer-Encoding: chunked\n\n");
            for (int i = 0; i < 11; i++) {
                client.send("2710\n" + "x".repeat(10_000) + "\n");
            }
            assertThat(client.answer()).startsWith("HTTP/1.1 413 Request Entity Too Large\n");
            assertThat(client.untilClosed()).isEmpty();
        }
        try (RawClient client = new RawClient(server.address())) {
            client.send("POST /master/big HTTP/1.1\n" + FROM + "Content-Length: 99999999999\n\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 413 Request Entity Too Large\n");
        }
        assertThat(received).hasValue(0);
    }

    @Test
    void halfAMessageIsNone() throws IOException {
        restart(2_000);
        try (RawClient client = new RawClient(server.address())) {
            client.send("POST /master/half HTTP/1.1\n" + FROM + "Transfer-Encoding: chunked\n\na\nhello");
        }
        try (RawClient client = new RawClient(server.address())) {
            client.send("POST /master/half HTTP/1.1\n" + FROM + "Content-Length: 10\n\nhello");
            assertThat(client.untilClosed()).as("cut when its time is over").isEmpty();
        }
        await().until(() -> server.connectionCount() == 0);
        assertThat(received).hasValue(0);
        restart(USUAL_TIMEOUT_MS);
    }

    @Test
    void aMillionLettersAreNoName() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            client.send("POST /master/" + "x".repeat(1_000_000) + " HTTP/1.1\n" + FROM + "\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 414 ");
        }
        try (RawClient client = new RawClient(server.address())) {
            client.send("POST /master/x HTTP/1.1\nLibprocess-From: " + "x".repeat(8_000) + "@127.0.0.1:1\n\n");
            assertThat(client.head()).startsWith("HTTP/1.1 202 Accepted\n");
        }
        assertThat(received).hasValue(0);
    }

    @Test
    void aStormOfConnectionsWithAMessageEachIsServed() throws IOException {
        int count = 3_000;
        for (int i = 0; i < count; i++) {
            try (RawClient client = new RawClient(server.address())) {
                client.send("POST /master/storm HTTP/1.1\nLibprocess-From: s(" + i + ")@127.0.0.1:1\n\n");
                assertThat(client.head()).startsWith("HTTP/1.1 202 Accepted\n");
            }
        }
        await().until(() -> server.connectionCount() == 0);
        assertThat(received).hasValue(count);
    }

    /** Its answers fill what lies between it and the server; then nothing more is taken from it. */
    @Test
    void whoSendsForEverAndReadsNoAnswerIsNotReadFromAnyMore() throws IOException {
        ByteBuffer message =
                ascii("POST /master/flood HTTP/1.1\r\nLibprocess-From: hand(1)@127.0.0.1:7171\r\n\r\n".repeat(1_000));
        try (SocketChannel client = SocketChannel.open()) {
            client.setOption(java.net.StandardSocketOptions.SO_RCVBUF, 4_096);
            client.connect(server.address());
            client.configureBlocking(false);
            await().during(Duration.ofMillis(500)).until(() -> {
                int written = client.write(message);
                if (!message.hasRemaining()) {
                    message.rewind();
                }
                return written == 0;
            });
        }
    }

    @Test
    void aReceiverThatFailsSpoilsOneMessageOnly() throws IOException {
        try (RawClient client = new RawClient(server.address())) {
            client.send("POST /master/fails HTTP/1.1\n" + FROM + "\nPOST /master/next HTTP/1.1\n" + FROM + "\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 500 Internal Server Error\n");
            assertThat(client.answer()).startsWith("HTTP/1.1 202 Accepted\n");
        }
        assertThat(received).hasValue(1);
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}

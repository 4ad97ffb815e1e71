package io.stoa.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PiecedBodyTest {

    private static final byte[] SHARED = "x{\"shared\":true}".getBytes(UTF_8);
    /** More than fits into the buffers of a connection. */
    private static final int PIECES = 500_000;

    private static final int BYTES = PIECES * (SHARED.length - 1 + 2);
    private static final HttpResponse JSON = HttpResponse.json(new byte[0]);

    private HttpServer server;
    private RawClient client;

    @BeforeEach
    void listen() throws IOException {
        HttpRoutes routes = HttpRoutes.of("master")
                .route("/small", (request, reply) -> reply.send(JSON, body(2)))
                .route("/large", (request, reply) -> reply.send(JSON, body(PIECES)))
                .route("/empty", (request, reply) -> reply.send(JSON, new PiecedBody()))
                .build();
        server = LocalServer.of(routes);
        client = new RawClient(server.address());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    private static PiecedBody body(int pieces) {
        PiecedBody body = new PiecedBody();
        for (int i = 0; i < pieces; i++) {
            body.share(SHARED, 1);
            body.write('\n');
            body.write('\n');
        }
        return body;
    }

    @Test
    void piecesComeOutInTheOrderInWhichTheyWentIn() throws IOException {
        Random random = new Random(7);
        StringBuilder expected = new StringBuilder();
        PiecedBody body = new PiecedBody();
        for (int i = 0; i < 200; i++) {
            byte[] piece = "abcdefgh".repeat(random.nextInt(3_000)).getBytes(UTF_8);
            int from = random.nextInt(piece.length + 1);
            if (random.nextBoolean()) {
                body.share(piece, from);
            } else {
                body.write(piece, from, piece.length - from);
            }
            expected.append(new String(piece, from, piece.length - from, UTF_8));
        }
        assertThat(body.length()).isEqualTo(expected.length());
        assertThat(new String(body.stream().readAllBytes(), UTF_8)).isEqualTo(expected.toString());
        assertThat(body.stream().readNBytes(10))
                .isEqualTo(expected.substring(0, 10).getBytes(UTF_8));
    }

    @Test
    void theAnswerIsThatOfAWholeBody() throws IOException {
        assertThat(client.send("GET /small HTTP/1.1\n\n").answer()).isEqualTo("""
                        HTTP/1.1 200 OK
                        Date: now
                        Content-Length: 34
                        Content-Type: application/json

                        {"shared":true}

                        {"shared":true}

                        """);
        assertThat(client.send("GET /small?jsonp=cb HTTP/1.1\n\n").answer())
                .isEqualTo("HTTP/1.1 200 OK\nDate: now\nContent-Length: 38\nContent-Type: text/javascript\n\n"
                        + "cb({\"shared\":true}\n\n{\"shared\":true}\n\n)");
        assertThat(client.send("GET /empty HTTP/1.1\n\n").answer())
                .isEqualTo("HTTP/1.1 200 OK\nDate: now\nContent-Length: 0\nContent-Type: application/json\n\n");
    }

    @Test
    void headTellsTheLengthOnlyAndTheConnectionGoesOn() throws IOException {
        client.send("HEAD /large HTTP/1.1\n\nGET /small HTTP/1.1\n\n");
        assertThat(client.head()).contains("Content-Length: " + BYTES + "\n");
        assertThat(client.answer()).contains("Content-Length: 34\n");
    }

    @Test
    void aLargeBodyArrivesWholeAtAClientThatReadsLate() throws IOException {
        client.send("GET /large HTTP/1.1\n\nGET /small HTTP/1.1\n\n");
        assertThat(client.head()).contains("Content-Length: " + BYTES + "\n");
        assertThat(client.bytes(BYTES)).startsWith("{\"shared\":true}\n\n");
        assertThat(client.answer()).contains("Content-Length: 34\n");
    }

    @Test
    void aClientThatTakesGzipGetsIt() throws IOException {
        client.send("GET /large HTTP/1.1\nAccept-Encoding: gzip\n\n");
        String head = client.head();
        assertThat(head).contains("Content-Encoding: gzip\n");
        int length = Integer.parseInt(head.replaceFirst("(?s).*Content-Length: (\\d+)\n.*", "$1"));
        assertThat(length).isLessThan(BYTES / 10);
        try (GZIPInputStream in = new GZIPInputStream(
                new ByteArrayInputStream(client.bytes(length).getBytes(ISO_8859_1)))) {
            assertThat(in.readAllBytes()).hasSize(BYTES).endsWith("true}\n\n".getBytes(UTF_8));
        }
    }
}

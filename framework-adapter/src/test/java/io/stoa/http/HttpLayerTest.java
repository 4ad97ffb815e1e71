package io.stoa.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.time.SystemTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What recordings of a real master show of the layer below its endpoints. */
class HttpLayerTest {

    private static final String VERSION = "{\"version\":\"1.11.0\"}";
    private static final String EMPTY_OK = "HTTP/1.1 200 OK\nDate: now\nContent-Length: 0\n\n";
    private static final String VERSION_OK =
            "HTTP/1.1 200 OK\nDate: now\nContent-Length: 20\nContent-Type: application/json\n\n" + VERSION;
    private static final String NOT_FOUND = "HTTP/1.1 404 Not Found\nDate: now\n"
            + "Content-Type: text/plain; charset=utf-8\nContent-Length: 14\n\n404 Not Found.";

    private final BlockingQueue<HttpReply> later = new LinkedBlockingQueue<>();
    private HttpServer server;
    private RawClient client;

    @BeforeEach
    void listen() throws IOException {
        HttpRoutes routes = HttpRoutes.of("master")
                .global("/", (request, reply) -> reply.send(HttpResponse.empty(200)))
                .route("/health", (request, reply) -> reply.send(HttpResponse.empty(200)))
                .route("/version", (request, reply) -> reply.send(HttpResponse.json(VERSION.getBytes(UTF_8))))
                .route("/redirect", (request, reply) -> reply.send(HttpResponse.temporaryRedirect("//localhost:5050")))
                .route(
                        "/only-post",
                        (request, reply) ->
                                reply.send(HttpResponse.methodNotAllowed(List.of("POST"), request.method())))
                .route("/echo", (request, reply) -> reply.send(HttpResponse.json(request.body())))
                .route(
                        "/zeros",
                        (request, reply) -> reply.send(HttpResponse.json(
                                new byte
                                        [Integer.parseInt(
                                                request.parameter("count").orElseThrow())])))
                .route("/later", (request, reply) -> later.add(reply))
                .route("/broken", (request, reply) -> {
                    throw new IllegalStateException("broken on purpose");
                })
                .build();
        server = LocalServer.of(routes);
        client = new RawClient(server.address());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /health HTTP/1.1\nHost: x\n\n",
                "GET /health HTTP/1.1\n\n",
                "GET /health HTTP/1.0\nConnection: Keep-Alive\n\n"
            })
    void theConnectionIsKept(String request) throws IOException {
        for (int i = 0; i < 3; i++) {
            assertThat(client.send(request).answer()).isEqualTo(EMPTY_OK);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /health HTTP/1.0\n\n", "GET /health HTTP/1.1\nHost: x\nConnection: close\n\n"})
    void theConnectionIsClosedForAClientThatAsksForIt(String request) throws IOException {
        assertThat(client.send(request).answer()).isEqualTo(EMPTY_OK);
        assertThat(client.untilClosed()).isEmpty();
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
        client.send("GET /later HTTP/1.1\n\nGET /version HTTP/1.1\n\nGET /health HTTP/1.1\n\n");
        HttpReply reply = later.take();
        Thread other = new Thread(() -> reply.send(HttpResponse.empty(202)));
        other.start();
        assertThat(client.answer()).isEqualTo("HTTP/1.1 202 Accepted\nDate: now\nContent-Length: 0\n\n");
        assertThat(client.answer()).isEqualTo(VERSION_OK);
        assertThat(client.answer()).isEqualTo(EMPTY_OK);
        other.join();
    }

    @Test
    void tenThousandPipelinedRequestsAreAllAnswered() throws Exception {
        String request = "GET /health HTTP/1.1\r\n\r\n";
        Thread sender = new Thread(() -> {
            try {
                client.sendBytes(request.repeat(10_000).getBytes(ISO_8859_1));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        sender.start();
        for (int i = 0; i < 10_000; i++) {
            assertThat(client.answer()).isEqualTo(EMPTY_OK);
        }
        sender.join();
    }

    @Test
    void headHasTheLengthOfTheBodyButNoBody() throws IOException {
        client.send("HEAD /version HTTP/1.1\n\nGET /health HTTP/1.1\n\n");
        assertThat(client.head()).isEqualTo(VERSION_OK.replace(VERSION, ""));
        assertThat(client.answer()).isEqualTo(EMPTY_OK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/version",
                "/master/version",
                "/%76ersion",
                "http://127.0.0.1:5050/version",
                "/version?x=http://a/b"
            })
    void everyFormOfATargetIsFound(String target) throws IOException {
        assertThat(client.send("GET " + target + " HTTP/1.1\nHost: x\n\n").answer())
                .isEqualTo(VERSION_OK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"//version", "/nosuch", "/master/nosuch", "*", "/versio", "/versions"})
    void otherTargetsAreNotFound(String target) throws IOException {
        assertThat(client.send("GET " + target + " HTTP/1.1\n\n").answer()).isEqualTo(NOT_FOUND);
    }

    @Test
    void anAbsoluteTargetIsRedirected() throws IOException {
        assertThat(client.send("GET http://h:1/redirect HTTP/1.1\nHost: h:1\n\n")
                        .answer())
                .isEqualTo("""
                        HTTP/1.1 307 Temporary Redirect
                        Date: now
                        Location: //localhost:5050
                        Content-Length: 0

                        """);
    }

    @Test
    void aWrongMethodIsToldWhichAreExpected() throws IOException {
        assertThat(client.send("GET /only-post HTTP/1.1\n\n").answer()).isEqualTo("""
                        HTTP/1.1 405 Method Not Allowed
                        Date: now
                        Allow: POST
                        Content-Type: text/plain; charset=utf-8
                        Content-Length: 72

                        405 Method Not Allowed. Expecting one of { 'POST' }, but received 'GET'.""");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " garbage\n\n\n",
                "FOO / HTTP/1.1\nHost: x\n\n",
                "get /health HTTP/1.1\n\n",
                "GET /health HTTP/1.1\nContent-Length: x\n\n"
            })
    void whatIsNotUnderstoodIsHungUpOnWithoutAWord(String garbage) throws IOException {
        assertThat(client.send(garbage).untilClosed()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%zz", "/health?x=%zz", "/%"})
    void aTargetThatCannotBeReadIsABadRequest(String target) throws IOException {
        client.send("GET /health HTTP/1.1\n\n");
        assertThat(client.answer()).isEqualTo(EMPTY_OK);
        assertThat(client.send("GET " + target + " HTTP/1.1\n\n").untilClosed())
                .startsWith("HTTP/1.1 400 Bad Request\r\n")
                .contains("\r\n\r\nMalformed request target: ");
    }

    @Test
    void aFailingHandlerIsAnInternalErrorAndTheConnectionStays() throws IOException {
        assertThat(client.send("GET /broken HTTP/1.1\n\n").answer()).startsWith("HTTP/1.1 500 Internal Server Error\n");
        assertThat(client.send("GET /health HTTP/1.1\n\n").answer()).isEqualTo(EMPTY_OK);
    }

    @Test
    void aBodyThatComesAtOnceIsNotWaitedFor() throws IOException {
        client.send("POST /echo HTTP/1.1\nExpect: 100-continue\nContent-Length: 2\n\n{}");
        assertThat(client.answer()).startsWith("HTTP/1.1 200 OK\n").endsWith("\n\n{}");
    }

    @Test
    void aClientThatWaitsToBeToldToGoOnIsTold() throws IOException {
        client.send("POST /echo HTTP/1.1\nExpect: 100-continue\nContent-Length: 2\n\n");
        assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\n\n");
        assertThat(client.send("{}").answer()).startsWith("HTTP/1.1 200 OK\n").endsWith("\n\n{}");
    }

    @Test
    void aChunkedBodyIsPutTogether() throws IOException {
        client.send("POST /echo HTTP/1.1\nTransfer-Encoding: chunked\n\n3\n[1,\n2\n2]\n0\n\n");
        assertThat(client.answer()).endsWith("\n\n[1,2]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1023 | gzip | false", "1024 | gzip | true", "1024 | deflate | false", "1024 | '' | false",
                "1024 | deflate, GZIP;q=0.5 | true", "1024 | gzip;q=0 | false", "1024 | gzip;q=0.0, * | false",
                        "1024 | * | true"
            })
    void aBodyIsCompressedFromOneKibibyteWhereThatIsAccepted(int length, String accepted, boolean compressed)
            throws IOException {
        client.send("GET /zeros?count=" + length + " HTTP/1.1\nAccept-Encoding: " + accepted + "\n\n");
        String head = client.head();
        assertThat(head.contains("Content-Encoding: gzip\n")).isEqualTo(compressed);
        if (compressed) {
            int sent = Integer.parseInt(head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
            byte[] body = client.bytes(sent).getBytes(ISO_8859_1);
            assertThat(new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes())
                    .hasSize(length);
        } else {
            assertThat(head).contains("Content-Length: " + length + "\n");
        }
    }

    @Test
    void aCompressedRequestIsDecompressed() throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write("[1]".getBytes(UTF_8));
        }
        client.send("POST /echo HTTP/1.1\nContent-Encoding: gzip\nContent-Length: " + compressed.size() + "\n\n");
        assertThat(client.sendBytes(compressed.toByteArray()).answer()).endsWith("\n\n[1]");
    }

    @Test
    void aRequestThatIsNotCompressedThoughItSaysSoIsAnError() throws IOException {
        client.send("POST /echo HTTP/1.1\nContent-Encoding: gzip\nContent-Length: 3\n\nabc");
        assertThat(client.answer()).isEqualTo("""
                        HTTP/1.1 500 Internal Server Error
                        Date: now
                        Content-Type: text/plain; charset=utf-8
                        Content-Length: 21

                        failed to decode body""");
        assertThat(client.send("GET /health HTTP/1.1\n\n").answer()).isEqualTo(EMPTY_OK);
    }

    @Test
    void jsonIsWrappedInACallOfTheClientsFunction() throws IOException {
        assertThat(client.send("GET /version?jsonp=cb HTTP/1.1\n\n").answer())
                .isEqualTo("HTTP/1.1 200 OK\nDate: now\nContent-Length: 24\nContent-Type: text/javascript\n\ncb("
                        + VERSION + ")");
    }

    @Test
    void aPortThatIsTakenIsAnErrorAndNothingKeepsRunning() {
        assertThatThrownBy(() -> new HttpServer(
                        server.address(), HttpRoutes.of("x").build(), List.of(), HttpLimits.STANDARD, new SystemTime()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(
                        "cannot listen on 127.0.0.1:" + server.address().getPort());
    }

    @Test
    void closingTwiceIsFineAndEndsOpenConnections() throws IOException {
        client.send("GET /health HTTP/1.1\n\n").answer();
        server.close();
        server.close();
        assertThat(client.untilClosed()).isEmpty();
    }
}

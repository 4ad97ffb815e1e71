package io.stoa.http;

import static io.stoa.testing.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies that are given as they come. */
@Timeout(120)
class StreamedRequestTest {

    private static final String HEAD = "POST /in HTTP/1.1\nTransfer-Encoding: chunked\n\n";

    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final AtomicBoolean lost = new AtomicBoolean();
    private HttpServer server;
    private RawClient client;

    @BeforeEach
    void listen() throws IOException {
        server =
                LocalServer.of(HttpRoutes.of("master").route("/in", new Taker()).build());
        client = new RawClient(server.address());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    /** Who resumes at once does so before he has said that he wants no more for now. */
    @Test
    void whoResumesAtOnceGetsTheRest() throws Exception {
        client.send(HEAD + "3\none\n");
        await().until(() -> said().equals("one"));
        client.send("3\ntwo\n");
        await().until(() -> said().equals("onetwo"));
        assertThat(client.send("0\n\n").head()).startsWith("HTTP/1.1 200 OK\n");
    }

    @Test
    void whoseClientGoesAwayLearnsIt() throws Exception {
        client.send(HEAD + "3\none\n");
        await().until(() -> said().equals("one"));
        client.close();
        await().untilTrue(lost);
    }

    private String said() {
        synchronized (taken) {
            return taken.toString(UTF_8);
        }
    }

    /** Pauses after every piece, and lets another thread resume while it does so. */
    private final class Taker implements StreamingHandler {

        @Override
        public boolean streams(HttpRequest head) {
            return true;
        }

        @Override
        public void handle(HttpRequest request, HttpReply reply) {
            throw new IllegalStateException("a body that streams");
        }

        @Override
        public BodySink open(HttpRequest head, HttpReply reply, Runnable resume) {
            return new BodySink() {
                @Override
                public boolean take(byte[] piece) {
                    synchronized (taken) {
                        taken.writeBytes(piece);
                    }
                    CountDownLatch resumed = new CountDownLatch(1);
                    new Thread(() -> {
                                resume.run();
                                resumed.countDown();
                            })
                            .start();
                    try {
                        resumed.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return false;
                }

                @Override
                public void end() {
                    reply.send(HttpResponse.empty(200));
                }

                @Override
                public void lost() {
                    lost.set(true);
                }
            };
        }
    }
}

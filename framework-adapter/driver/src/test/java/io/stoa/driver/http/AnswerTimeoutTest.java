package io.stoa.driver.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.driver.HandClock;
import io.stoa.driver.Threads;
import io.stoa.driver.http.ScriptedServer.Connection;
import io.stoa.driver.loop.EventLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Answers that do not come. Time passes for a connection only where a test says so: nothing that prepares for what is
 * tested can be late.
 */
@Timeout(120)
final class AnswerTimeoutTest {

    private static final int ANSWER_TIMEOUT_MS = 300;

    private final HandClock clock = new HandClock();
    private final ConnectionLimits limits =
            ConnectionLimits.usual().withAnswerTimeoutMs(ANSWER_TIMEOUT_MS).withNanoClock(clock);
    private final HeardEvents heard = new HeardEvents();
    private final EventLoop loop = new EventLoop("loop-under-test", e -> heard.add("thrown " + e));
    private final ScriptedServer server = new ScriptedServer();
    private final List<ApiConnection> opened = new ArrayList<>();

    AnswerTimeoutTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        opened.forEach(ApiConnection::close);
        loop.close();
        server.close();
    }

    @Test
    void anAnswerToSubscribeThatDoesNotComeIsALoss() throws Exception {
        open(limits);
        Connection stream = server.accept();
        stream.request();
        clock.passMs(ANSWER_TIMEOUT_MS + 1);

        assertThat(heard.next()).startsWith("lost java.net.SocketTimeoutException: An answer is late");
        stream.awaitClose();
    }

    @Test
    void aFirstEventThatDoesNotComeIsALoss() throws Exception {
        open(limits);
        server.subscribed("id");

        assertThat(heard.next()).isEqualTo("subscribed id");
        clock.passMs(ANSWER_TIMEOUT_MS + 1);
        assertThat(heard.next()).startsWith("lost java.net.SocketTimeoutException");
    }

    @Test
    void aStreamWithoutADeadlineMayBeSilent() throws Exception {
        open(limits.withIdleTimeoutMs(0));
        Connection stream = server.subscribed("id");
        stream.event(bytes("one"));
        heard.next();
        heard.next();
        clock.passMs(TimeUnit.DAYS.toMillis(1));
        // As a reader begins to wait, and once more while it waits.
        clock.awaitAsked(5);
        stream.event(bytes("two"));

        assertThat(heard.next()).isEqualTo("received two");
    }

    @Test
    void aCallThatIsNotAnsweredIsReportedAndTheNextOneGoesOverANewConnection() throws Exception {
        ApiConnection connection = open(limits);
        streaming();
        connection.call(bytes("one"), heard.of("one"));
        Connection calls = server.accept();
        calls.request();
        Threads.awaitIn("stoa-driver-calls", ResponseHead.class);
        clock.passMs(ANSWER_TIMEOUT_MS + 1);
        assertThat(heard.next()).startsWith("one perhaps arrived: java.net.SocketTimeoutException");
        calls.awaitClose();

        connection.call(bytes("two"), heard.of("two"));
        Connection next = server.accept();
        next.request();
        next.answer(202, "");

        assertThat(heard.next()).isEqualTo("two answered 202 ");
    }

    @Test
    void aWriteThatDoesNotEndIsBrokenOff() throws Exception {
        ApiConnection connection = open(limits);
        streaming();
        connection.call(new byte[32 << 20], heard.of("large"));
        // More than the head, and far from all.
        server.accept().take(1 << 20);
        clock.passMs(ANSWER_TIMEOUT_MS + 1);

        assertThat(heard.next()).startsWith("large perhaps arrived: java.net.SocketException");
    }

    /** A stream that has begun with an event. */
    private Connection streaming() throws Exception {
        Connection stream = server.subscribed("id");
        stream.event(bytes("x"));
        heard.next();
        heard.next();
        return stream;
    }

    private ApiConnection open(ConnectionLimits within) {
        ApiConnection connection =
                ApiConnection.open(loop, server.endpoint("/"), null, within, bytes("SUBSCRIBE"), heard);
        opened.add(connection);
        return connection;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}

package io.stoa.http;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.channel.embedded.EmbeddedChannel;
import io.stoa.time.ManualTime;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(120)
class DoorkeeperTest {

    private static final HttpLimits TWO_CONNECTIONS = new HttpLimits(1 << 20, 1 << 16, 60_000, 1 << 20, 4, 1 << 20, 2);

    private final Logger logger = (Logger) LoggerFactory.getLogger(Doorkeeper.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
    }

    @Test
    void connectionsBeyondTheLimitAreClosedAtOnceAndOneThatIsFreeIsGivenAway() throws IOException {
        try (HttpServer server = LocalServer.of(HttpRoutes.of("master").build(), TWO_CONNECTIONS);
                RawClient first = new RawClient(server.address());
                RawClient second = new RawClient(server.address())) {
            assertThat(answer(first)).startsWith("HTTP/1.1 404");
            assertThat(answer(second)).startsWith("HTTP/1.1 404");
            try (RawClient third = new RawClient(server.address());
                    RawClient fourth = new RawClient(server.address())) {
                assertThat(third.untilClosed()).isEmpty();
                assertThat(fourth.untilClosed()).isEmpty();
            }
            assertThat(figures(server.counts()))
                    .containsEntry("stoa/http/connections", 2.0)
                    .containsEntry("stoa/http/connections_refused", 2.0);
            assertThat(lines.list).hasSize(1);
            assertThat(lines.list.get(0).getFormattedMessage())
                    .contains("connections refused times=1 last=/127.0.0.1:")
                    .endsWith("connections=2 (expected: at most 2)");

            first.close();
            await().until(() -> figures(server.counts()).get("stoa/http/connections") == 1);
            try (RawClient next = new RawClient(server.address())) {
                assertThat(answer(next)).startsWith("HTTP/1.1 404");
            }
        }
    }

    @Test
    void whenNoConnectionCanBeTakenThereIsAPauseAndOneLineInAWhile() {
        ManualTime time = new ManualTime(0);
        HttpCounts counts = new HttpCounts();
        EmbeddedChannel accepting = new EmbeddedChannel(new Doorkeeper(10, counts, time));
        for (int i = 0; i < 3; i++) {
            accepting.pipeline().fireExceptionCaught(new IOException("Too many open files"));
            assertThat(accepting.config().isAutoRead()).isFalse();
            accepting.advanceTimeBy(Doorkeeper.PAUSE_MS, TimeUnit.MILLISECONDS);
            accepting.runScheduledPendingTasks();
            assertThat(accepting.config().isAutoRead()).isTrue();
        }
        time.advance(60_000);
        accepting.pipeline().fireExceptionCaught(new IOException("Too many open files"));

        accepting.checkException();
        assertThat(figures(counts)).containsEntry("stoa/http/accept_failures", 4.0);
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "no connection can be taken times=1 connections=0 pauseMs=1000: "
                                + "java.io.IOException: Too many open files",
                        "no connection can be taken times=3 connections=0 pauseMs=1000: "
                                + "java.io.IOException: Too many open files");
    }

    @Test
    void fewOpenFilesLeaveRoomForWhatTheProcessOpensItself() {
        assertThat(HttpLimits.STANDARD.within(1_024).maxConnections()).isEqualTo(640);
        assertThat(HttpLimits.STANDARD.within(1 << 20)).isEqualTo(HttpLimits.STANDARD);
    }

    private static String answer(RawClient client) throws IOException {
        client.send("GET /nowhere HTTP/1.1\n\n");
        return client.head();
    }

    private static Map<String, Double> figures(HttpCounts counts) {
        Map<String, Double> figures = new TreeMap<>();
        counts.addTo(figures);
        return figures;
    }
}

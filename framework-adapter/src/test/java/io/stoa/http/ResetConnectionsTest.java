package io.stoa.http;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Load balancers look every few seconds whether somebody listens, and leave with a reset. */
@Timeout(120)
class ResetConnectionsTest {

    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        root.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        root.detachAppender(log);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "P", "PRI * HTTP/2.0\n\nSM\n\n", "GET /health HTTP/1.1\n"})
    void whoLeavesWithAResetIsNotWorthALine(String said) throws Exception {
        try (HttpServer server = LocalServer.of(HttpRoutes.of("master").build())) {
            for (int i = 0; i < 20; i++) {
                RawClient client = new RawClient(server.address());
                client.send(said);
                await().until(() -> server.connectionCount() == 1);
                client.reset();
                await().until(() -> server.connectionCount() == 0);
            }
        }
        assertThat(List.copyOf(log.list))
                .filteredOn(line -> line.getThreadName().startsWith("http-"))
                .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.INFO))
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEmpty();
    }
}

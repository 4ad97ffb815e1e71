package io.stoa.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.stoa.time.SystemTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.slf4j.LoggerFactory;

/** Connections come at any time, also while a server closes. */
class HttpServerCloseTest {

    private static final int CONNECTIONS = 50;
    private static final String PREFACE = "PRI * HTTP/2.0\n\nSM\n\n";

    private final Logger netty = (Logger) LoggerFactory.getLogger("io.netty");
    private final ConcurrentLinkedQueue<String> warnings = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> listener = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            // Not what is left behind by clients of other tests.
            if (event.getLevel().isGreaterOrEqual(Level.WARN)
                    && !event.getThreadName().startsWith("grpc-default")) {
                warnings.add(event.getFormattedMessage());
            }
        }
    };

    @BeforeEach
    void listen() {
        listener.start();
        netty.addAppender(listener);
    }

    @AfterEach
    void stopListening() {
        netty.detachAppender(listener);
    }

    @RepeatedTest(30)
    void connectionsThatAreHandedToGrpcMeanwhileAreClosedWithoutAWarning() throws IOException {
        HttpServer server = new HttpServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                HttpRoutes.of("master").build(),
                List.of(),
                HttpLimits.STANDARD,
                new SystemTime());
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(new RawClient(server.address()));
        }
        for (RawClient client : clients) {
            client.send(PREFACE);
        }

        server.close();

        for (RawClient client : clients) {
            client.close();
        }
        assertThat(warnings).isEmpty();
    }
}

package io.stoa.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class GrpcEndpointTest {

    private final Logger netty = (Logger) LoggerFactory.getLogger("io.netty");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        netty.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        netty.detachAppender(log);
    }

    @Test
    void aConnectionThatEndsWhileItIsAdoptedIsLeftToItsOwnLoop() throws Exception {
        GrpcEndpoint endpoint = new GrpcEndpoint(List.of(), new HttpCounts());
        try {
            endpoint.adopt(new Ending(), () -> {});
            // Waits for what was begun before.
            endpoint.adoptNoMore();
        } finally {
            endpoint.close();
        }
        assertThat(log.list)
                .filteredOn(event -> event.getThrowableProxy() != null)
                .isEmpty();
    }

    /** Is there still when it is asked for, and gone the next moment. */
    private static final class Ending extends EmbeddedChannel {

        @Override
        public boolean isActive() {
            return true;
        }

        @Override
        public boolean isRegistered() {
            return false;
        }
    }
}

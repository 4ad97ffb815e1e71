package io.stoa.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class GrpcEndpointTest {

    private final Logger netty = (Logger) LoggerFactory.getLogger("io.netty");
    private final BlockingQueue<ILoggingEvent> failures = new LinkedBlockingQueue<>();
    private final UnsynchronizedAppenderBase<ILoggingEvent> log = new UnsynchronizedAppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            // Not what is left behind by clients of other tests.
            if (event.getThrowableProxy() != null && !event.getThreadName().startsWith("grpc-default")) {
                failures.add(event);
            }
        }
    };

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
        assertThat(failures).isEmpty();
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

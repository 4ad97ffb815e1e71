package io.stoa.flags;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.stoa.time.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoggingLevelTest {

    private final Logger own = (Logger) LoggerFactory.getLogger("io.stoa");
    private final ManualTime time = new ManualTime(0);
    private final LoggingLevel logging = new LoggingLevel(time);

    @AfterEach
    void reset() {
        own.setLevel(null);
    }

    @Test
    void anyLevelIsTakenAsInMesosAndEndsAfterItsTime() {
        logging.set(1, 1_000);
        assertThat(own.getLevel()).isEqualTo(Level.DEBUG);
        logging.set(9, 2_000);
        assertThat(logging.level()).isEqualTo(9);
        assertThat(own.getLevel()).isEqualTo(Level.TRACE);
        time.advance(1_999);
        assertThat(logging.level()).isEqualTo(9);
        time.advance(1);
        assertThat(logging.level()).isZero();
        assertThat(own.getLevel()).isNull();
    }

    /** What a call says beyond 2^31 - 1. */
    @Test
    void aNegativeLevelLogsNothingMore() {
        logging.set(-1, 1_000);
        assertThat(own.getLevel()).isNull();
    }
}

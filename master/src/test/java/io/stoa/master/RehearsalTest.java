package io.stoa.master;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RehearsalTest {

    private static final Rehearsal.Size ENDLESS = new Rehearsal.Size(10, Integer.MAX_VALUE);

    private final LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Logger root = loggers.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Thread master = Thread.currentThread();
    private final ListAppender<ILoggingEvent> log = new Said();

    @BeforeEach
    void listen() {
        log.start();
        root.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        root.detachAppender(log);
    }

    @Test
    void leavesNothingBehindButTwoLines() {
        Rehearsal rehearsal = new Rehearsal(new Rehearsal.Size(20, 3));

        rehearsal.begin();

        awaitGone(rehearsal);
        assertThat(said())
                .satisfiesExactly(
                        begins -> assertThat(begins).isEqualTo("Rehearsal begins agents=20 terms=3"),
                        ends -> assertThat(ends).startsWith("Rehearsal completed tookMs="));
        assertThat(loggers.getTurboFilterList()).isEmpty();
    }

    @Test
    void isGoneSoonAfterItsMasterWasElected() {
        Rehearsal rehearsal = new Rehearsal(ENDLESS);
        rehearsal.begin();
        awaitTerms(rehearsal);

        rehearsal.end();

        awaitGone(rehearsal);
        assertThat(said().get(1)).startsWith("Rehearsal ended tookMs=");
        assertThat(loggers.getTurboFilterList()).isEmpty();
    }

    @Test
    void isGoneSoonWhereItsMasterIsElectedAtOnce() {
        Rehearsal rehearsal = new Rehearsal(ENDLESS);
        rehearsal.begin();

        rehearsal.end();

        awaitGone(rehearsal);
        assertThat(said().get(1)).startsWith("Rehearsal ended tookMs=");
    }

    @Test
    void doesNotBeginWhenItsMasterHasBeenElected() {
        Rehearsal rehearsal = new Rehearsal(ENDLESS);
        rehearsal.end();

        rehearsal.begin();

        assertThat(rehearsal.threads().activeCount()).isZero();
        assertThat(said()).isEmpty();
    }

    @Test
    void beginsOnce() {
        Rehearsal rehearsal = new Rehearsal(new Rehearsal.Size(1, 1));
        rehearsal.begin();
        rehearsal.begin();
        awaitGone(rehearsal);

        rehearsal.begin();

        assertThat(said()).hasSize(2);
    }

    /** Its agents have come. */
    private static void awaitTerms(Rehearsal rehearsal) {
        await().until(() -> names(rehearsal).contains("rehearsed-agents"));
    }

    private static void awaitGone(Rehearsal rehearsal) {
        await().untilAsserted(() -> assertThat(names(rehearsal)).isEmpty());
    }

    private static List<String> names(Rehearsal rehearsal) {
        Thread[] threads = new Thread[100];
        int count = rehearsal.threads().enumerate(threads);
        return Arrays.stream(threads, 0, count)
                .map(thread -> thread.getName().replaceAll("[-0-9]+$", ""))
                .toList();
    }

    /** What is said by a rehearsal, or to begin it; threads of other tests may still be about something else. */
    private final class Said extends ListAppender<ILoggingEvent> {

        @Override
        protected void append(ILoggingEvent event) {
            Thread thread = Thread.currentThread();
            if (thread == master || "rehearsal".equals(thread.getThreadGroup().getName())) {
                super.append(event);
            }
        }
    }

    private List<String> said() {
        return List.copyOf(log.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }
}

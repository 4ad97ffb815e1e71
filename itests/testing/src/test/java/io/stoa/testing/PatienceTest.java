package io.stoa.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;

class PatienceTest {

    private static final Duration SHORT = Duration.ofMillis(300);

    @Test
    void saysWhatTheConditionWasNotAtLast() {
        assertThatThrownBy(() -> Patience.await(SHORT)
                        .untilAsserted(() -> assertThat("actual").isEqualTo("wanted")))
                .isInstanceOf(ConditionTimeoutException.class)
                .hasMessageContainingAll("actual", "wanted", "waited for 0 s of this machine's time");
    }

    @Test
    void endsThoughExceptionsAreIgnored() {
        assertThatThrownBy(() -> Patience.await(SHORT)
                        .ignoreExceptionsInstanceOf(IllegalStateException.class)
                        .until(() -> {
                            throw new IllegalStateException("not yet");
                        }))
                .isInstanceOf(ConditionTimeoutException.class)
                .hasMessageContaining("not yet");
    }

    @Test
    void whatIsThereIsNotWaitedFor() throws Exception {
        CompletableFuture<String> done = CompletableFuture.completedFuture("done");
        BlockingQueue<String> queue = new LinkedBlockingQueue<>();
        long begin = System.nanoTime();
        // With a moment for each it would take longer than anybody waits.
        for (int i = 0; i < 10_000; i++) {
            assertThat(Patience.join(done)).isEqualTo("done");
            queue.add("next");
            assertThat(Patience.next(queue)).isEqualTo("next");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void aFailureIsThatOfTheFuture() {
        IllegalStateException failure = new IllegalStateException("on purpose");

        assertThatThrownBy(() -> Patience.join(CompletableFuture.failedFuture(failure)))
                .isInstanceOf(CompletionException.class)
                .hasCause(failure);
    }

    @Test
    void isEnoughForWhatComes() {
        AtomicInteger asked = new AtomicInteger();

        Patience.await().until(() -> asked.incrementAndGet() == 3);

        assertThat(asked).hasValue(3);
    }
}

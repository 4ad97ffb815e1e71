package io.stoa.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
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
    void isEnoughForWhatComes() {
        AtomicInteger asked = new AtomicInteger();

        Patience.await().until(() -> asked.incrementAndGet() == 3);

        assertThat(asked).hasValue(3);
    }
}

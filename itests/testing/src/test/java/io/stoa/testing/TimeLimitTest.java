package io.stoa.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

class TimeLimitTest {

    @Test
    void whatHangsIsInterruptedAfterTheTimeOfItsClass() {
        TestExecutionSummary summary = run(Hanging.class);

        assertThat(summary.getTestsFailedCount()).isEqualTo(2);
        assertThat(summary.getFailures())
                .allSatisfy(failure -> assertThat(failure.getException())
                        .isInstanceOf(TimeoutException.class)
                        .hasMessage("hangs() is not over after 1 s of this machine's time")
                        .hasCauseInstanceOf(InterruptedException.class));
    }

    @Test
    void theTimeOfAMethodIsItsOwn() {
        TestExecutionSummary summary = run(HangingSetup.class);

        assertThat(summary.getFailures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.getException())
                        .hasMessage("setUp() is not over after 1 s of this machine's time"));
    }

    @Test
    void whoIgnoresTheInterruptIsLateNevertheless() {
        TestExecutionSummary summary = run(Stubborn.class);

        assertThat(summary.getFailures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.getException())
                        .hasMessage("goesOn() is not over after 1 s of this machine's time")
                        .hasNoCause());
        assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
    }

    private static TestExecutionSummary run(Class<?> tests) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(tests))
                .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
                .configurationParameter("junit.jupiter.execution.timeout.mode", "disabled")
                .build();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, summary);
        return summary.getSummary();
    }

    @Timeout(1)
    static class Hanging {

        @Test
        void hangs() throws Exception {
            new CountDownLatch(1).await();
        }

        @Nested
        class Inside {

            @Test
            void hangs() throws Exception {
                new CountDownLatch(1).await();
            }
        }
    }

    @Timeout(100)
    static class HangingSetup {

        @BeforeEach
        @Timeout(value = 1_000, unit = TimeUnit.MILLISECONDS)
        void setUp() throws Exception {
            new CountDownLatch(1).await();
        }

        @Test
        void isNotReached() {}
    }

    static class Stubborn {

        @Test
        @Timeout(1)
        void goesOn() {
            Patience patience = Patience.begun();
            while (!Thread.currentThread().isInterrupted() && !patience.isOver()) {
                Thread.onSpinWait();
            }
        }

        @Test
        void nothingIsLeftOfTheInterrupt() {
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }
}

package io.stoa.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.testing.Patience;
import java.util.function.LongSupplier;

/** A clock of nanoseconds that stands still until a test moves it. */
public final class HandClock implements LongSupplier {

    private long nanos;
    private int asked;

    @Override
    public synchronized long getAsLong() {
        asked++;
        notifyAll();
        return nanos;
    }

    public synchronized void passMs(long timeMs) {
        nanos += timeMs * 1_000_000;
    }

    /** Waits until it is asked so often from now on. */
    public synchronized void awaitAsked(int times) throws InterruptedException {
        int enough = asked + times;
        Patience patience = Patience.begun();
        while (asked < enough) {
            assertThat(patience.awaits(this)).as("the clock is looked at").isTrue();
        }
    }
}

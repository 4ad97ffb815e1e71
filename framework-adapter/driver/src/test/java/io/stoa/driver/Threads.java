package io.stoa.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What tests do on a driver's thread. */
public final class Threads {

    private Threads() {}

    /** Waits at most twenty seconds. */
    public static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Throws whatever it is given, as code does that no compiler has checked. */
    public static void sneak(Throwable thrown) {
        Threads.<RuntimeException>unchecked(thrown);
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void unchecked(Throwable thrown) throws E {
        throw (E) thrown;
    }
}

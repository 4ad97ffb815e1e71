package io.stoa.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.testing.Patience;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What tests do on a driver's thread. */
public final class Threads {

    private Threads() {}

    /** Waits with patience, on whatever thread. */
    public static void await(CountDownLatch latch) {
        Patience patience = Patience.begun();
        try {
            while (!latch.await(1, TimeUnit.SECONDS)) {
                assertThat(patience.isOver()).isFalse();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until a thread of that name is in a method of the class. */
    public static void awaitIn(String name, Class<?> place) {
        Patience patience = Patience.begun();
        while (!isIn(name, place.getName())) {
            assertThat(patience.isOver()).as(name + " in " + place).isFalse();
            Thread.onSpinWait();
        }
    }

    /** Whether no thread has that name. */
    public static boolean none(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals(name));
    }

    private static boolean isIn(String name, String place) {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().equals(name))
                .flatMap(thread -> Arrays.stream(thread.getValue()))
                .anyMatch(frame -> frame.getClassName().equals(place));
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

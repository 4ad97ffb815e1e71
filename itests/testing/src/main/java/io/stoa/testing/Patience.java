package io.stoa.testing;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionEvaluationListener;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.EvaluatedCondition;
import org.awaitility.core.IgnoredException;
import org.jspecify.annotations.Nullable;

/** How long something is waited for that has to come, however slow the machine is: counted in its own time. */
public final class Patience {

    /** Far more than anything takes that comes at all. */
    private static final Duration USUAL = Duration.ofSeconds(60);
    /** A machine that has less than a tenth of its processors is given up; a condition that itself hangs ends, too. */
    private static final int MAX_CLOCK = 10;

    private static final long MOMENT_MS = 500;

    private final Duration limit;
    private final long begunNanos = System.nanoTime();
    private final long begunMachineNanos = MachineTime.nanos();

    private Patience(Duration limit) {
        this.limit = limit;
    }

    /** With the usual patience, begun now. */
    public static Patience begun() {
        return begun(USUAL);
    }

    /** @param limit in time that the machine had */
    public static Patience begun(Duration limit) {
        return new Patience(limit);
    }

    public boolean isOver() {
        return MachineTime.nanos() - begunMachineNanos > limit.toNanos()
                || System.nanoTime() - begunNanos > MAX_CLOCK * limit.toNanos();
    }

    /**
     * Waits for a monitor to be notified, or for a moment. What is waited for has to be looked at again.
     *
     * @return false, at once, when the patience is over
     */
    @SuppressWarnings("WaitNotInLoop") // Its callers have the loop.
    public boolean awaits(Object monitor) throws InterruptedException {
        if (isOver()) {
            return false;
        }
        monitor.wait(MOMENT_MS);
        return true;
    }

    /** Waits as {@link Awaitility} does, with the usual patience. */
    public static ConditionFactory await() {
        return await(USUAL);
    }

    /** @param limit in time that the machine had */
    public static ConditionFactory await(Duration limit) {
        // Only for a condition that itself hangs; whatever else takes too long the listener ends, and says why.
        Duration most = limit.compareTo(USUAL) > 0 ? limit : USUAL;
        return Awaitility.await()
                .atMost(most.multipliedBy(MAX_CLOCK))
                .conditionEvaluationListener(new Deadline<>(begun(limit)));
    }

    /**
     * What comes of a future, as {@link CompletableFuture#join}, with the usual patience.
     *
     * @throws ConditionTimeoutException where nothing comes
     */
    public static <T extends @Nullable Object> T join(CompletableFuture<T> future) {
        Patience patience = begun();
        while (!patience.isOver()) {
            try {
                return future.get(MOMENT_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // Once more.
            } catch (ExecutionException e) {
                throw new CompletionException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while it waited for " + future, e);
            }
        }
        throw new ConditionTimeoutException("nothing came of " + future + " (waited for " + patience + ")");
    }

    /** The next element, waited for with the usual patience; null: none came. */
    public static <T> @Nullable T next(BlockingQueue<T> queue) throws InterruptedException {
        Patience patience = begun();
        T next = null;
        while (next == null && !patience.isOver()) {
            next = queue.poll(MOMENT_MS, TimeUnit.MILLISECONDS);
        }
        return next;
    }

    @Override
    public String toString() {
        return limit.toSeconds() + " s of this machine's time";
    }

    /** Ends the wait with what the condition was not when it was looked at last. */
    private record Deadline<T>(Patience patience) implements ConditionEvaluationListener<T> {

        @Override
        public void conditionEvaluated(EvaluatedCondition<T> condition) {
            if (!condition.isSatisfied()) {
                check(condition.getDescription(), null);
            }
        }

        @Override
        public void exceptionIgnored(IgnoredException ignored) {
            check(String.valueOf(ignored.getThrowable()), ignored.getThrowable());
        }

        private void check(String last, @Nullable Throwable cause) {
            if (patience.isOver()) {
                throw new ConditionTimeoutException(last + " (waited for " + patience + ")", cause);
            }
        }
    }
}

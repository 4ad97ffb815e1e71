package io.stoa.time;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The system's time; its one thread only hands over to the executors of the timers. */
public final class SystemTime implements Time, AutoCloseable {

    private final ScheduledThreadPoolExecutor timers;

    public SystemTime() {
        timers = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "timers");
            thread.setDaemon(true);
            return thread;
        });
        timers.setRemoveOnCancelPolicy(true);
    }

    @Override
    public long epochMs() {
        return System.currentTimeMillis();
    }

    @Override
    public long monotonicMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public long monotonicNanos() {
        return System.nanoTime();
    }

    @Override
    public Timer after(long delayMs, Executor executor, Runnable action) {
        ScheduledFuture<?> timer = timers.schedule(() -> executor.execute(action), delayMs, TimeUnit.MILLISECONDS);
        return () -> timer.cancel(false);
    }

    @Override
    public void close() {
        timers.shutdownNow();
    }
}

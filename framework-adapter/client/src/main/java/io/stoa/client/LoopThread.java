package io.stoa.client;

import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One daemon thread that does one thing after the other. What waits is limited by those who hand it over: each stream
 * has a fixed number of messages under way, and so have calls and timers.
 */
final class LoopThread implements Executor, AutoCloseable {

    private final ScheduledThreadPoolExecutor thread;
    private final Consumer<Throwable> failed;
    private volatile @Nullable Thread running;

    /** @param failed told, on the thread, of whatever a task throws */
    LoopThread(String name, Consumer<Throwable> failed) {
        this.failed = failed;
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread started = new Thread(task, name);
            started.setDaemon(true);
            running = started;
            return started;
        });
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Dropped after {@link #close}. Any thread. */
    @Override
    public void execute(Runnable task) {
        try {
            thread.execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            requireClosed(e);
        }
    }

    /** Dropped after {@link #close}. Any thread. */
    Timer after(long delayMs, Runnable task) {
        try {
            Future<?> future = thread.schedule(() -> guarded(task), delayMs, TimeUnit.MILLISECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException e) {
            requireClosed(e);
            return () -> {};
        }
    }

    private void requireClosed(RejectedExecutionException rejection) {
        if (!thread.isShutdown()) {
            throw rejection;
        }
    }

    private void guarded(Runnable task) {
        if (thread.isShutdown()) {
            return;
        }
        try {
            task.run();
        } catch (Throwable e) {
            failed.accept(e);
        }
    }

    boolean isCurrent() {
        return Thread.currentThread() == running;
    }

    boolean isClosed() {
        return thread.isShutdown();
    }

    /** Nothing new begins; returns at once. */
    @Override
    public void close() {
        thread.shutdown();
    }

    /** Waits until nothing runs any more; at once where the caller is that thread. */
    void awaitEnd() {
        if (isCurrent()) {
            return;
        }
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = thread.awaitTermination(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Something that is to happen later, once. */
    @FunctionalInterface
    interface Timer {

        /** On the loop's thread it is certain that it does not happen any more. */
        void cancel();
    }
}

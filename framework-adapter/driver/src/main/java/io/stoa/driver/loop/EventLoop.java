package io.stoa.driver.loop;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one at a time, in order, on a daemon thread of its own.
 *
 * <p>A task of the framework may take as long as it likes; whoever hands a task over never waits for it. A throwable of
 * a task, of whatever kind, goes to the handler given, and the loop lives on.
 */
public final class EventLoop {

    /** How many tasks of the framework's threads may wait: more wait only while a callback does not come back. */
    static final int MAX_WAITING = 100_000;

    private static final int FEW_TIMERS = 64;
    private static final long LONG_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final Logger LOGGER = LoggerFactory.getLogger(EventLoop.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Task> tasks = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final Consumer<Throwable> onThrowable;
    private final Thread thread;
    private int counted;
    private long timersSet;
    private int purgeAt = FEW_TIMERS;
    private boolean closed;

    /**
     * @param name of the thread
     * @param onThrowable is given each throwable of a task, on the loop
     */
    public EventLoop(String name, Consumer<Throwable> onThrowable) {
        this.onThrowable = onThrowable;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Runs a task of the framework behind all tasks before it. Any thread; does not block. After {@link #close()} the
     * task is dropped.
     *
     * @throws RejectedExecutionException while {@value #MAX_WAITING} such tasks wait
     */
    public void execute(Runnable task) {
        lock.lock();
        try {
            if (counted >= MAX_WAITING) {
                throw new RejectedExecutionException(
                        counted + " calls wait for the driver's thread (expected: fewer than " + MAX_WAITING
                                + "); a callback does not come back");
            }
            if (!closed) {
                tasks.addLast(new Task(task, true));
                counted++;
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs a task of the driver behind all tasks before it, for those who themselves limit how many of their tasks
     * wait. Any thread; does not block. After {@link #close()} the task is dropped.
     */
    public void deliver(Runnable task) {
        lock.lock();
        try {
            if (!closed) {
                tasks.addLast(new Task(task, false));
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Runs a task once, not before some time has passed. Any thread. */
    public Timer schedule(long delayMs, Runnable task) {
        lock.lock();
        try {
            Timer timer = new Timer(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMs), timersSet++, task);
            if (!closed) {
                if (timers.size() >= purgeAt) {
                    timers.removeIf(Timer::cancelled);
                    purgeAt = Math.max(FEW_TIMERS, 2 * timers.size());
                }
                timers.add(timer);
                changed.signal();
            }
            return timer;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the caller is on the loop. */
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    /** Ends the thread after the task that is running; what waits is dropped. Any thread. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            tasks.clear();
            timers.clear();
            counted = 0;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        boolean open = true;
        while (open) {
            try {
                Runnable task = next();
                open = task != null;
                if (task != null) {
                    // What a callback has left interrupted must not fail the next one.
                    Thread.interrupted();
                    task.run();
                }
            } catch (Throwable e) {
                report(e);
            }
        }
    }

    private void report(Throwable thrown) {
        try {
            onThrowable.accept(thrown);
        } catch (Throwable e) {
            try {
                LOGGER.error("The driver failed to handle {}", thrown.toString(), e);
            } catch (Throwable again) {
                // Not even a line of the log is to be had, but the loop must live on: without memory it may yet
                // recover.
                return;
            }
        }
    }

    /** Waits for the next task; null after the end. */
    private @Nullable Runnable next() {
        lock.lock();
        try {
            while (!closed) {
                Runnable task = poll();
                if (task != null) {
                    return task;
                }
                Timer timer = timers.peek();
                long waitNanos = timer == null ? LONG_NANOS : timer.dueNanos() - System.nanoTime();
                if (waitNanos > 0) {
                    long unused = changed.awaitNanos(waitNanos);
                }
            }
        } catch (InterruptedException e) {
            // Nobody ends this thread so, and the framework must not.
            LOGGER.debug("The driver's thread was interrupted", e);
            return () -> {};
        } finally {
            lock.unlock();
        }
        return null;
    }

    /** A due timer's task first. */
    private @Nullable Runnable poll() {
        for (Timer timer = timers.peek();
                timer != null && (timer.cancelled() || timer.dueNanos() - System.nanoTime() <= 0);
                timer = timers.peek()) {
            timers.poll();
            if (!timer.cancelled()) {
                return timer.task();
            }
        }
        Task task = tasks.pollFirst();
        if (task == null) {
            return null;
        }
        counted -= task.counted ? 1 : 0;
        return task.task;
    }

    private static final class Task {
        private final Runnable task;
        private final boolean counted;

        Task(Runnable task, boolean counted) {
            this.task = task;
            this.counted = counted;
        }
    }
}

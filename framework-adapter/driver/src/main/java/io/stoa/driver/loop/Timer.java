package io.stoa.driver.loop;

/** Something the loop runs later, once. */
public final class Timer implements Comparable<Timer> {

    private final long dueNanos;
    /** Keeps timers that are due at the same moment in the order in which they were set. */
    private final long number;

    private final Runnable task;
    private volatile boolean cancelled;

    Timer(long dueNanos, long number, Runnable task) {
        this.dueNanos = dueNanos;
        this.number = number;
        this.task = task;
    }

    /** Any thread. On the loop it is certain that the task does not run any more. */
    public void cancel() {
        cancelled = true;
    }

    boolean cancelled() {
        return cancelled;
    }

    long dueNanos() {
        return dueNanos;
    }

    Runnable task() {
        return task;
    }

    @Override
    public int compareTo(Timer other) {
        int byTime = Long.signum(dueNanos - other.dueNanos);
        return byTime != 0 ? byTime : Long.compare(number, other.number);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(number);
    }
}

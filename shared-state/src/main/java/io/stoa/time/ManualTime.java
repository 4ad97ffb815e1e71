package io.stoa.time;

import java.util.Comparator;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Time that stands still until a test or a simulation moves it. Safe for use by any thread. */
public final class ManualTime implements Time {

    private final PriorityQueue<Pending> pending =
            new PriorityQueue<>(Comparator.comparingLong(Pending::dueMs).thenComparingLong(Pending::order));
    private long nowMs;
    private long order;

    public ManualTime(long startMs) {
        nowMs = startMs;
    }

    @Override
    public synchronized long epochMs() {
        return nowMs;
    }

    @Override
    public synchronized long monotonicMs() {
        return nowMs;
    }

    @Override
    public synchronized Timer after(long delayMs, Executor executor, Runnable action) {
        Pending timer = new Pending(nowMs + delayMs, order++, executor, action);
        pending.add(timer);
        return () -> cancel(timer);
    }

    /** When the next timer is due, by this clock; empty where nothing is waited for. */
    public synchronized OptionalLong nextDueMs() {
        Pending first = pending.peek();
        return first == null ? OptionalLong.empty() : OptionalLong.of(first.dueMs());
    }

    /** Moves time on; what becomes due is handed to its executor in order, each at its own moment. */
    public void advance(long ms) {
        long targetMs = epochMs() + ms;
        for (Pending due = nextUpTo(targetMs); due != null; due = nextUpTo(targetMs)) {
            due.executor().execute(due.action());
        }
    }

    private synchronized @Nullable Pending nextUpTo(long targetMs) {
        Pending first = pending.peek();
        if (first == null || first.dueMs() > targetMs) {
            nowMs = targetMs;
            return null;
        }
        nowMs = Math.max(nowMs, first.dueMs());
        return pending.poll();
    }

    private synchronized void cancel(Pending timer) {
        pending.remove(timer);
    }

    private record Pending(long dueMs, long order, Executor executor, Runnable action) {}
}

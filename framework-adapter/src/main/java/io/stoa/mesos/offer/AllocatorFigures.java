package io.stoa.mesos.offer;

import io.stoa.metrics.Timings;
import io.stoa.time.Time;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What Mesos' metrics say of the allocator's work. Safe for use by any thread. */
final class AllocatorFigures {

    private final Time time;
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder runs = new LongAdder();
    private final Timings run = new Timings();
    private final Timings latency = new Timings();

    AllocatorFigures(Time time) {
        this.time = time;
    }

    /** The same executor; what waits there is counted. */
    Executor counting(Executor executor) {
        return action -> {
            waiting.incrementAndGet();
            executor.execute(() -> {
                waiting.decrementAndGet();
                action.run();
            });
        };
    }

    /** Runs an allocation that was due at that moment of {@link Time#monotonicNanos()}. */
    void run(long dueNanos, Runnable allocation) {
        long beginNanos = time.monotonicNanos();
        latency.record(beginNanos - dueNanos);
        allocation.run();
        run.record(time.monotonicNanos() - beginNanos);
        runs.increment();
    }

    /** Those that need no look at what is allocated, by name. */
    SortedMap<String, Double> collect() {
        SortedMap<String, Double> figures = new TreeMap<>();
        figures.put("allocator/event_queue_dispatches", (double) waiting.get());
        figures.put("allocator/mesos/event_queue_dispatches", (double) waiting.get());
        figures.put("allocator/mesos/allocation_runs", (double) runs.sum());
        run.addTo(figures, "allocator/mesos/allocation_run_ms");
        latency.addTo(figures, "allocator/mesos/allocation_run_latency_ms");
        return figures;
    }
}

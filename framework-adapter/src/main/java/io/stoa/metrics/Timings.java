package io.stoa.metrics;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How long the newest of many equal things took, as Mesos' timers say it. Safe for use by any thread. */
public final class Timings {

    private static final int MAX_KEPT = 1_000;
    private static final Map<String, Double> PERCENTILES =
            Map.of("p50", 0.5, "p90", 0.9, "p95", 0.95, "p99", 0.99, "p999", 0.999, "p9999", 0.9999);

    private final Deque<Double> newestMs = new ArrayDeque<>();

    public synchronized void record(long nanos) {
        if (newestMs.size() == MAX_KEPT) {
            newestMs.removeFirst();
        }
        newestMs.addLast((double) nanos / TimeUnit.MILLISECONDS.toNanos(1));
    }

    /**
     * Adds the newest, and what there is to say of all that are kept; nothing before there is one, but their number.
     *
     * @param name with its unit, {@code …_ms}
     */
    public synchronized void addTo(Map<String, Double> figures, String name) {
        figures.put(name + "/count", (double) newestMs.size());
        if (newestMs.isEmpty()) {
            return;
        }
        double[] sorted =
                newestMs.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        figures.put(name, newestMs.getLast());
        figures.put(name + "/min", sorted[0]);
        figures.put(name + "/max", sorted[sorted.length - 1]);
        PERCENTILES.forEach((percentile, part) -> figures.put(name + "/" + percentile, at(part, sorted)));
    }

    /** Between two of them, as far as it is from either. */
    private static double at(double part, double[] sorted) {
        double position = part * (sorted.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }
}

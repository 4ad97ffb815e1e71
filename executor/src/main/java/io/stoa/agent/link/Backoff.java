package io.stoa.agent.link;

import java.util.random.RandomGenerator;

/**
 * Mesos' waits before a registration: random between 0 and a bound, which begins small and doubles up to 1 min. Where
 * it begins with 0 it goes on with {@link #LEAST_BOUND_MS}, so that nobody tries without end on a master that is away.
 */
final class Backoff {

    private static final long LEAST_BOUND_MS = 100;
    private static final long MAX_MS = 60_000;

    private final long firstMs;
    private final RandomGenerator random;
    private long boundMs;

    Backoff(long firstMs, RandomGenerator random) {
        this.firstMs = firstMs;
        this.random = random;
        this.boundMs = Math.min(firstMs, MAX_MS);
    }

    long nextMs() {
        long wait = random.nextLong(boundMs + 1);
        boundMs = Math.min(Math.max(2 * boundMs, LEAST_BOUND_MS), MAX_MS);
        return wait;
    }

    void reset() {
        boundMs = Math.min(firstMs, MAX_MS);
    }
}

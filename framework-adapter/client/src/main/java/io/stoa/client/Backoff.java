package io.stoa.client;

import java.util.random.RandomGenerator;

/** Waits before repetitions: random between a half of a bound and all of it; the bound doubles up to a limit. */
final class Backoff {

    private final long firstMs;
    private final long maxMs;
    private final RandomGenerator random;
    private long boundMs;

    Backoff(long firstMs, long maxMs, RandomGenerator random) {
        this.firstMs = Math.min(firstMs, maxMs);
        this.maxMs = maxMs;
        this.random = random;
        boundMs = this.firstMs;
    }

    long nextMs() {
        long wait = boundMs / 2 + random.nextLong(boundMs - boundMs / 2 + 1);
        boundMs = Math.min(2 * boundMs, maxMs);
        return wait;
    }

    long firstMs() {
        return firstMs;
    }

    void reset() {
        boundMs = firstMs;
    }
}

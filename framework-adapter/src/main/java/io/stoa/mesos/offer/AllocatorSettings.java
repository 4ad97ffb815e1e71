package io.stoa.mesos.offer;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How the allocator works.
 *
 * @param masterId what offer ids begin with
 * @param allocationIntervalMs how long what came back waits at most until it is offered again
 * @param offerTimeoutMs how old an offer may become before it is rescinded, in the next cycle
 * @param weights of roles, for a state in which nobody has set any
 * @param policy who is offered what
 * @param whitelist the file that names the hosts that are offered; empty for all hosts
 */
public record AllocatorSettings(
        String masterId,
        long allocationIntervalMs,
        long offerTimeoutMs,
        SortedMap<String, Double> weights,
        OfferPolicy policy,
        Optional<Path> whitelist) {

    public static final long DEFAULT_ALLOCATION_INTERVAL_MS = 1_000;

    /**
     * Mesos lets offers grow old without end unless {@code --offer_timeout} says otherwise; here a framework that
     * forgets an offer locks the agent up for ten minutes only.
     */
    public static final long DEFAULT_OFFER_TIMEOUT_MS = 600_000;

    public AllocatorSettings {
        weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
        if (allocationIntervalMs < 1) {
            throw new IllegalArgumentException("allocation_interval: " + allocationIntervalMs + " ms (expected: >= 1)");
        }
        if (offerTimeoutMs < 1) {
            throw new IllegalArgumentException("offer_timeout: " + offerTimeoutMs + " ms (expected: >= 1)");
        }
        weights.forEach((role, weight) -> {
            if (!(weight > 0)) {
                throw new IllegalArgumentException("weight of role " + role + ": " + weight + " (expected: > 0)");
            }
        });
    }

    /** All hosts are offered. */
    public AllocatorSettings(
            String masterId,
            long allocationIntervalMs,
            long offerTimeoutMs,
            SortedMap<String, Double> weights,
            OfferPolicy policy) {
        this(masterId, allocationIntervalMs, offerTimeoutMs, weights, policy, Optional.empty());
    }

    public AllocatorSettings withMasterId(String newMasterId) {
        return new AllocatorSettings(newMasterId, allocationIntervalMs, offerTimeoutMs, weights, policy, whitelist);
    }

    /** What Mesos does without flags, but for the offers' timeout. */
    public static AllocatorSettings of(String masterId) {
        return new AllocatorSettings(
                masterId,
                DEFAULT_ALLOCATION_INTERVAL_MS,
                DEFAULT_OFFER_TIMEOUT_MS,
                new TreeMap<>(),
                OfferPolicy.DEFAULTS);
    }
}

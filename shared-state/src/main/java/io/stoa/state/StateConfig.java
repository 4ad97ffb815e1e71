package io.stoa.state;

/**
 * The limits of a replicated state.
 *
 * @param queueCapacity how many transactions may wait; more are refused
 * @param maxInFlight how many appends may be under way at once
 * @param batchBytes from this size on an append takes no further transaction
 * @param compactAfterEntries how many entries are kept before a snapshot replaces them
 * @param compactAfterBytes how many bytes of entries are kept before a snapshot replaces them
 */
public record StateConfig(
        int queueCapacity, int maxInFlight, int batchBytes, int compactAfterEntries, long compactAfterBytes) {

    public static final StateConfig STANDARD = new StateConfig(16_384, 8, 128 << 10, 4_000, 32L << 20);

    public StateConfig {
        positive("queueCapacity", queueCapacity);
        positive("maxInFlight", maxInFlight);
        positive("batchBytes", batchBytes);
        positive("compactAfterEntries", compactAfterEntries);
        positive("compactAfterBytes", compactAfterBytes);
    }

    private static void positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }
}

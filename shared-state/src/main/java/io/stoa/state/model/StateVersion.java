package io.stoa.state.model;

/**
 * A point in the history of the cluster: the number of transactions committed since the journal began.
 *
 * @param value 0 for the empty state
 */
public record StateVersion(long value) implements Comparable<StateVersion> {

    public static final StateVersion ZERO = new StateVersion(0);

    public StateVersion {
        if (value < 0) {
            throw new IllegalArgumentException("version: " + value + " (expected: >= 0)");
        }
    }

    public StateVersion next() {
        return new StateVersion(value + 1);
    }

    @Override
    public int compareTo(StateVersion other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}

package io.stoa.state.resources;

/**
 * Turns resources of an agent into others: that is what reserving, unreserving and everything about volumes is.
 *
 * @param consumed what must be there, and is not afterwards
 * @param converted what is there instead
 */
public record Conversion(Resources consumed, Resources converted) {

    public Conversion {
        if (consumed.isEmpty()) {
            throw new IllegalArgumentException("consumed: {} (expected: something)");
        }
    }

    /** The volumes whose data goes; one that grows or shrinks stays. */
    public Resources destroyed() {
        return consumed.volumesMissingIn(converted);
    }
}

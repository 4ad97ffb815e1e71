package io.stoa.state.model;

/** What must hold, whatever is asked of the state. */
final class Invariant {

    private Invariant() {}

    /** Stays on in production: a broken invariant may cost a transaction, never the state. */
    static void check(boolean holds, String what, Object actual, Object expected) {
        if (!holds) {
            throw new IllegalStateException(what + ": " + actual + " (expected: " + expected + ")");
        }
    }
}

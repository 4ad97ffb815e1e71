package io.stoa.state.model;

/** What must hold, whatever is asked of the state. */
final class Invariant {

    private Invariant() {}

    /**
     * Stays on in production: a broken invariant may cost a transaction, never the state.
     *
     * @param whose behind {@code what} in the text, which is made only where it is needed
     */
    static void check(boolean holds, String what, Object whose, Object actual, Object expected) {
        if (!holds) {
            throw new IllegalStateException(what + " " + whose + ": " + actual + " (expected: " + expected + ")");
        }
    }
}

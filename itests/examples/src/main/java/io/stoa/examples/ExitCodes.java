package io.stoa.examples;

/** Beside picocli's 2 for flags that are not understood. */
public final class ExitCodes {

    public static final int DONE = 0;

    /** Some of the work has failed. */
    public static final int FAILED = 1;

    /** Another instance has taken over: the rest is its business. */
    public static final int TAKEN_OVER = 3;

    /** The masters do not want this scheduler; what they say is printed. */
    public static final int REFUSED = 4;

    private ExitCodes() {}
}

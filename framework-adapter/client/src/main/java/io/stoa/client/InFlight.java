package io.stoa.client;

import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** A proposal that is not decided, from the first try to the answer. */
final class InFlight {

    final Proposal proposal;
    final Backoff backoff;
    final long begunNanos = System.nanoTime();

    /** Of the newest try. */
    long generation;
    /** An answer to a try, or a wait before one, is to come. */
    boolean busy;
    /** The newest try was refused since the master has too much to do. */
    boolean pressed;
    /** The newest try followed the master's word on who leads. */
    boolean followed;

    @Nullable
    Decision decision;

    InFlight(Proposal proposal, Backoff backoff) {
        this.proposal = proposal;
        this.backoff = backoff;
    }

    void note(Failure failure) {
        pressed = failure.code() == Status.Code.RESOURCE_EXHAUSTED;
    }
}

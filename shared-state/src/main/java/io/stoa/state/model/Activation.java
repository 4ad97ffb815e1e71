package io.stoa.state.model;

import java.util.Optional;
import java.util.OptionalLong;

/** Whether an agent takes new work, as operators want it: whether it is there at the moment or not. */
public sealed interface Activation {

    /** It does. */
    record Active() implements Activation {}

    /** It does not; what runs there runs on. */
    record Deactivated() implements Activation {}

    /**
     * It does not, and what runs there is ended.
     *
     * @param maxGraceNs the longest that a task may take to end once it is told, in ns; empty: as its kill policy says
     * @param markGone whether the agent is marked gone as soon as nothing is left there
     * @param sinceMs when it was asked for, in ms since the epoch
     * @param done whether nothing is left there
     */
    record Drain(OptionalLong maxGraceNs, boolean markGone, long sinceMs, boolean done) implements Activation {

        /** The same, and nothing is left there. */
        public Drain finished() {
            return new Drain(maxGraceNs, markGone, sinceMs, true);
        }
    }

    /** Empty unless what runs on the agent is still to be ended. */
    default Optional<Drain> unfinishedDrain() {
        return this instanceof Drain drain && !drain.done() ? Optional.of(drain) : Optional.empty();
    }

    default boolean isActive() {
        return this instanceof Active;
    }

    /** Whether what runs on the agent is still to be ended. */
    default boolean isDraining() {
        return unfinishedDrain().isPresent();
    }
}

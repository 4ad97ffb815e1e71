package io.stoa.client;

import io.stoa.proto.v1.Conflict;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What became of a proposal.
 *
 * @param version COMMITTED: that the transaction made; CONFLICTED: that it was judged at; otherwise 0
 * @param conflicts of which operations, against what, and what is free there now; with COMMITTED where the mode is
 *     INCREMENTAL
 * @param repeated the answer is that of an earlier try, whose answer was lost; conflicts then do not say why
 * @param message of REFUSED and UNKNOWN: the status, with the actual and the expected value; otherwise empty
 */
public record Decision(
        Proposal proposal, Outcome outcome, long version, List<Conflict> conflicts, boolean repeated, String message) {

    /** Each proposal has one, and only one. */
    public enum Outcome {
        /** Durable: what did not conflict is done. */
        COMMITTED,
        /** Nothing was changed. */
        CONFLICTED,
        /** There is something wrong with it, nothing was changed, and it is of no use to propose it again. */
        REFUSED,
        /** No answer within the patience, or the loop ends: it was done, or not; the cluster's tasks tell. */
        UNKNOWN
    }

    public Decision {
        conflicts = List.copyOf(conflicts);
    }

    /** The places, counted from 0, of the operations that were not done. */
    public Set<Integer> conflicted() {
        Set<Integer> places = new TreeSet<>();
        conflicts.forEach(conflict -> places.add(conflict.getOperation()));
        return places;
    }

    boolean didSomething() {
        return outcome == Outcome.COMMITTED
                && conflicted().size() < proposal.operations().size();
    }

    /** Whether the operation at that place, counted from 0, was done. */
    public boolean isDone(int place) {
        return outcome == Outcome.COMMITTED
                && conflicts.stream().noneMatch(conflict -> conflict.getOperation() == place);
    }
}

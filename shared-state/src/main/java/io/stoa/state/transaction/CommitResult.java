package io.stoa.state.transaction;

import io.stoa.state.model.StateVersion;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What came of a transaction. */
public sealed interface CommitResult {

    /**
     * Durable: a snapshot at {@code version} or later has been published.
     *
     * @param version the version the transaction made; where it changed nothing, the one it was judged at
     * @param changes what it changed, in order
     * @param conflicts by the index of the mutation in the transaction; empty unless the mode is incremental
     */
    record Committed(StateVersion version, List<StateChange> changes, Map<Integer, Conflict> conflicts)
            implements CommitResult {

        public Committed {
            changes = List.copyOf(changes);
            conflicts = Map.copyOf(conflicts);
        }
    }

    /**
     * Nothing was changed: under all-or-nothing one mutation conflicted, under incremental all of them did.
     *
     * @param head the version the transaction was judged at; refresh to it before the next try
     * @param conflicts by the index of the mutation in the transaction; not empty
     */
    record Conflicted(StateVersion head, Map<Integer, Conflict> conflicts) implements CommitResult {

        public Conflicted {
            conflicts = Map.copyOf(conflicts);
        }
    }

    /**
     * The same was asked before with the same key: nothing was changed now. What was done then is durable, and a
     * snapshot that has it was published.
     *
     * @param version the version the transaction made then
     * @param conflicted the indexes of the mutations that conflicted then
     */
    record Repeated(StateVersion version, Set<Integer> conflicted) implements CommitResult {

        public Repeated {
            conflicted = Set.copyOf(conflicted);
        }
    }

    /** The transaction was not looked at, or its fate is open: see the reason. */
    record Refused(Reason reason, String message) implements CommitResult {}

    /** Why a transaction was refused. */
    enum Reason {
        /** The queue is full; nothing was changed, try again later. */
        QUEUE_FULL,
        /** This process does not lead; nothing was changed. */
        NOT_LEADING,
        /** The transaction is larger than an entry of the journal may be; nothing was changed. */
        TOO_LARGE,
        /** The journal was lost while the transaction was under way: it may or may not be durable. */
        OUTCOME_UNKNOWN
    }
}

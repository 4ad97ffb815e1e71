package io.stoa.state.journal;

import io.stoa.state.transaction.CommittedTransaction;
import java.util.List;

/** How far a look into the journal has led. */
public sealed interface Advance {

    Replica replica();

    /**
     * Entry by entry.
     *
     * @param replica as it was where there was nothing to read
     * @param transactions what was read, in order
     */
    record Replayed(Replica replica, List<CommittedTransaction> transactions) implements Advance {
        public Replayed {
            transactions = List.copyOf(transactions);
        }
    }

    /** The entries were gone: a snapshot has taken the place of all that was known. */
    record Replaced(Replica replica) implements Advance {}
}

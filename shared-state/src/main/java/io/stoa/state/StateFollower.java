package io.stoa.state;

import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.transaction.CommittedTransaction;
import java.util.List;

/**
 * Hears of everything that becomes durable, whether this process commits it or reads it from the journal: without gap
 * and without repetition, whoever leads. Nothing may be sent to agents or frameworks because of it: that is what a
 * {@link StateListener} is for.
 *
 * <p>Never called by two threads at a time, and always after the snapshot was published; where this process commits,
 * before the futures of these transactions complete. Must not block.
 */
public interface StateFollower {

    /**
     * @param after the state after the newest of them
     * @param transactions in order; the version of the first follows that of the last call, those of the others follow
     *     each other
     */
    void advanced(ClusterSnapshot after, List<CommittedTransaction> transactions);

    /**
     * What came between is not known: the first call of all, and where a follower was so far behind that the journal
     * had nothing but a snapshot of it.
     *
     * @param snapshot the state from which the next transactions go on
     */
    void replaced(ClusterSnapshot snapshot);
}

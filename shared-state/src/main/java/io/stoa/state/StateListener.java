package io.stoa.state;

import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.transaction.StateChange;
import java.util.List;

/**
 * Learns what was committed: the only way in which effects (a launch, an update, an offer) come to leave. Called on the
 * publishing thread, in the order of commitment, after the snapshot was published and the futures of these transactions
 * were completed; must not block.
 */
@FunctionalInterface
public interface StateListener {

    /**
     * @param snapshot the state after the changes
     * @param changes of one or more transactions, in order
     */
    void committed(ClusterSnapshot snapshot, List<StateChange> changes);
}

package io.stoa.master;

import io.stoa.state.StateListener;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.transaction.StateChange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hands what was committed to the parts of the term in which this master leads: nothing leaves in another way. */
final class EffectDispatcher implements StateListener {

    private volatile @Nullable StateListener term;

    /** @param listener of the term that begins; null: none does */
    void dispatchTo(@Nullable StateListener listener) {
        term = listener;
    }

    @Override
    public void committed(ClusterSnapshot snapshot, List<StateChange> changes) {
        StateListener current = term;
        if (current != null) {
            current.committed(snapshot, changes);
        }
    }
}

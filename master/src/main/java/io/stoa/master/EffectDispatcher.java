package io.stoa.master;

import io.stoa.state.StateListener;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.transaction.StateChange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hands what was committed to the parts of the term in which this master leads: nothing leaves in another way.
 *
 * <p>An effect that does not leave is not tried again by itself, since it follows from the state: who misses it is cut
 * off, comes back, and is told where things are. A peer that does not read loses its own stream. Where a part of the
 * term fails nobody knows who misses what, so the term ends, and with it every stream.
 */
final class EffectDispatcher implements StateListener {

    private final Runnable onFault;
    private volatile @Nullable StateListener term;

    /** @param onFault ends the term */
    EffectDispatcher(Runnable onFault) {
        this.onFault = onFault;
    }

    /** @param listener of the term that begins; null: none does */
    void dispatchTo(@Nullable StateListener listener) {
        term = listener;
    }

    @Override
    public void committed(ClusterSnapshot snapshot, List<StateChange> changes) {
        StateListener current = term;
        if (current == null) {
            return;
        }
        try {
            current.committed(snapshot, changes);
        } catch (RuntimeException e) {
            term = null;
            onFault.run();
            throw e;
        }
    }
}

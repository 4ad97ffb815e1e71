package io.stoa.master;

import io.stoa.state.SharedState;
import io.stoa.state.StateListener;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateChange;
import io.stoa.state.transaction.StateTransaction;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** The state as the parts of one term see it: what they listen to ends with the term. */
final class TermState implements SharedState, StateListener {

    private final SharedState state;
    private final List<StateListener> listeners = new CopyOnWriteArrayList<>();

    TermState(SharedState state) {
        this.state = state;
    }

    @Override
    public ClusterSnapshot snapshot() {
        return state.snapshot();
    }

    @Override
    public CompletableFuture<CommitResult> commit(StateTransaction transaction) {
        return state.commit(transaction);
    }

    @Override
    public void addListener(StateListener listener) {
        listeners.add(listener);
    }

    @Override
    public void committed(ClusterSnapshot snapshot, List<StateChange> changes) {
        listeners.forEach(listener -> listener.committed(snapshot, changes));
    }
}

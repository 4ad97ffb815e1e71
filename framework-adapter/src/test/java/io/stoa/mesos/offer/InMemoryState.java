package io.stoa.mesos.offer;

import io.stoa.state.SharedState;
import io.stoa.state.StateListener;
import io.stoa.state.model.ClusterState;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.ConflictDetector;
import io.stoa.state.transaction.Decision;
import io.stoa.state.transaction.StateTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The shared state without journal and threads: every transaction is decided and published at once. */
final class InMemoryState implements SharedState {

    private final List<StateListener> listeners = new ArrayList<>();
    private ClusterState head = ClusterState.EMPTY;

    @Override
    public ClusterState snapshot() {
        return head;
    }

    @Override
    public CompletableFuture<CommitResult> commit(StateTransaction transaction) {
        Decision decision = ConflictDetector.decide(head, transaction);
        head = decision.after();
        listeners.forEach(listener -> listener.committed(head, decision.changes()));
        return CompletableFuture.completedFuture(decision.result());
    }

    @Override
    public void addListener(StateListener listener) {
        listeners.add(listener);
    }
}

package io.stoa.mesos.offer;

import io.stoa.state.SharedState;
import io.stoa.state.StateListener;
import io.stoa.state.model.ClusterState;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.ConflictDetector;
import io.stoa.state.transaction.Decision;
import io.stoa.state.transaction.StateTransaction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * The shared state without journal and threads: every transaction is decided and published at once, and so are
 * listeners told, unless the test says when.
 */
final class InMemoryState implements SharedState {

    private final List<StateListener> listeners = new ArrayList<>();
    private final Queue<Runnable> untold = new ArrayDeque<>();
    private boolean tellsLater;
    private ClusterState head = ClusterState.EMPTY;

    @Override
    public ClusterState snapshot() {
        return head;
    }

    @Override
    public CompletableFuture<CommitResult> commit(StateTransaction transaction) {
        Decision decision = ConflictDetector.decide(head, transaction);
        head = decision.after();
        ClusterState after = head;
        untold.add(() -> listeners.forEach(listener -> listener.committed(after, decision.changes())));
        if (!tellsLater) {
            tell();
        }
        return CompletableFuture.completedFuture(decision.result());
    }

    /** Listeners are told of nothing more until {@link #tell}. */
    void tellLater() {
        tellsLater = true;
    }

    void tell() {
        tellsLater = false;
        for (Runnable next = untold.poll(); next != null; next = untold.poll()) {
            next.run();
        }
    }

    @Override
    public void addListener(StateListener listener) {
        listeners.add(listener);
    }
}

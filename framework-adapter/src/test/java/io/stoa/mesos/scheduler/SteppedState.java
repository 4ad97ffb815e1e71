package io.stoa.mesos.scheduler;

import io.stoa.state.SharedState;
import io.stoa.state.StateListener;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.ClusterState;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.ConflictDetector;
import io.stoa.state.transaction.Decision;
import io.stoa.state.transaction.StateTransaction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** The real decisions on one thread, without a journal: a test says when transactions become durable. */
public final class SteppedState implements SharedState {

    private final List<StateListener> listeners = new ArrayList<>();
    private final Queue<Runnable> held = new ArrayDeque<>();
    private ClusterState state = ClusterState.EMPTY;
    private boolean holding;
    private Optional<CommitResult.Reason> refusing = Optional.empty();

    @Override
    public ClusterSnapshot snapshot() {
        return state;
    }

    @Override
    public CompletableFuture<CommitResult> commit(StateTransaction transaction) {
        CompletableFuture<CommitResult> result = new CompletableFuture<>();
        if (refusing.isPresent()) {
            result.complete(new CommitResult.Refused(refusing.get(), "refused by the test"));
        } else if (holding) {
            held.add(() -> decide(transaction, result));
        } else {
            decide(transaction, result);
        }
        return result;
    }

    private void decide(StateTransaction transaction, CompletableFuture<CommitResult> result) {
        Decision decision = ConflictDetector.decide(state, transaction);
        state = decision.after();
        result.complete(decision.result());
        if (!decision.changes().isEmpty()) {
            listeners.forEach(listener -> listener.committed(state, decision.changes()));
        }
    }

    @Override
    public void addListener(StateListener listener) {
        listeners.add(listener);
    }

    public void hold() {
        holding = true;
    }

    public void release() {
        holding = false;
        for (Runnable next = held.poll(); next != null; next = held.poll()) {
            next.run();
        }
    }

    public void accept() {
        refusing = Optional.empty();
    }

    public void refuse(CommitResult.Reason reason) {
        refusing = Optional.of(reason);
    }
}

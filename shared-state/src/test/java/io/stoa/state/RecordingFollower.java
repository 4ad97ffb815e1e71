package io.stoa.state;

import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.ClusterState;
import io.stoa.state.transaction.CommittedTransaction;
import io.stoa.state.transaction.StateChange;
import io.stoa.state.transaction.StateMachine;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the state from what it is told, and fails where that leaves a gap, repeats something or says something else.
 */
final class RecordingFollower implements StateFollower {

    private final List<String> heard = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private ClusterState state = ClusterState.EMPTY;
    private int replacements;

    @Override
    public synchronized void replaced(ClusterSnapshot snapshot) {
        replacements++;
        state = (ClusterState) snapshot;
    }

    @Override
    public synchronized void advanced(ClusterSnapshot after, List<CommittedTransaction> transactions) {
        for (CommittedTransaction transaction : transactions) {
            if (!transaction.version().equals(state.version().next())) {
                wrong.add(transaction.version() + " behind " + state.version());
            }
            for (StateChange change : transaction.changes()) {
                state = StateMachine.apply(state, change, transaction.version());
                heard.add(change.getClass().getSimpleName());
            }
            state = state.at(transaction.version());
        }
        if (!state.equals(after)) {
            wrong.add("told: " + state + " (expected: " + after + ")");
        }
    }

    /** What broke the rules. */
    synchronized List<String> wrong() {
        return List.copyOf(wrong);
    }

    synchronized int replacements() {
        return replacements;
    }

    /** The kinds of changes, in order. */
    synchronized List<String> heard() {
        return List.copyOf(heard);
    }

    synchronized ClusterState state() {
        return state;
    }
}

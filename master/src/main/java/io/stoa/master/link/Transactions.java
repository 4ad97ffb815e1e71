package io.stoa.master.link;

import io.stoa.state.SharedState;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.StateVersion;
import io.stoa.state.transaction.CommitMode;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.ConflictPolicy;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import io.stoa.time.Time;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The door of the links to the state. A full queue is waited for, since what the links have to say are facts about
 * hosts that stay true; whoever waits takes no further messages from its agent meanwhile.
 */
final class Transactions {

    /** Keeps one entry of the journal well below its limit, whatever number of tasks a host has. */
    private static final int MUTATIONS_AT_ONCE = 500;

    private static final long RETRY_MS = 50;

    private final SharedState state;
    private final Time time;
    private final Executor executor;

    Transactions(SharedState state, Time time, Executor executor) {
        this.state = state;
        this.time = time;
        this.executor = executor;
    }

    ClusterSnapshot snapshot() {
        return state.snapshot();
    }

    CompletableFuture<CommitResult> commit(StateMutation mutation) {
        return commit(StateTransaction.of(mutation));
    }

    /** The result is never that the queue is full. */
    CompletableFuture<CommitResult> commit(StateTransaction transaction) {
        return state.commit(transaction)
                .thenCompose(
                        result -> isQueueFull(result) ? again(transaction) : CompletableFuture.completedFuture(result));
    }

    /** Each mutation by itself: one that conflicts does not hinder the others. Committed in order, in several parts. */
    CompletableFuture<CommitResult> commitEach(List<StateMutation> mutations) {
        int count = Math.min(mutations.size(), MUTATIONS_AT_ONCE);
        CompletableFuture<CommitResult> first = commit(new StateTransaction(
                StateVersion.ZERO, ConflictPolicy.RESOURCE_FIT, CommitMode.INCREMENTAL, mutations.subList(0, count)));
        return count == mutations.size()
                ? first
                : first.thenCompose(result -> commitEach(mutations.subList(count, mutations.size())));
    }

    private CompletableFuture<CommitResult> again(StateTransaction transaction) {
        CompletableFuture<CommitResult> result = new CompletableFuture<>();
        time.after(RETRY_MS, executor, () -> commit(transaction).thenAccept(result::complete));
        return result;
    }

    private static boolean isQueueFull(CommitResult result) {
        return result instanceof CommitResult.Refused refused && refused.reason() == CommitResult.Reason.QUEUE_FULL;
    }
}

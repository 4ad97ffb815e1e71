package io.stoa.state;

import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateTransaction;
import java.util.concurrent.CompletableFuture;

/** The state of the cluster, for those who read it and those who change it. Safe for use by any thread. */
public interface SharedState {

    /** The newest durable snapshot. Never blocks; costs one volatile read. */
    ClusterSnapshot snapshot();

    /**
     * Asks for a transaction. Never blocks and never throws for what the transaction says; the result comes when the
     * transaction is durable and its snapshot is published, on the thread that publishes, so dependents must be short
     * or asynchronous.
     *
     * <p>Transactions of one caller are decided in the order of their calls.
     */
    CompletableFuture<CommitResult> commit(StateTransaction transaction);

    /** Adds a listener for everything that is committed from now on. */
    void addListener(StateListener listener);
}

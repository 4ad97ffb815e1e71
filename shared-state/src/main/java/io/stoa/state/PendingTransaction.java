package io.stoa.state;

import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateTransaction;
import java.util.concurrent.CompletableFuture;

/** A transaction with the one who waits for its result. */
record PendingTransaction(StateTransaction transaction, CompletableFuture<CommitResult> result) {

    void refuse(CommitResult.Reason reason, String message) {
        result.complete(new CommitResult.Refused(reason, message));
    }
}

package io.stoa.master.operator;

import io.stoa.http.HttpResponse;
import io.stoa.state.SharedState;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.Conflict;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Changes that operators ask for, each a transaction of its own. */
final class Commits {

    private final SharedState state;

    Commits(SharedState state) {
        this.state = state;
    }

    ClusterSnapshot snapshot() {
        return state.snapshot();
    }

    /**
     * Completes when the change is durable or refused.
     *
     * @param done the status where all is well
     * @param refusal the answer to a conflict
     */
    CompletableFuture<HttpResponse> commit(StateMutation mutation, int done, Function<Conflict, HttpResponse> refusal) {
        return state.commit(StateTransaction.of(mutation)).thenApply(result -> {
            if (result instanceof CommitResult.Conflicted conflicted) {
                return refusal.apply(conflicted.conflicts().values().iterator().next());
            }
            return result instanceof CommitResult.Refused refused
                    ? HttpResponse.text(503, refused.message())
                    : HttpResponse.empty(done);
        });
    }

    static CompletableFuture<HttpResponse> refused(int status, String text) {
        return CompletableFuture.completedFuture(HttpResponse.text(status, text));
    }
}

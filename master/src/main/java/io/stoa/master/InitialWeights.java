package io.stoa.master;

import io.stoa.state.SharedState;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The weights that {@code --weights} names. As in Mesos they count only where nobody has set any. */
final class InitialWeights {

    private static final Logger LOG = LoggerFactory.getLogger(InitialWeights.class);

    private InitialWeights() {}

    static void set(SharedState state, SortedMap<String, Double> weights) {
        if (weights.isEmpty()) {
            return;
        }
        if (!state.snapshot().roleSettings().weights().isEmpty()) {
            LOG.warn("Ignoring --weights, since the state has weights already");
            return;
        }
        state.commit(StateTransaction.of(new StateMutation.UpdateWeights(weights)))
                .thenAccept(result -> {
                    if (!(result instanceof CommitResult.Committed)) {
                        LOG.warn("Cannot set --weights: {}", result);
                    }
                });
    }
}

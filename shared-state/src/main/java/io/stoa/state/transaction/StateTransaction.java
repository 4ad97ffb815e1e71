package io.stoa.state.transaction;

import io.stoa.state.model.StateVersion;
import java.util.List;

/**
 * What somebody asks of the state, made against a snapshot.
 *
 * @param base the version of that snapshot; matters to {@link ConflictPolicy#SEQUENCE_NUMBER} only
 * @param policy what counts as a conflict
 * @param mode what one conflict means for the rest
 * @param mutations what is asked, in order; not empty, at most {@link #MAX_MUTATIONS}
 */
public record StateTransaction(
        StateVersion base, ConflictPolicy policy, CommitMode mode, List<StateMutation> mutations) {

    public static final int MAX_MUTATIONS = 10_000;

    public StateTransaction {
        mutations = List.copyOf(mutations);
        if (mutations.isEmpty() || mutations.size() > MAX_MUTATIONS) {
            throw new IllegalArgumentException(
                    "mutations: " + mutations.size() + " (expected: 1 to " + MAX_MUTATIONS + ")");
        }
    }

    /** A transaction of one mutation, judged by resource fit. */
    public static StateTransaction of(StateMutation... mutations) {
        return new StateTransaction(
                StateVersion.ZERO, ConflictPolicy.RESOURCE_FIT, CommitMode.ALL_OR_NOTHING, List.of(mutations));
    }
}

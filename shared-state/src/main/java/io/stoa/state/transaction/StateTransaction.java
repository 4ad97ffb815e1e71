package io.stoa.state.transaction;

import io.stoa.state.model.RequestKey;
import io.stoa.state.model.StateVersion;
import java.util.List;
import java.util.Optional;

/**
 * What somebody asks of the state, made against a snapshot.
 *
 * @param base the version of that snapshot; matters to {@link ConflictPolicy#SEQUENCE_NUMBER} only
 * @param policy what counts as a conflict
 * @param mode what one conflict means for the rest
 * @param mutations what is asked, in order; not empty, at most {@link #MAX_MUTATIONS}
 * @param author the scheduler that asks, where it sees the whole cluster; empty for everybody else
 * @param key names what the author asks, so that it is done once though it is asked twice; empty where it may be done
 *     twice
 */
public record StateTransaction(
        StateVersion base,
        ConflictPolicy policy,
        CommitMode mode,
        List<StateMutation> mutations,
        Optional<Author> author,
        Optional<RequestKey> key) {

    public static final int MAX_MUTATIONS = 10_000;

    public StateTransaction {
        mutations = List.copyOf(mutations);
        if (mutations.isEmpty() || mutations.size() > MAX_MUTATIONS) {
            throw new IllegalArgumentException(
                    "mutations: " + mutations.size() + " (expected: 1 to " + MAX_MUTATIONS + ")");
        }
        if (key.isPresent() && author.isEmpty()) {
            throw new IllegalArgumentException("author of a transaction with a key: none (expected: one)");
        }
    }

    /** A transaction without author and key. */
    public StateTransaction(StateVersion base, ConflictPolicy policy, CommitMode mode, List<StateMutation> mutations) {
        this(base, policy, mode, mutations, Optional.empty(), Optional.empty());
    }

    /** A transaction of one mutation, judged by resource fit. */
    public static StateTransaction of(StateMutation... mutations) {
        return new StateTransaction(
                StateVersion.ZERO, ConflictPolicy.RESOURCE_FIT, CommitMode.ALL_OR_NOTHING, List.of(mutations));
    }

    /** The same, asked by a scheduler. */
    public StateTransaction by(Author newAuthor) {
        return new StateTransaction(base, policy, mode, mutations, Optional.of(newAuthor), key);
    }

    /** The same, to be done once; it has an author. */
    public StateTransaction once(RequestKey newKey) {
        return new StateTransaction(base, policy, mode, mutations, author, Optional.of(newKey));
    }
}

package io.stoa.state.transaction;

import io.stoa.state.model.ClusterState;
import java.util.List;
import java.util.Map;

/**
 * What a transaction comes to.
 *
 * @param changes its facts, in order; empty where everything conflicted or nothing had to change
 * @param conflicts by the index of the mutation in the transaction
 * @param after the state with the changes applied; one version later than before where there are any
 * @param result the answer to the one who asked, once it is durable
 */
public record Decision(
        List<StateChange> changes, Map<Integer, Conflict> conflicts, ClusterState after, CommitResult result) {

    static Decision committed(List<StateChange> changes, Map<Integer, Conflict> conflicts, ClusterState after) {
        return new Decision(changes, conflicts, after, new CommitResult.Committed(after.version(), changes, conflicts));
    }

    static Decision conflicted(Map<Integer, Conflict> conflicts, ClusterState head) {
        return new Decision(List.of(), conflicts, head, new CommitResult.Conflicted(head.version(), conflicts));
    }
}

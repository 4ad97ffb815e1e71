package io.stoa.state.transaction;

import io.stoa.state.model.StateVersion;
import java.util.List;

/**
 * A transaction that is durable.
 *
 * @param version the one that it made
 * @param changes what it changed, in order; not empty
 */
public record CommittedTransaction(StateVersion version, List<StateChange> changes) {

    public CommittedTransaction {
        changes = List.copyOf(changes);
    }
}

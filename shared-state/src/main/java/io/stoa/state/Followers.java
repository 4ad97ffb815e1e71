package io.stoa.state;

import io.stoa.state.journal.Advance;
import io.stoa.state.journal.Replica;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.transaction.CommittedTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest durable state, and those who hear of each step of it. Whoever comes in between two steps hears of the
 * second one: a step and what is told of it are one.
 */
final class Followers {

    private static final Logger LOG = LoggerFactory.getLogger(Followers.class);

    private final List<StateFollower> followers = new ArrayList<>();
    private final StateCounters counters;
    private volatile Replica published = Replica.EMPTY;

    Followers(StateCounters counters) {
        this.counters = counters;
    }

    Replica published() {
        return published;
    }

    synchronized void add(StateFollower follower) {
        ClusterSnapshot snapshot = published.state();
        tell(follower, each -> each.replaced(snapshot));
        followers.add(follower);
    }

    /** What the journal had. */
    synchronized void publish(Advance advance) {
        if (advance instanceof Advance.Replayed replayed) {
            publish(replayed.replica(), replayed.transactions());
        } else {
            published = advance.replica();
            followers.forEach(follower ->
                    tell(follower, each -> each.replaced(advance.replica().state())));
        }
    }

    /** @param transactions that lead from what was published before to this */
    synchronized void publish(Replica replica, List<CommittedTransaction> transactions) {
        published = replica;
        if (!transactions.isEmpty()) {
            followers.forEach(follower -> tell(follower, each -> each.advanced(replica.state(), transactions)));
        }
    }

    private void tell(StateFollower follower, Consumer<StateFollower> what) {
        try {
            what.accept(follower);
        } catch (RuntimeException | Error e) {
            // What is durable is durable: the others must still hear of it.
            counters.faults.increment();
            LOG.error("a follower failed at version={}", published.state().version(), e);
        }
    }
}

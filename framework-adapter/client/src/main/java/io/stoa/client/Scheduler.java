package io.stoa.client;

import io.stoa.proto.v1.Change;
import io.stoa.proto.v1.ExecutorEnded;
import io.stoa.proto.v1.ExecutorMessage;
import io.stoa.proto.v1.Identity;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * What you write: a {@link SchedulerLoop} calls it, on one thread, one method at a time, so that it needs no locks. A
 * method that blocks stops everything, statuses too. What a method throws ends the loop with it.
 */
public interface Scheduler {

    /**
     * It is subscribed: for the first time, or again after {@link #disconnected}. Proposals that were under way go on
     * by themselves.
     */
    default void subscribed(Identity identity) {}

    /** The view is a new one: the first, or one that took the place of one that could not be kept up to date. */
    default void replaced(ClusterView view) {}

    /**
     * The view has gone on. For those who keep indexes of their own; many changes may come before the next
     * {@link #propose}.
     *
     * @param changes in order; the view shows them already
     */
    default void changed(ClusterView view, List<Change> changes) {}

    /**
     * What is to be done now? Asked when something is new (the view, a decision, a status, {@link SchedulerLoop#wake}),
     * while fewer proposals than allowed are under way; and again at once until there is nothing to propose or as many
     * are under way as may be.
     *
     * @param view at least as new as the subscription, and as everything that was decided; what is free in it is
     *     without what is claimed by proposals under way, but tasks of these are not in it
     * @return empty: nothing until something is new
     */
    Optional<Proposal> propose(ClusterView view);

    /**
     * How a proposal ended: once for each, in the order of the answers. Statuses of its tasks may have come before.
     *
     * @param view shows what was decided; conflicting operations can be proposed anew on it, in {@link #propose}
     */
    default void decided(Decision decision, ClusterView view) {}

    /**
     * A task of this scheduler is in another state, or the same was said again. Told at least once, and again, after a
     * while that grows, until it is acknowledged; a task that has ended stays in the view until then.
     *
     * @return true: acknowledge it, what is made of it is as durable as it has to be; false: later, by
     *     {@link SchedulerLoop#acknowledge}
     */
    default boolean updated(TaskStatus status) {
        return true;
    }

    /** As {@link #updated}, of a conversion that was given an id; acknowledged at once or not at all. */
    default boolean operationUpdated(OperationStatus status) {
        return true;
    }

    /** Of a custom executor. */
    default void executorMessage(ExecutorMessage message) {}

    default void executorEnded(ExecutorEnded ended) {}

    /** It is removed, or has been silent for too long; the statuses of its tasks come by themselves. */
    default void agentLost(String agentId) {}

    /** The stream has broken; the loop subscribes again by itself, within the scheduler's failover timeout or not. */
    default void disconnected() {}

    /** Another instance has subscribed: this one is to leave everything to it. The loop has ended; nothing follows. */
    default void superseded() {}
}

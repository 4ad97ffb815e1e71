package io.stoa.state.model;

import io.stoa.state.resources.Resources;
import org.apache.mesos.v1.Protos.FrameworkInfo;

/**
 * A framework that is known to the cluster, whether it is connected (soft state) or not.
 *
 * @param id its id for life
 * @param info what it said of itself; carries the id
 * @param claimed the scalars that its tasks and executors hold on all agents together; ranges and sets of several
 *     agents do not add up
 * @param registeredAtMs when it first subscribed, in ms since the epoch
 * @param reregisteredAtMs when it last subscribed again, in ms since the epoch; 0 = never
 */
public record Framework(
        FrameworkId id, FrameworkInfo info, Resources claimed, long registeredAtMs, long reregisteredAtMs) {

    /** The same framework with other claims. */
    public Framework withClaimed(Resources newClaimed) {
        return new Framework(id, info, newClaimed, registeredAtMs, reregisteredAtMs);
    }
}

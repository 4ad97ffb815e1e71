package io.stoa.state.model;

import org.apache.mesos.v1.Protos.FrameworkInfo;

/**
 * A framework that is known to the cluster, whether it is connected (soft state) or not.
 *
 * @param id its id for life
 * @param info what it said of itself; carries the id
 * @param registeredAtMs when it first subscribed, in ms since the epoch
 * @param reregisteredAtMs when it last subscribed again, in ms since the epoch; 0 = never
 * @param generation the version at which it last subscribed: whoever claims to be the framework and names another one
 *     is an instance that another has taken over from. 0 = before there were generations
 */
public record Framework(
        FrameworkId id, FrameworkInfo info, long registeredAtMs, long reregisteredAtMs, StateVersion generation) {

    /** The same framework, which says something else of itself. */
    public Framework with(FrameworkInfo newInfo) {
        return new Framework(id, newInfo, registeredAtMs, reregisteredAtMs, generation);
    }
}

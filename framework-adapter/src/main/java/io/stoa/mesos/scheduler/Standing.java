package io.stoa.mesos.scheduler;

import io.stoa.state.model.StateVersion;
import org.apache.mesos.v1.Protos.FrameworkInfo;

/** What somebody is who says that he is a scheduler, subscribed over RPC. */
public sealed interface Standing {

    /**
     * He is.
     *
     * @param info as it said last
     */
    record Subscribed(FrameworkInfo info) implements Standing {}

    /** There is no such framework; it was removed, or never was. */
    record Unknown() implements Standing {}

    /**
     * The framework is there, but not subscribed over RPC.
     *
     * @param how it is connected instead, for people
     */
    record NotSubscribed(String how) implements Standing {}

    /** Another subscription has taken the place of his. */
    record Stale(StateVersion expected) implements Standing {}
}

package io.stoa.examples.service;

import io.stoa.client.resources.Resources;
import java.util.List;

/**
 * What is to be done now.
 *
 * @param starts instances to be claimed
 * @param stops instances to be killed
 */
record Plan(List<Start> starts, List<Stop> stops) {

    Plan {
        starts = List.copyOf(starts);
        stops = List.copyOf(stops);
    }

    /** @param resources which of the agent's */
    record Start(Missing missing, String agentId, Resources resources) {}

    record Stop(Instance instance, Reason reason) {}

    /** Why an instance is killed. */
    enum Reason {
        /** Nobody wants it. */
        SURPLUS,
        /** Something more important needs its room. */
        PREEMPTED,
        /** Its host is too busy for something more important. */
        RELIEF,
        /** Its service is spread unevenly. */
        SPREAD
    }
}

package io.stoa.mesos.offer;

import io.stoa.mesos.constraint.OfferConstraintsFilter;
import java.util.Set;
import org.apache.mesos.v1.Protos.FrameworkInfo;

/**
 * What a framework says of the offers it wants when it subscribes, and when it changes its mind.
 *
 * @param info of the framework, with id
 * @param suppressedRoles roles of {@code info} in which it wants none
 * @param constraints on the agents it wants offers of
 */
public record OfferWishes(FrameworkInfo info, Set<String> suppressedRoles, OfferConstraintsFilter constraints) {

    public OfferWishes {
        suppressedRoles = Set.copyOf(suppressedRoles);
    }
}

package io.stoa.mesos.offer;

import io.stoa.mesos.FrameworkRoles;
import io.stoa.state.model.FrameworkId;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.OfferFilters;

/**
 * A framework that is connected and what it wants.
 *
 * @param info with id
 * @param roles all it is in
 * @param suppressed those of them in which it wants no offers
 */
record Subscription(FrameworkId id, FrameworkInfo info, Set<String> roles, Set<String> suppressed, OfferSink sink) {

    Subscription {
        suppressed = Set.copyOf(suppressed);
    }

    static Subscription of(FrameworkId id, FrameworkInfo info, Set<String> suppressed, OfferSink sink) {
        return new Subscription(id, info, FrameworkRoles.of(info), suppressed, sink);
    }

    Subscription withSuppressed(Set<String> nowSuppressed) {
        return new Subscription(id, info, roles, nowSuppressed, sink);
    }

    boolean wantsOffersIn(String role) {
        return roles.contains(role) && !suppressed.contains(role);
    }

    boolean isMultiRole() {
        return can(Capability.Type.MULTI_ROLE);
    }

    boolean refinesReservations() {
        return can(Capability.Type.RESERVATION_REFINEMENT);
    }

    boolean takesGpus() {
        return can(Capability.Type.GPU_RESOURCES);
    }

    private boolean can(Capability.Type type) {
        return info.getCapabilitiesList().stream().anyMatch(capability -> capability.getType() == type);
    }

    /** What offers to that role must hold. */
    AllocatableMinimum minimum(String role, AllocatableMinimum otherwise) {
        Map<String, OfferFilters> filters = info.getOfferFiltersMap();
        OfferFilters own = filters.get(role);
        return own != null && own.hasMinAllocatableResources()
                ? AllocatableMinimum.of(own.getMinAllocatableResources())
                : otherwise;
    }
}

package io.stoa.mesos.offer;

import io.stoa.mesos.FrameworkRoles;
import io.stoa.state.model.Agent;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.resources.Resources;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.jspecify.annotations.Nullable;

/** A framework that is connected and what it wants. Immutable. */
final class Subscription {

    private final OfferWishes wishes;
    private final OfferSink sink;
    private final Set<String> roles;
    private final @Nullable OfferMode ownMode;
    private final Set<Capability.Type> capabilities = EnumSet.noneOf(Capability.Type.class);
    private final Map<String, AllocatableMinimum> minimums = new HashMap<>();

    Subscription(OfferWishes wishes, OfferSink sink) {
        this.wishes = wishes;
        this.sink = sink;
        FrameworkInfo info = wishes.info();
        roles = FrameworkRoles.of(info);
        ownMode = OfferMode.of(info).orElse(null);
        info.getCapabilitiesList().forEach(capability -> capabilities.add(capability.getType()));
        info.getOfferFiltersMap().forEach((role, filters) -> {
            if (filters.hasMinAllocatableResources()) {
                minimums.put(role, AllocatableMinimum.of(filters.getMinAllocatableResources()));
            }
        });
    }

    Subscription withSuppressed(Set<String> nowSuppressed) {
        return new Subscription(new OfferWishes(info(), nowSuppressed, wishes.constraints()), sink);
    }

    OfferWishes wishes() {
        return wishes;
    }

    FrameworkId id() {
        return new FrameworkId(info().getId().getValue());
    }

    FrameworkInfo info() {
        return wishes.info();
    }

    OfferSink sink() {
        return sink;
    }

    /** All it is in. */
    Set<String> roles() {
        return roles;
    }

    Set<String> suppressed() {
        return wishes.suppressedRoles();
    }

    boolean wantsOffersIn(String role) {
        return roles.contains(role) && !suppressed().contains(role);
    }

    boolean isMultiRole() {
        return capabilities.contains(Capability.Type.MULTI_ROLE);
    }

    boolean refinesReservations() {
        return capabilities.contains(Capability.Type.RESERVATION_REFINEMENT);
    }

    OfferMode mode(OfferMode otherwise) {
        return ownMode == null ? otherwise : ownMode;
    }

    boolean hasOwnMode() {
        return ownMode != null;
    }

    /** Whether its constraints rule out offers of the agent to that role. */
    boolean excludes(String role, Agent agent) {
        return wishes.constraints().excludes(role, agent.info());
    }

    boolean takesGpus() {
        return capabilities.contains(Capability.Type.GPU_RESOURCES);
    }

    boolean isRegionAware() {
        return capabilities.contains(Capability.Type.REGION_AWARE);
    }

    /** Those of the resources that it says it knows how to use, where they are shared, revocable or refined. */
    Resources usable(Resources resources) {
        Resources known = refinesReservations() ? resources : resources.unrefined();
        known = capabilities.contains(Capability.Type.SHARED_RESOURCES) ? known : known.unshared();
        return capabilities.contains(Capability.Type.REVOCABLE_RESOURCES) ? known : known.nonRevocable();
    }

    boolean hasOwnMinimums() {
        return !minimums.isEmpty();
    }

    /** What offers to that role must hold. */
    AllocatableMinimum minimum(String role, AllocatableMinimum otherwise) {
        return minimums.getOrDefault(role, otherwise);
    }
}

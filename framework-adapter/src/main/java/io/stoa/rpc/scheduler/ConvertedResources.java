package io.stoa.rpc.scheduler;

import io.stoa.rpc.ScalarAmounts;
import io.stoa.state.resources.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;

/** What an operation on resources says of them. */
final class ConvertedResources {

    private ConvertedResources() {}

    /** To which the first of its resources is allocated, or for which it is reserved; empty where neither is said. */
    static Optional<String> role(Offer.Operation operation) {
        for (Resource resource : of(operation)) {
            if (resource.getAllocationInfo().hasRole()) {
                return Optional.of(resource.getAllocationInfo().getRole());
            }
            Resource refined = Resources.refined(resource);
            int reservations = refined.getReservationsCount();
            if (reservations > 0) {
                return Optional.of(refined.getReservations(reservations - 1).getRole());
            }
        }
        return Optional.empty();
    }

    /** What is wrong with the amount that a volume is to lose, where one is. */
    static Optional<String> subtractInvalidity(Offer.Operation operation) {
        return operation.hasShrinkVolume()
                ? ScalarAmounts.invalidity(
                        "shrink_volume.subtract",
                        operation.getShrinkVolume().getSubtract().getValue())
                : Optional.empty();
    }

    static List<Resource> of(Offer.Operation operation) {
        List<Resource> resources = new ArrayList<>(operation.getReserve().getResourcesList());
        resources.addAll(operation.getUnreserve().getResourcesList());
        resources.addAll(operation.getCreate().getVolumesList());
        resources.addAll(operation.getDestroy().getVolumesList());
        if (operation.hasGrowVolume()) {
            resources.add(operation.getGrowVolume().getVolume());
            resources.add(operation.getGrowVolume().getAddition());
        }
        if (operation.hasShrinkVolume()) {
            resources.add(operation.getShrinkVolume().getVolume());
        }
        return resources;
    }
}

package io.stoa.mesos.validation;

import io.stoa.state.resources.Resources;
import io.stoa.state.resources.Roles;
import io.stoa.v1.IdValidator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.mesos.v1.Protos.Resource;

/** The rules for the resources of a task or an executor beyond those for each single one. */
final class ResourceRules {

    private static final int MILLI = 1000;

    private ResourceRules() {}

    /** @param sum the same resources, added up */
    static Optional<String> invalidity(List<Resource> resources, Resources sum) {
        if (sum.scalarMilli("gpus") % MILLI != 0) {
            return Optional.of("Invalid 'gpus' resource: The 'gpus' resource must be an unsigned integer");
        }
        for (Resource resource : resources) {
            if (resource.hasDisk()) {
                Optional<String> error = disk(resource);
                if (error.isPresent()) {
                    return error.map(text -> "Invalid DiskInfo: " + text);
                }
            }
            if (resource.hasRevocable() && isDynamicallyReserved(resource)) {
                return Optional.of("Invalid ReservationInfo: Dynamically reserved resource "
                        + Resources.of(List.of(resource)) + " cannot be created from revocable resources");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> disk(Resource resource) {
        Resource.DiskInfo disk = resource.getDisk();
        if (!disk.hasPersistence()) {
            return disk.hasVolume()
                    ? Optional.of("Non-persistent volume not supported")
                    : disk.hasSource() ? Optional.empty() : Optional.of("DiskInfo is set but empty");
        }
        if (resource.hasRevocable()) {
            return Optional.of("Persistent volumes cannot be created from revocable resources");
        }
        if (reservationRole(resource).equals(Roles.UNRESERVED)) {
            return Optional.of("Persistent volumes cannot be created from unreserved resources");
        }
        if (!disk.hasVolume()) {
            return Optional.of("Expecting 'volume' to be set for persistent volume");
        }
        if (disk.getVolume().hasHostPath()) {
            return Optional.of("Expecting 'host_path' to be unset for persistent volume");
        }
        return IdValidator.invalidity(disk.getPersistence().getId())
                .map(error -> "Invalid persistence ID for persistent volume: " + error);
    }

    static Optional<String> duplicatePersistenceId(List<Resource> resources) {
        Set<String> seen = new HashSet<>();
        for (Resource resource : resources) {
            String id = resource.getDisk().getPersistence().getId();
            if (resource.getDisk().hasPersistence() && !seen.add(reservationRole(resource) + '\0' + id)) {
                return Optional.of("Persistence ID '" + id + "' is not unique");
            }
        }
        return Optional.empty();
    }

    static Optional<String> severalRoles(List<Resource> resources) {
        String first =
                resources.isEmpty() ? "" : resources.get(0).getAllocationInfo().getRole();
        for (Resource resource : resources) {
            if (!resource.getAllocationInfo().hasRole()) {
                return Optional.of("The resources are not allocated to a role");
            }
            String role = resource.getAllocationInfo().getRole();
            if (!role.equals(first)) {
                return Optional.of("The resources have multiple allocation roles ('" + role + "' and '" + first
                        + "') but only one allocation role is allowed");
            }
        }
        return Optional.empty();
    }

    static Optional<String> revocableMix(List<Resource> resources) {
        if (resources.stream().noneMatch(Resource::hasRevocable)) {
            return Optional.empty();
        }
        Map<String, Boolean> revocable = new HashMap<>();
        for (Resource resource : resources) {
            Boolean before = revocable.putIfAbsent(resource.getName(), resource.hasRevocable());
            if (before != null && before != resource.hasRevocable()) {
                return Optional.of(
                        "Cannot use both revocable and non-revocable '" + resource.getName() + "' at the same time");
            }
        }
        return Optional.empty();
    }

    /** Mesos' rule for operations: resource providers are parts of an agent, and an operation is for one of them. */
    static Optional<String> severalProviders(List<Resource> resources) {
        Set<String> providers = new TreeSet<>();
        boolean none = false;
        for (Resource resource : resources) {
            none |= !resource.hasProviderId();
            if (resource.hasProviderId()) {
                providers.add(resource.getProviderId().getValue());
            }
        }
        if (providers.size() + (none ? 1 : 0) == 1) {
            return Optional.empty();
        }
        return Optional.of(
                none
                        ? "Some resources have a resource provider and some do not"
                        : "The resources have multiple resource providers: " + String.join(", ", providers));
    }

    /** The reservation that counts: the one that was made last; without role where there is none. */
    static Resource.ReservationInfo lastReservation(Resource resource) {
        List<Resource.ReservationInfo> stack = Resources.refined(resource).getReservationsList();
        return stack.isEmpty() ? Resource.ReservationInfo.getDefaultInstance() : stack.get(stack.size() - 1);
    }

    static boolean isDynamicallyReserved(Resource resource) {
        return lastReservation(resource).getType() == Resource.ReservationInfo.Type.DYNAMIC;
    }

    static String reservationRole(Resource resource) {
        Resource.ReservationInfo reservation = lastReservation(resource);
        return reservation.hasRole() ? reservation.getRole() : Roles.UNRESERVED;
    }
}

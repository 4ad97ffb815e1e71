package io.stoa.mesos.validation;

import io.stoa.mesos.FrameworkRoles;
import io.stoa.state.resources.ResourceFormat;
import io.stoa.state.resources.Resources;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;

/** What is wrong with RESERVE and UNRESERVE. */
final class ReservationValidator {

    private ReservationValidator() {}

    static Optional<String> reserve(Offer.Operation.Reserve reserve, OperationContext context) {
        List<Resource> resources = reserve.getResourcesList();
        return misfits("Invalid resources: ", resources)
                .or(() -> misfits("Invalid source: ", reserve.getSourceList()))
                .or(() -> reserve.getSourceCount() > 0 ? source(reserve) : Optional.empty())
                .or(() -> ResourceRules.severalProviders(resources).map("Invalid resources: "::concat))
                .or(() -> resources.stream()
                        .flatMap(resource -> reservation(resource, context).stream())
                        .findFirst())
                .or(() -> context.framework().isPresent()
                        ? ResourceRules.severalRoles(resources).map("Invalid reservation resources: "::concat)
                        : Optional.empty());
    }

    static Optional<String> unreserve(Offer.Operation.Unreserve unreserve) {
        List<Resource> resources = unreserve.getResourcesList();
        return misfits("Invalid resources: ", resources)
                .or(() -> ResourceRules.severalProviders(resources).map("Invalid resources: "::concat))
                .or(() -> resources.stream()
                        .flatMap(resource -> unreservable(resource).stream())
                        .findFirst());
    }

    private static Optional<String> unreservable(Resource resource) {
        if (!ResourceRules.isDynamicallyReserved(resource)) {
            return Optional.of(notReserved(resource));
        }
        return resource.getDisk().hasPersistence()
                ? Optional.of("A dynamically reserved persistent volume " + ResourceFormat.print(resource)
                        + " cannot be unreserved directly. Please destroy the persistent volume first then unreserve"
                        + " the resource")
                : Optional.empty();
    }

    private static Optional<String> misfits(String prefix, List<Resource> resources) {
        return ResourceRules.invalidity(resources, Resources.of(resources)).map(prefix::concat);
    }

    /** The whole of the sources becomes the whole of the resources; nothing is mixed, nothing appears. */
    private static Optional<String> source(Offer.Operation.Reserve reserve) {
        Optional<String> mixed = mixed("Invalid source: ", reserve.getSourceList())
                .or(() -> mixed("Invalid resources: ", reserve.getResourcesList()));
        if (mixed.isPresent()) {
            return mixed;
        }
        Resources source = Resources.of(reserve.getSourceList()).unreserved();
        Resources target = Resources.of(reserve.getResourcesList()).unreserved();
        return source.equals(target)
                ? Optional.empty()
                : Optional.of("Source and target resources should refer to identical resource quantities: " + source
                        + " vs. " + target);
    }

    private static Optional<String> mixed(String prefix, List<Resource> resources) {
        if (resources.isEmpty()) {
            return Optional.of(prefix + "Resource cannot be empty");
        }
        List<Resource.ReservationInfo> first = resources.get(0).getReservationsList();
        return resources.stream()
                        .allMatch(resource -> resource.getReservationsList().equals(first))
                ? Optional.empty()
                : Optional.of(prefix + "Mixed reservations are not supported" + Resources.of(resources));
    }

    private static Optional<String> reservation(Resource resource, OperationContext context) {
        if (!ResourceRules.isDynamicallyReserved(resource)) {
            return Optional.of(notReserved(resource));
        }
        return OperationValidator.agentIncapable(
                        resource, "Resource " + ResourceFormat.print(resource), "reserved", context)
                .or(() -> context.principal().flatMap(principal -> principal(resource, principal)))
                .or(() -> context.framework().isPresent()
                        ? role(resource, context.framework().get())
                        : allocated(resource));
    }

    private static Optional<String> principal(Resource resource, String principal) {
        Resource.ReservationInfo reservation = ResourceRules.lastReservation(resource);
        if (!reservation.hasPrincipal()) {
            return Optional.of("A reserve operation was attempted by principal '" + principal
                    + "', but there is a reserved resource in the request with no principal set");
        }
        return reservation.getPrincipal().equals(principal)
                ? Optional.empty()
                : Optional.of("A reserve operation was attempted by authenticated principal '" + principal
                        + "', which does not match a reserved resource in the request with principal '"
                        + reservation.getPrincipal() + "'");
    }

    private static Optional<String> role(Resource resource, FrameworkInfo framework) {
        String allocated = resource.getAllocationInfo().getRole();
        String reserved = ResourceRules.reservationRole(resource);
        if (!allocated.equals(reserved)) {
            return Optional.of("A reserve operation was attempted for a resource with role '" + reserved
                    + "', but the resource was allocated to role '" + allocated + "'");
        }
        Set<String> roles = FrameworkRoles.of(framework);
        return roles.contains(allocated)
                ? Optional.empty()
                : Optional.of("A reserve operation was attempted for a resource allocated to role '" + allocated
                        + "', but the framework only has roles '" + FrameworkValidator.braces(roles) + "'");
    }

    private static Optional<String> allocated(Resource resource) {
        return resource.hasAllocationInfo()
                ? Optional.of("A reserve operation was attempted with an allocated resource, but the operator API only"
                        + " allows reservations to be made to unallocated resources")
                : Optional.empty();
    }

    private static String notReserved(Resource resource) {
        return "Resource " + ResourceFormat.print(resource) + " is not dynamically reserved";
    }
}

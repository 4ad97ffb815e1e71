package io.stoa.mesos.validation;

import io.stoa.state.resources.Roles;
import io.stoa.v1.IdValidator;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.OfferFilters;
import org.apache.mesos.v1.Protos.Value;

/** The rules for what a framework says of itself. */
@SuppressWarnings("deprecation") // 'role' is what frameworks without MULTI_ROLE use.
public final class FrameworkValidator {

    /** What fits into a count of nanoseconds, which is how Mesos keeps durations. */
    private static final double MAX_SECONDS = Long.MAX_VALUE / 1e9;

    private FrameworkValidator() {}

    public static Optional<String> invalidity(FrameworkInfo info) {
        return roles(info)
                .or(() -> info.getId().getValue().isEmpty()
                        ? Optional.empty()
                        : IdValidator.invalidity(info.getId().getValue()))
                .or(() -> offerFilters(info))
                .or(() -> failoverTimeout(info.getFailoverTimeout()));
    }

    private static Optional<String> roles(FrameworkInfo info) {
        boolean multiRole = has(info, FrameworkInfo.Capability.Type.MULTI_ROLE);
        if (multiRole && info.hasRole()) {
            return Optional.of("'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable");
        }
        if (!multiRole && info.getRolesCount() > 0) {
            return Optional.of("'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable");
        }
        if (!multiRole) {
            return Roles.invalidity(info.getRole()).map(error -> "'FrameworkInfo.role' is not a valid role: " + error);
        }
        Set<String> duplicates = duplicates(info.getRolesList());
        if (!duplicates.isEmpty()) {
            return Optional.of("'FrameworkInfo.roles' contains duplicate items: " + braces(duplicates));
        }
        return info.getRolesList().stream()
                .flatMap(role -> Roles.invalidity(role).stream())
                .findFirst()
                .map(error -> "'FrameworkInfo.roles' contains invalid role: " + error);
    }

    private static Set<String> duplicates(List<String> roles) {
        Set<String> seen = new HashSet<>();
        Set<String> duplicates = new TreeSet<>();
        for (String role : roles) {
            if (!seen.add(role)) {
                duplicates.add(role);
            }
        }
        return duplicates;
    }

    private static Optional<String> offerFilters(FrameworkInfo info) {
        for (OfferFilters filters : info.getOfferFiltersMap().values()) {
            for (OfferFilters.ResourceQuantities quantities :
                    filters.getMinAllocatableResources().getQuantitiesList()) {
                if (quantities.getQuantitiesCount() == 0) {
                    return Optional.of("Resource quantities must contain at least one quantity");
                }
                Optional<String> error = quantities.getQuantitiesMap().entrySet().stream()
                        .flatMap(quantity -> quantity(quantity.getKey(), quantity.getValue()).stream())
                        .findFirst();
                if (error.isPresent()) {
                    return error;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> quantity(String name, Value.Scalar quantity) {
        return MesosNumbers.scalarInvalidity(quantity.getValue())
                .map(error -> "Invalid resource quantity for '" + name + "': " + error);
    }

    private static Optional<String> failoverTimeout(double seconds) {
        return Math.abs(seconds) < MAX_SECONDS
                ? Optional.empty()
                : Optional.of("The framework failover_timeout (" + MesosNumbers.print(seconds) + ") is invalid");
    }

    /** What may not change once a framework is known. */
    public static Optional<String> updateInvalidity(FrameworkInfo known, FrameworkInfo updated) {
        if (known.hasPrincipal() != updated.hasPrincipal()
                || !known.getPrincipal().equals(updated.getPrincipal())) {
            return Optional.of("Changing framework's principal is not allowed.");
        }
        if (!known.getUser().equals(updated.getUser())) {
            return Optional.of("Updating 'FrameworkInfo.user' is unsupported; attempted to update from '"
                    + known.getUser() + "' to '" + updated.getUser() + "'");
        }
        return known.getCheckpoint() == updated.getCheckpoint()
                ? Optional.empty()
                : Optional.of("Updating 'FrameworkInfo.checkpoint' is unsupported; attempted to update from '"
                        + known.getCheckpoint() + "' to '" + updated.getCheckpoint() + "'");
    }

    /** @param roles those the framework is in */
    public static Optional<String> suppressedRolesInvalidity(Set<String> roles, Collection<String> suppressed) {
        Set<String> strangers = new TreeSet<>(suppressed);
        strangers.removeAll(roles);
        return strangers.isEmpty()
                ? Optional.empty()
                : Optional.of("Suppressed roles " + braces(strangers) + " are not contained in the set of roles");
    }

    /** {@code { a, b }}, as Mesos prints sets. */
    public static String braces(Set<String> items) {
        return "{ " + String.join(", ", items) + " }";
    }

    public static boolean has(FrameworkInfo info, FrameworkInfo.Capability.Type capability) {
        for (FrameworkInfo.Capability each : info.getCapabilitiesList()) {
            if (each.getType() == capability) {
                return true;
            }
        }
        return false;
    }
}

package io.stoa.state.resources;

import java.util.HashSet;
import java.util.List;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.apache.mesos.v1.Protos.Value;
import org.jspecify.annotations.Nullable;

/** Mesos' rules for a single resource, in the order in which Mesos looks at them, with its words. */
@SuppressWarnings("deprecation") // Mesos' pre-refinement fields role and reservation
final class ResourceValidator {

    private ResourceValidator() {}

    /** What is wrong; null where nothing is. */
    static @Nullable String invalidity(Resource resource) {
        if (resource.getName().isEmpty()) {
            return "Empty resource name";
        }
        String invalidity = value(resource);
        if (invalidity == null) {
            invalidity = disk(resource);
        }
        if (invalidity == null) {
            invalidity = resource.getReservationsCount() == 0 ? unrefined(resource) : refined(resource);
        }
        return invalidity == null ? shared(resource) : invalidity;
    }

    private static @Nullable String value(Resource resource) {
        boolean scalar = resource.hasScalar();
        boolean ranges = resource.hasRanges();
        boolean set = resource.hasSet();
        return switch (resource.getType()) {
            case SCALAR ->
                scalar && !ranges && !set ? scalar(resource.getScalar().getValue()) : "Invalid scalar resource";
            case RANGES -> ranges && !scalar && !set ? ranges(resource.getRanges()) : "Invalid ranges resource";
            case SET -> set && !scalar && !ranges ? set(resource.getSet()) : "Invalid set resource";
            case TEXT -> "Unsupported resource type";
        };
    }

    private static @Nullable String scalar(double value) {
        return value != 0 && ResourceValue.Scalar.toMilli(value) <= 0 ? "Invalid scalar resource: value <= 0" : null;
    }

    private static @Nullable String ranges(Value.Ranges ranges) {
        long[] bounds = bounds(ranges);
        for (int i = 0; i < bounds.length; i += 2) {
            if (Long.compareUnsigned(bounds[i], bounds[i + 1]) > 0) {
                return "Invalid ranges resource: begin > end";
            }
        }
        long[] sorted = RangeArithmetic.sortedByBegin(bounds);
        for (int i = 2; i < sorted.length; i += 2) {
            if (Long.compareUnsigned(sorted[i], sorted[i - 1]) <= 0) {
                return "Invalid ranges resource: overlapping ranges";
            }
        }
        return null;
    }

    static long[] bounds(Value.Ranges ranges) {
        long[] bounds = new long[2 * ranges.getRangeCount()];
        for (int i = 0; i < ranges.getRangeCount(); i++) {
            bounds[2 * i] = ranges.getRange(i).getBegin();
            bounds[2 * i + 1] = ranges.getRange(i).getEnd();
        }
        return bounds;
    }

    private static @Nullable String set(Value.Set set) {
        return new HashSet<>(set.getItemList()).size() < set.getItemCount()
                ? "Invalid set resource: duplicated elements"
                : null;
    }

    private static @Nullable String disk(Resource resource) {
        if (!resource.hasDisk()) {
            return null;
        }
        if (!resource.getName().equals("disk")) {
            return "DiskInfo should not be set for " + resource.getName() + " resource";
        }
        if (!resource.getDisk().hasSource()) {
            return null;
        }
        DiskInfo.Source source = resource.getDisk().getSource();
        return switch (source.getType()) {
            case PATH, MOUNT -> null;
            case BLOCK, RAW -> {
                if (source.hasMount()) {
                    yield "Mount should not be set for " + source.getType() + " disk source";
                }
                yield source.hasPath() ? "Path should not be set for " + source.getType() + " disk source" : null;
            }
            case UNKNOWN -> "Unsupported 'DiskInfo.Source.Type' in '" + source.getType() + "'";
        };
    }

    private static @Nullable String unrefined(Resource resource) {
        String role = Roles.invalidity(resource.getRole()).orElse(null);
        if (role != null || !resource.hasReservation()) {
            return role;
        }
        if (resource.getReservation().hasType()) {
            return "'Resource.ReservationInfo.type' must not be set for the 'Resource.reservation' field";
        }
        if (resource.getReservation().hasRole()) {
            return "'Resource.ReservationInfo.role' must not be set for the 'Resource.reservation' field";
        }
        return resource.getRole().equals(Roles.UNRESERVED)
                ? "Invalid reservation: role \"*\" cannot be dynamically reserved"
                : null;
    }

    private static @Nullable String refined(Resource resource) {
        List<ReservationInfo> stack = resource.getReservationsList();
        for (ReservationInfo reservation : stack) {
            String invalidity = reservation(reservation);
            if (invalidity != null) {
                return invalidity;
            }
        }
        for (int i = 1; i < stack.size(); i++) {
            if (stack.get(i).getType() == ReservationInfo.Type.STATIC) {
                return "Invalid refined reservation: A refined reservation cannot be STATIC";
            }
            String role = stack.get(i).getRole();
            String ancestor = stack.get(i - 1).getRole();
            if (!Roles.isStrictSubrole(role, ancestor)) {
                return "Invalid refined reservation: role '" + role + "' is not a refinement of '" + ancestor + "'";
            }
        }
        return stack.size() == 1 ? consistent(resource, stack.get(0)) : onlyStack(resource);
    }

    private static @Nullable String reservation(ReservationInfo reservation) {
        if (!reservation.hasType()) {
            return "Invalid reservation: 'Resource.ReservationInfo.type' field must be set.";
        }
        if (!reservation.hasRole()) {
            return "Invalid reservation: 'Resource.ReservationInfo.role' field must be set.";
        }
        String invalidity = Roles.invalidity(reservation.getRole()).orElse(null);
        if (invalidity == null && reservation.getRole().equals(Roles.UNRESERVED)) {
            return "Invalid reservation: role \"*\" cannot be reserved";
        }
        return invalidity;
    }

    private static @Nullable String consistent(Resource resource, ReservationInfo only) {
        if (resource.hasRole() && !resource.getRole().equals(only.getRole())) {
            return "Invalid resource format: 'Resource.role' field with '" + resource.getRole()
                    + "' does not match the role '" + only.getRole() + "' in 'Resource.reservations'";
        }
        ReservationInfo old = resource.getReservation();
        if (only.getType() == ReservationInfo.Type.STATIC) {
            return resource.hasReservation()
                    ? "Invalid resource format: 'Resource.reservation' must not be set if the single reservation in"
                            + " 'Resource.reservations' is STATIC"
                    : null;
        }
        if (only.getType() == ReservationInfo.Type.UNKNOWN) {
            return "Unsupported 'Resource.ReservationInfo.Type'";
        }
        if (resource.hasRole() != resource.hasReservation()) {
            return "Invalid resource format: 'Resource.role' and 'Resource.reservation' must either be both set or both"
                    + " not set if the single reservation in 'Resource.reservations' is DYNAMIC";
        }
        if (resource.hasReservation() && !old.getPrincipal().equals(only.getPrincipal())) {
            return "Invalid resource format: 'Resource.reservation.principal' field with '" + old.getPrincipal()
                    + "' does not match the principal '" + only.getPrincipal() + "' in 'Resource.reservations'";
        }
        return resource.hasReservation() && !old.getLabels().equals(only.getLabels())
                ? "Invalid resource format: 'Resource.reservation.labels' field does not match the labels in"
                        + " 'Resource.reservations'"
                : null;
    }

    private static @Nullable String onlyStack(Resource resource) {
        String field = resource.hasRole() ? "role" : resource.hasReservation() ? "reservation" : null;
        return field == null
                ? null
                : "Invalid resource format: 'Resource." + field
                        + "' must not be set if there is more than one reservation in 'Resource.reservations'";
    }

    private static @Nullable String shared(Resource resource) {
        if (!resource.hasShared()) {
            return null;
        }
        if (!resource.getName().equals("disk")) {
            return "Resource " + resource.getName() + " cannot be shared";
        }
        return resource.getDisk().hasPersistence() ? null : "Only persistent volumes can be shared";
    }
}

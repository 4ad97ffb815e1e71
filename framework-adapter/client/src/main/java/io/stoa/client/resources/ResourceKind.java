package io.stoa.client.resources;

import java.util.List;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.apache.mesos.v1.Protos.Value;

/**
 * What makes a resource that one and no other: two add up where this is equal.
 *
 * @param rest name, reservations (as a stack, and only so), disk, flags and provider: the message without its value and
 *     its allocation. How a volume is mounted is no part of it
 */
@SuppressWarnings("deprecation") // Mesos' older form of reservations.
record ResourceKind(String name, Value.Type type, Resource rest) {

    static ResourceKind of(Resource resource) {
        Resource.Builder rest =
                resource.toBuilder().clearScalar().clearRanges().clearSet().clearAllocationInfo();
        if (resource.hasRole() || resource.hasReservation()) {
            if (resource.hasRole() && !resource.getRole().equals("*") && resource.getReservationsCount() == 0) {
                rest.addReservations(reservation(resource));
            }
            rest.clearRole().clearReservation();
        }
        if (resource.getDisk().hasVolume()) {
            rest.getDiskBuilder().clearVolume();
        }
        return new ResourceKind(resource.getName(), resource.getType(), rest.build());
    }

    private static ReservationInfo reservation(Resource resource) {
        return resource.getReservation().toBuilder()
                .setType(resource.hasReservation() ? ReservationInfo.Type.DYNAMIC : ReservationInfo.Type.STATIC)
                .setRole(resource.getRole())
                .build();
    }

    /** In one piece: neither adds up nor can be divided. */
    boolean isWhole() {
        if (rest.hasShared() || rest.getDisk().hasPersistence()) {
            return true;
        }
        Resource.DiskInfo.Source source = rest.getDisk().getSource();
        return switch (source.getType()) {
            case MOUNT, BLOCK -> true;
            case RAW -> source.hasId();
            case PATH, UNKNOWN -> false;
        };
    }

    boolean isShared() {
        return rest.hasShared();
    }

    boolean isReserved() {
        return rest.getReservationsCount() > 0;
    }

    /** Neither a volume, nor on a disk of its own, nor of those that can be taken back. */
    boolean isPlain() {
        return !rest.hasDisk() && !rest.hasShared() && !rest.hasRevocable() && !rest.hasProviderId();
    }

    /** Unreserved, or reserved for the role or one above it. */
    boolean isUsableBy(String role) {
        List<ReservationInfo> stack = rest.getReservationsList();
        if (stack.isEmpty()) {
            return true;
        }
        String holder = stack.get(stack.size() - 1).getRole();
        return role.equals(holder) || role.startsWith(holder + "/");
    }

    /** The form that masters give out: {@code role} and {@code reservation} unless a reservation is refined. */
    Resource.Builder toBuilder() {
        Resource.Builder message = rest.toBuilder();
        if (rest.getReservationsCount() == 0) {
            return message;
        }
        if (rest.getReservationsCount() == 1) {
            ReservationInfo only = rest.getReservations(0);
            message.clearReservations().setRole(only.getRole());
            if (only.getType() == ReservationInfo.Type.DYNAMIC) {
                message.setReservation(only.toBuilder().clearRole().clearType());
            }
        }
        return message;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(name);
        for (ReservationInfo reservation : rest.getReservationsList()) {
            text.append('(').append(reservation.getRole()).append(')');
        }
        if (rest.hasDisk() && rest.getDisk().hasPersistence()) {
            text.append('[').append(rest.getDisk().getPersistence().getId()).append(']');
        }
        return text.append(rest.hasRevocable() ? "{REV}" : "")
                .append(rest.hasShared() ? "<SHARED>" : "")
                .toString();
    }
}

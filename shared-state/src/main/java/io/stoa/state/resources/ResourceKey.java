package io.stoa.state.resources;

import java.util.Objects;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.apache.mesos.v1.Protos.Value;
import org.jspecify.annotations.Nullable;

/**
 * What makes a resource that one and no other: name, type, reservations, disk, provider, revocable and shared. How a
 * volume is mounted is carried along but, as in Mesos, is no part of the identity.
 */
@SuppressWarnings("deprecation") // Mesos' pre-refinement fields role and reservation
final class ResourceKey {

    private static final ResourceKey CPUS = new ResourceKey("cpus", Value.Type.SCALAR, null);
    private static final ResourceKey MEM = new ResourceKey("mem", Value.Type.SCALAR, null);
    private static final ResourceKey DISK = new ResourceKey("disk", Value.Type.SCALAR, null);
    private static final ResourceKey PORTS = new ResourceKey("ports", Value.Type.RANGES, null);

    private final String name;
    private final Value.Type type;
    /** Everything but the value, in the form of refined reservations; null where there is nothing beyond the name. */
    private final @Nullable Resource template;

    private final @Nullable Resource identity;
    private final boolean exclusive;

    private ResourceKey(String name, Value.Type type, @Nullable Resource template) {
        this.name = name;
        this.type = type;
        this.template = template;
        this.identity = template == null ? null : withoutMount(template);
        this.exclusive = template != null && isExclusive(template);
    }

    /**
     * Almost all resources are of this kind, and there are several in each task: reading them must not build messages.
     *
     * @param resource valid
     * @return null where there is more to it than name and type
     */
    static @Nullable ResourceKey ofPlain(Resource resource) {
        boolean plain = resource.getReservationsCount() == 0
                && !resource.hasReservation()
                && resource.getRole().equals(Roles.UNRESERVED)
                && !resource.hasDisk()
                && !resource.hasProviderId()
                && !resource.hasRevocable()
                && !resource.hasShared();
        if (!plain) {
            return null;
        }
        ResourceKey known = switch (resource.getName()) {
            case "cpus" -> CPUS;
            case "mem" -> MEM;
            case "disk" -> DISK;
            case "ports" -> PORTS;
            default -> null;
        };
        return known != null && known.type == resource.getType()
                ? known
                : new ResourceKey(resource.getName(), resource.getType(), null);
    }

    /** @param template valid; without value, allocation role, role and reservation */
    static ResourceKey of(Resource template) {
        ResourceKey plain = ofPlain(template);
        return plain == null ? new ResourceKey(template.getName(), template.getType(), template) : plain;
    }

    /** The resource with the reservation that the old fields say as a stack, and without these fields. */
    static Resource refined(Resource resource) {
        Resource.Builder refined = resource.toBuilder().clearRole().clearReservation();
        if (resource.getReservationsCount() == 0 && !resource.getRole().equals(Roles.UNRESERVED)) {
            refined.addReservations(resource.getReservation().toBuilder()
                    .setType(resource.hasReservation() ? ReservationInfo.Type.DYNAMIC : ReservationInfo.Type.STATIC)
                    .setRole(resource.getRole()));
        }
        return refined.build();
    }

    private static Resource withoutMount(Resource template) {
        return template.getDisk().hasVolume()
                ? template.toBuilder()
                        .setDisk(template.getDisk().toBuilder().clearVolume())
                        .build()
                : template;
    }

    private static boolean isExclusive(Resource template) {
        if (template.hasShared() || template.getDisk().hasPersistence()) {
            return true;
        }
        Resource.DiskInfo.Source source = template.getDisk().getSource();
        return switch (source.getType()) {
            case MOUNT, BLOCK -> true;
            case RAW -> source.hasId();
            case PATH, UNKNOWN -> false;
        };
    }

    String name() {
        return name;
    }

    /** True for what several may hold at the same time. */
    boolean isShared() {
        return template != null && template.hasShared();
    }

    boolean isVolume() {
        return template != null && template.getDisk().hasPersistence();
    }

    /** True for a reservation of what is reserved already. */
    boolean isRefined() {
        return template != null && template.getReservationsCount() > 1;
    }

    ResourceKey unreserved() {
        return template == null || template.getReservationsCount() == 0
                ? this
                : of(template.toBuilder().clearReservations().build());
    }

    /** True for what is one piece: it neither adds up with its like nor can be divided. */
    boolean isExclusive() {
        return exclusive;
    }

    boolean isAllocatableTo(String role) {
        String reservedFor = reservedFor();
        return reservedFor.equals(Roles.UNRESERVED) || Roles.isWithin(role, reservedFor);
    }

    boolean isScalar() {
        return type == Value.Type.SCALAR;
    }

    boolean isUnreservedScalar() {
        return isScalar() && !isRevocable() && reservedFor().equals(Roles.UNRESERVED);
    }

    boolean isRevocable() {
        return template != null && template.hasRevocable();
    }

    /** {@link Roles#UNRESERVED} where it is reserved for nobody. */
    String reservedFor() {
        return template == null || template.getReservationsCount() == 0
                ? Roles.UNRESERVED
                : template.getReservations(template.getReservationsCount() - 1).getRole();
    }

    /** A message without value, in the form that carries both the old and the new way to say a reservation. */
    Resource.Builder toProto() {
        if (template == null) {
            return Resource.newBuilder().setName(name).setType(type).setRole(Roles.UNRESERVED);
        }
        Resource.Builder resource = template.toBuilder();
        if (template.getReservationsCount() == 0) {
            resource.setRole(Roles.UNRESERVED);
        } else if (template.getReservationsCount() == 1) {
            ReservationInfo reservation = template.getReservations(0);
            resource.setRole(reservation.getRole());
            if (reservation.getType() == ReservationInfo.Type.DYNAMIC) {
                resource.setReservation(reservation.toBuilder().clearType().clearRole());
            }
        }
        return resource;
    }

    /** The message without value, with reservations as a stack only. */
    Resource.Builder toRefinedProto() {
        return template == null ? Resource.newBuilder().setName(name).setType(type) : template.toBuilder();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof ResourceKey key
                        && type == key.type
                        && name.equals(key.name)
                        && Objects.equals(identity, key.identity));
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, type, identity);
    }
}

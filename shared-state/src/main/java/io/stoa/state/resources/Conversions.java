package io.stoa.state.resources;

import java.util.List;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;

/** What Mesos' operations do to the resources of an agent. */
public final class Conversions {

    private Conversions() {}

    /**
     * The conversions that an operation comes to, in order; those that change nothing are left out.
     *
     * @param operation valid, of one of the types RESERVE, UNRESERVE, CREATE, DESTROY, GROW_VOLUME, SHRINK_VOLUME
     * @throws IllegalArgumentException where a resource is invalid, or the type another one
     * @throws ArithmeticException where a sum exceeds 2^63 thousandths
     */
    public static List<Conversion> of(Offer.Operation operation) {
        return switch (operation.getType()) {
            case RESERVE -> reserve(operation.getReserve());
            case UNRESERVE ->
                operation.getUnreserve().getResourcesList().stream()
                        .flatMap(resource -> conversion(resources(resource), resources(unreserved(resource))).stream())
                        .toList();
            case CREATE ->
                operation.getCreate().getVolumesList().stream()
                        .flatMap(volume -> conversion(resources(withoutVolume(volume)), resources(volume)).stream())
                        .toList();
            case DESTROY ->
                operation.getDestroy().getVolumesList().stream()
                        .flatMap(volume -> conversion(resources(volume), resources(withoutVolume(volume))).stream())
                        .toList();
            case GROW_VOLUME -> grow(operation.getGrowVolume());
            case SHRINK_VOLUME -> shrink(operation.getShrinkVolume());
            default -> throw new IllegalArgumentException("type: " + operation.getType() + " (expected: a conversion)");
        };
    }

    /** Consumes the sources that are named, or else the same resources with one reservation less. */
    private static List<Conversion> reserve(Offer.Operation.Reserve reserve) {
        Resources consumed = reserve.getSourceCount() > 0
                ? Resources.of(reserve.getSourceList())
                : Resources.of(reserve.getResourcesList().stream()
                        .map(Conversions::unreserved)
                        .toList());
        return conversion(consumed, Resources.of(reserve.getResourcesList()));
    }

    private static List<Conversion> grow(Offer.Operation.GrowVolume grow) {
        Resource volume = grow.getVolume();
        Resource addition = grow.getAddition();
        double size = volume.getScalar().getValue() + addition.getScalar().getValue();
        return conversion(resources(volume).plus(resources(addition)), resources(sized(volume, size)));
    }

    private static List<Conversion> shrink(Offer.Operation.ShrinkVolume shrink) {
        Resource volume = shrink.getVolume();
        double freed = shrink.getSubtract().getValue();
        double size = volume.getScalar().getValue() - freed;
        return conversion(
                resources(volume), resources(sized(volume, size)).plus(resources(sized(withoutVolume(volume), freed))));
    }

    private static List<Conversion> conversion(Resources consumed, Resources converted) {
        return consumed.isEmpty() ? List.of() : List.of(new Conversion(consumed, converted));
    }

    private static Resources resources(Resource resource) {
        return Resources.of(List.of(resource));
    }

    /** The resource with one reservation less. */
    private static Resource unreserved(Resource resource) {
        Resource.Builder refined = Resources.refined(resource).toBuilder();
        return refined.removeReservations(refined.getReservationsCount() - 1).build();
    }

    /** The disk that a volume is made of. */
    public static Resource withoutVolume(Resource volume) {
        Resource.Builder disk = volume.toBuilder().clearShared();
        if (volume.getDisk().hasSource()) {
            disk.getDiskBuilder().clearPersistence().clearVolume();
        } else {
            disk.clearDisk();
        }
        return disk.build();
    }

    private static Resource sized(Resource disk, double size) {
        return disk.toBuilder()
                .setScalar(Value.Scalar.newBuilder().setValue(size))
                .build();
    }
}

package io.stoa.state.resources;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.apache.mesos.v1.Protos.Volume;

/** Mesos' text form of a resource, as it appears in its messages and logs. */
public final class ResourceFormat {

    private ResourceFormat() {}

    /**
     * Copies of something shared are printed once, with their number.
     *
     * @param resources with reservations as a stack only
     */
    static String print(List<Resource> resources) {
        if (resources.isEmpty()) {
            return "{}";
        }
        Map<Resource, Integer> copies = new HashMap<>();
        StringJoiner text = new StringJoiner("; ");
        for (Resource resource : resources) {
            if (resource.hasShared()) {
                copies.merge(resource, 1, Integer::sum);
            }
        }
        for (Resource resource : resources) {
            Integer count = resource.hasShared() ? copies.remove(resource) : Integer.valueOf(0);
            if (count != null) {
                text.add(print(resource) + (count == 0 ? "" : "<" + count + ">"));
            }
        }
        return text.toString();
    }

    /** @param resource with reservations as a stack only; its value may be malformed */
    public static String print(Resource resource) {
        StringBuilder text = new StringBuilder(resource.getName());
        if (resource.hasAllocationInfo()) {
            text.append("(allocated: ")
                    .append(resource.getAllocationInfo().getRole())
                    .append(')');
        }
        if (resource.getReservationsCount() > 0) {
            text.append(resource.getReservationsList().stream()
                    .map(ResourceFormat::print)
                    .collect(Collectors.joining(",", "(reservations: [", "])")));
        }
        if (resource.hasDisk()) {
            text.append('[').append(print(resource.getDisk())).append(']');
        }
        if (resource.hasRevocable()) {
            text.append("{REV}");
        }
        if (resource.hasShared()) {
            text.append("<SHARED>");
        }
        return text.append(':').append(value(resource)).toString();
    }

    private static String value(Resource resource) {
        return switch (resource.getType()) {
            case SCALAR -> scalar(resource.getScalar().getValue());
            case RANGES ->
                resource.getRanges().getRangeList().stream()
                        .map(range ->
                                Long.toUnsignedString(range.getBegin()) + "-" + Long.toUnsignedString(range.getEnd()))
                        .collect(Collectors.joining(", ", "[", "]"));
            case SET -> "{" + String.join(", ", resource.getSet().getItemList()) + "}";
            case TEXT -> "";
        };
    }

    private static String scalar(double value) {
        long milli = ResourceValue.Scalar.toMilli(value);
        return milli < 0
                ? "-" + new ResourceValue.Scalar(-(milli + 1) + 1)
                : new ResourceValue.Scalar(milli).toString();
    }

    private static String print(ReservationInfo reservation) {
        StringBuilder text =
                new StringBuilder("(").append(reservation.getType()).append(',');
        text.append(reservation.getRole());
        if (reservation.hasPrincipal()) {
            text.append(',').append(reservation.getPrincipal());
        }
        if (reservation.hasLabels()) {
            text.append(',').append(print(reservation.getLabels()));
        }
        return text.append(')').toString();
    }

    private static String print(Labels labels) {
        return labels.getLabelsList().stream().map(ResourceFormat::print).collect(Collectors.joining(", ", "{", "}"));
    }

    private static String print(Label label) {
        return label.hasValue() ? label.getKey() + ": " + label.getValue() : label.getKey();
    }

    private static String print(DiskInfo disk) {
        StringBuilder text = new StringBuilder();
        if (disk.hasSource()) {
            text.append(print(disk.getSource()));
        }
        if (disk.hasPersistence()) {
            text.append(disk.hasSource() ? "," : "")
                    .append(disk.getPersistence().getId());
        }
        if (disk.hasVolume()) {
            text.append(':').append(print(disk.getVolume()));
        }
        return text.toString();
    }

    private static String print(DiskInfo.Source source) {
        if (source.hasId() || source.hasProfile()) {
            return source.getType() + "(" + source.getVendor() + "," + source.getId() + "," + source.getProfile() + ")";
        }
        boolean mounted = source.getType() == DiskInfo.Source.Type.MOUNT
                && source.getMount().hasRoot();
        boolean path = source.getType() == DiskInfo.Source.Type.PATH
                && source.getPath().hasRoot();
        String root = mounted ? source.getMount().getRoot() : source.getPath().getRoot();
        return mounted || path
                ? source.getType() + ":" + root
                : source.getType().toString();
    }

    private static String print(Volume volume) {
        if (!volume.hasHostPath()) {
            return volume.getContainerPath();
        }
        String mode = volume.hasMode() ? ":" + (volume.getMode() == Volume.Mode.RW ? "rw" : "ro") : "";
        return volume.getHostPath() + ":" + volume.getContainerPath() + mode;
    }
}

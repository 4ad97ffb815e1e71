package io.stoa.mesos.validation;

import io.stoa.state.resources.Resources;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.mesos.v1.Protos.Offer.Operation;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.AllocationInfo;

/** The resources in operations that reserve and make volumes, in whatever form they were sent. */
public final class OperationResources {

    private OperationResources() {}

    /** What is malformed, in Mesos' words: to be asked before anything else is done with an operation. */
    public static Optional<String> invalidity(Operation operation) {
        return switch (operation.getType()) {
            case RESERVE ->
                operation.hasReserve()
                        ? malformed(operation.getReserve().getResourcesList())
                                .or(() -> malformed(operation.getReserve().getSourceList()))
                        : missing("A RESERVE offer operation", "reserve", ".");
            case UNRESERVE ->
                operation.hasUnreserve()
                        ? malformed(operation.getUnreserve().getResourcesList())
                        : missing("An UNRESERVE offer operation", "unreserve", ".");
            case CREATE ->
                operation.hasCreate()
                        ? malformed(operation.getCreate().getVolumesList())
                        : missing("A CREATE offer operation", "create", ".");
            case DESTROY ->
                operation.hasDestroy()
                        ? malformed(operation.getDestroy().getVolumesList())
                        : missing("A DESTROY offer operation", "destroy", ".");
            case GROW_VOLUME ->
                operation.hasGrowVolume()
                        ? Resources.invalidity(operation.getGrowVolume().getVolume())
                                .or(() -> Resources.invalidity(
                                        operation.getGrowVolume().getAddition()))
                        : missing("A GROW_VOLUME operation", "grow_volume", "");
            case SHRINK_VOLUME ->
                operation.hasShrinkVolume()
                        ? Resources.invalidity(operation.getShrinkVolume().getVolume())
                        : missing("A SHRINK_VOLUME offer operation", "shrink_volume", "");
            case CREATE_DISK ->
                operation.hasCreateDisk()
                        ? Resources.invalidity(operation.getCreateDisk().getSource())
                        : missing("A CREATE_DISK offer operation", "create_disk", ".");
            case DESTROY_DISK ->
                operation.hasDestroyDisk()
                        ? Resources.invalidity(operation.getDestroyDisk().getSource())
                        : missing("A DESTROY_DISK offer operation", "destroy_disk", ".");
            case LAUNCH, LAUNCH_GROUP, UNKNOWN -> Optional.of("Unknown offer operation");
        };
    }

    private static Optional<String> missing(String what, String field, String end) {
        return Optional.of(what + " must have the Offer.Operation." + field + " field set" + end);
    }

    private static Optional<String> malformed(List<Resource> resources) {
        try {
            Resources.of(resources);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** The same operation with reservations as a stack, and the role of the offers where a resource says none. */
    public static Operation completed(Operation operation, String role) {
        AllocationInfo allocation = AllocationInfo.newBuilder().setRole(role).build();
        return mapped(operation, resource -> {
            Resource refined = Resources.refined(resource);
            return refined.hasAllocationInfo()
                    ? refined
                    : refined.toBuilder().setAllocationInfo(allocation).build();
        });
    }

    /** The same operation with reservations as a stack. */
    public static Operation refined(Operation operation) {
        return mapped(operation, Resources::refined);
    }

    /** The first role other than this one that resources of the operation are allocated to. */
    public static Optional<String> otherRole(Operation completed, String role) {
        return switch (completed.getType()) {
            case RESERVE -> otherRole(completed.getReserve().getResourcesList(), role);
            case UNRESERVE -> otherRole(completed.getUnreserve().getResourcesList(), role);
            case CREATE -> otherRole(completed.getCreate().getVolumesList(), role);
            case DESTROY -> otherRole(completed.getDestroy().getVolumesList(), role);
            case GROW_VOLUME ->
                otherRole(
                        List.of(
                                completed.getGrowVolume().getVolume(),
                                completed.getGrowVolume().getAddition()),
                        role);
            case SHRINK_VOLUME -> otherRole(List.of(completed.getShrinkVolume().getVolume()), role);
            default -> Optional.empty();
        };
    }

    private static Optional<String> otherRole(List<Resource> resources, String role) {
        return resources.stream()
                .map(resource -> resource.getAllocationInfo().getRole())
                .filter(allocated -> !allocated.equals(role))
                .findFirst();
    }

    private static Operation mapped(Operation operation, UnaryOperator<Resource> change) {
        Operation.Builder mapped = operation.toBuilder();
        switch (operation.getType()) {
            case RESERVE ->
                mapped.getReserveBuilder()
                        .clearResources()
                        .addAllResources(mapped(operation.getReserve().getResourcesList(), change))
                        .clearSource()
                        .addAllSource(mapped(operation.getReserve().getSourceList(), change));
            case UNRESERVE ->
                mapped.getUnreserveBuilder()
                        .clearResources()
                        .addAllResources(mapped(operation.getUnreserve().getResourcesList(), change));
            case CREATE ->
                mapped.getCreateBuilder()
                        .clearVolumes()
                        .addAllVolumes(mapped(operation.getCreate().getVolumesList(), change));
            case DESTROY ->
                mapped.getDestroyBuilder()
                        .clearVolumes()
                        .addAllVolumes(mapped(operation.getDestroy().getVolumesList(), change));
            case GROW_VOLUME ->
                mapped.getGrowVolumeBuilder()
                        .setVolume(change.apply(operation.getGrowVolume().getVolume()))
                        .setAddition(change.apply(operation.getGrowVolume().getAddition()));
            case SHRINK_VOLUME ->
                mapped.getShrinkVolumeBuilder()
                        .setVolume(change.apply(operation.getShrinkVolume().getVolume()));
            default -> {
                // The others are not done, so nobody looks at their resources.
            }
        }
        return mapped.build();
    }

    private static List<Resource> mapped(List<Resource> resources, UnaryOperator<Resource> change) {
        return resources.stream().map(change).toList();
    }
}

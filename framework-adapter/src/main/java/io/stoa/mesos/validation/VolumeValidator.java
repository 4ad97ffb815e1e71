package io.stoa.mesos.validation;

import io.stoa.state.resources.Conversions;
import io.stoa.state.resources.ResourceFormat;
import io.stoa.state.resources.Resources;
import io.stoa.v1.IdValidator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo.Source;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.Protos.Volume;

/** What is wrong with CREATE, DESTROY, GROW_VOLUME and SHRINK_VOLUME. */
final class VolumeValidator {

    private VolumeValidator() {}

    static Optional<String> create(Offer.Operation.Create create, OperationContext context) {
        List<Resource> volumes = create.getVolumesList();
        List<Resource> all = new ArrayList<>(context.total().volumes().toProto());
        all.addAll(volumes);
        return volumesInvalidity(volumes)
                .or(() -> ResourceRules.duplicatePersistenceId(all))
                .or(() -> volumes.stream()
                        .flatMap(volume -> creation(volume, context).stream())
                        .findFirst())
                .or(() -> context.framework().isPresent()
                        ? ResourceRules.severalRoles(volumes).map("Invalid volume resources: "::concat)
                        : Optional.empty());
    }

    private static Optional<String> creation(Resource volume, OperationContext context) {
        String text = ResourceFormat.print(volume);
        return context.framework()
                .filter(framework -> volume.hasShared()
                        && !FrameworkValidator.has(framework, FrameworkInfo.Capability.Type.SHARED_RESOURCES))
                .map(framework -> "Create volume operation for '" + text + "' has been attempted by framework '"
                        + framework.getId().getValue() + "' with no SHARED_RESOURCES capability")
                .or(() -> OperationValidator.agentIncapable(volume, "Volume " + text, "created", context))
                .or(() -> context.principal().flatMap(principal -> principal(volume, principal)))
                .or(() -> directory(volume));
    }

    /** The agent has a directory for the volumes of a role; Mesos' ends where there can be none. */
    private static Optional<String> directory(Resource volume) {
        String role = ResourceRules.reservationRole(volume);
        return IdValidator.isTooLong(role) && volume.getDisk().getSource().getType() != Source.Type.MOUNT
                ? Optional.of("Role '" + role + "' is too long for a persistent volume")
                : Optional.empty();
    }

    private static Optional<String> principal(Resource volume, String principal) {
        Resource.DiskInfo.Persistence persistence = volume.getDisk().getPersistence();
        if (!persistence.hasPrincipal()) {
            return Optional.of("Create volume operation attempted by principal '" + principal
                    + "', but there is a volume in the operation with no principal set in 'disk.persistence'");
        }
        return persistence.getPrincipal().equals(principal)
                ? Optional.empty()
                : Optional.of("Create volume operation attempted by authenticated principal '" + principal
                        + "', which does not match a volume in the operation with principal '"
                        + persistence.getPrincipal() + "' set in 'disk.persistence'");
    }

    static Optional<String> destroy(Offer.Operation.Destroy destroy, OperationContext context) {
        List<Resource> volumes = destroy.getVolumesList().stream()
                .map(volume -> volume.toBuilder().clearAllocationInfo().build())
                .toList();
        return volumesInvalidity(volumes)
                .or(() -> volumes.stream().allMatch(volume -> isIn(context.total(), volume))
                        ? Optional.empty()
                        : Optional.of("Persistent volumes not found"))
                .or(() -> volumes.stream().anyMatch(volume -> isIn(context.used(), volume))
                        ? Optional.of("Persistent volumes in use")
                        : Optional.empty());
    }

    private static boolean isIn(Resources resources, Resource volume) {
        return resources.contains(Resources.of(List.of(volume)));
    }

    static Optional<String> grow(Offer.Operation.GrowVolume grow, OperationContext context) {
        Resource volume = grow.getVolume();
        if (isNotPositive(grow.getAddition().getScalar())) {
            return Optional.of("The size of 'GrowVolume.addition' field must be greater than zero");
        }
        if (volume.hasProviderId()) {
            return Optional.of("Growing a volume from a resource provider is not supported");
        }
        Optional<String> error =
                persistentVolume(volume).map("Invalid persistent volume in the 'GrowVolume.volume' field: "::concat);
        if (error.isPresent()) {
            return error;
        }
        if (volume.hasShared()) {
            return Optional.of("Growing a shared persistent volume is not supported");
        }
        if (!addUp(Conversions.withoutVolume(volume), grow.getAddition())) {
            return Optional.of("Incompatible resources in the 'GrowVolume.volume' and 'GrowVolume.addition' fields");
        }
        return resizable(volume, "grown", context);
    }

    /** True where the two are one resource together, as parts of one disk are. */
    private static boolean addUp(Resource disk, Resource addition) {
        return disk.getAllocationInfo().equals(addition.getAllocationInfo())
                && Resources.of(List.of(disk, addition)).toProto().size() == 1;
    }

    static Optional<String> shrink(Offer.Operation.ShrinkVolume shrink, OperationContext context) {
        Resource volume = shrink.getVolume();
        if (isNotPositive(shrink.getSubtract())) {
            return Optional.of("Value of 'ShrinkVolume.subtract' must be greater than zero");
        }
        if (Resources.milli(volume.getScalar()) <= Resources.milli(shrink.getSubtract())) {
            return Optional.of(
                    "Value of 'ShrinkVolume.subtract' must be smaller than the size of 'ShrinkVolume.volume'");
        }
        if (volume.hasProviderId()) {
            return Optional.of("Shrinking a volume from a resource provider is not supported");
        }
        if (volume.getDisk().getSource().getType() == Resource.DiskInfo.Source.Type.MOUNT) {
            return Optional.of("Shrinking a volume on a MOUNT disk is not supported");
        }
        Optional<String> error =
                persistentVolume(volume).map("Invalid persistent volume in the 'ShrinkVolume.volume' field: "::concat);
        if (error.isPresent()) {
            return error;
        }
        return volume.hasShared()
                ? Optional.of("Shrinking a shared persistent volume is not supported")
                : resizable(volume, "shrunk", context);
    }

    private static Optional<String> resizable(Resource volume, String done, OperationContext context) {
        return context.agentCan(AgentInfo.Capability.Type.RESIZE_VOLUME)
                ? Optional.empty()
                : Optional.of("Volume " + ResourceFormat.print(volume) + " cannot be " + done
                        + " on an agent without RESIZE_VOLUME capability");
    }

    private static boolean isNotPositive(Value.Scalar scalar) {
        return Resources.milli(scalar) <= 0;
    }

    private static Optional<String> volumesInvalidity(List<Resource> volumes) {
        return ResourceRules.invalidity(volumes, Resources.of(volumes))
                .or(() -> ResourceRules.severalProviders(volumes))
                .map("Invalid resources: "::concat)
                .or(() -> volumes.stream()
                        .flatMap(volume -> persistentVolume(volume).stream())
                        .findFirst()
                        .map("Not a persistent volume: "::concat));
    }

    private static Optional<String> persistentVolume(Resource volume) {
        if (!volume.hasDisk()) {
            return Optional.of("Resource " + ResourceFormat.print(volume) + " does not have DiskInfo");
        }
        if (!volume.getDisk().hasPersistence()) {
            return Optional.of("'persistence' is not set in DiskInfo");
        }
        if (!volume.getDisk().hasVolume()) {
            return Optional.of("Expecting 'volume' to be set for persistent volume");
        }
        return volume.getDisk().getVolume().getMode() == Volume.Mode.RO
                ? Optional.of("Read-only persistent volume not supported")
                : Optional.empty();
    }
}

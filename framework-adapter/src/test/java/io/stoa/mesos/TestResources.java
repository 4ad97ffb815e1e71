package io.stoa.mesos;

import io.stoa.state.resources.Resources;
import java.util.Arrays;
import java.util.List;
import org.apache.mesos.v1.Protos.Offer.Operation;
import org.apache.mesos.v1.Protos.OperationID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.Protos.Volume;

/** Resources in the form with a stack of reservations, and operations on them. */
public final class TestResources {

    private TestResources() {}

    /** Dynamically reserved for each of the roles, one reservation on the other. */
    public static Resource reserved(String name, double amount, String... roles) {
        Resource.Builder resource = Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(amount));
        for (String role : roles) {
            resource.addReservations(ReservationInfo.newBuilder()
                    .setType(ReservationInfo.Type.DYNAMIC)
                    .setRole(role));
        }
        return resource.build();
    }

    public static Resource volume(String id, double size, String... roles) {
        Resource.Builder volume = reserved("disk", size, roles).toBuilder();
        volume.getDiskBuilder()
                .setPersistence(DiskInfo.Persistence.newBuilder().setId(id))
                .setVolume(Volume.newBuilder().setContainerPath("data").setMode(Volume.Mode.RW));
        return volume.build();
    }

    public static Resource shared(Resource volume) {
        return volume.toBuilder()
                .setShared(Resource.SharedInfo.getDefaultInstance())
                .build();
    }

    /** A part of an additional disk; {@code disk} may be a volume. */
    public static Resource onDisk(Resource disk, DiskInfo.Source.Type type) {
        Resource.Builder changed = disk.toBuilder();
        changed.getDiskBuilder().setSource(DiskInfo.Source.newBuilder().setType(type));
        return changed.build();
    }

    public static Resources bag(Resource... resources) {
        return Resources.of(List.of(resources));
    }

    public static Operation.Builder reserve(Resource... resources) {
        return Operation.newBuilder()
                .setType(Operation.Type.RESERVE)
                .setReserve(Operation.Reserve.newBuilder().addAllResources(Arrays.asList(resources)));
    }

    public static Operation.Builder unreserve(Resource... resources) {
        return Operation.newBuilder()
                .setType(Operation.Type.UNRESERVE)
                .setUnreserve(Operation.Unreserve.newBuilder().addAllResources(Arrays.asList(resources)));
    }

    public static Operation.Builder createVolumes(Resource... volumes) {
        return Operation.newBuilder()
                .setType(Operation.Type.CREATE)
                .setCreate(Operation.Create.newBuilder().addAllVolumes(Arrays.asList(volumes)));
    }

    public static Operation.Builder destroy(Resource... volumes) {
        return Operation.newBuilder()
                .setType(Operation.Type.DESTROY)
                .setDestroy(Operation.Destroy.newBuilder().addAllVolumes(Arrays.asList(volumes)));
    }

    public static Operation.Builder grow(Resource volume, Resource addition) {
        return Operation.newBuilder()
                .setType(Operation.Type.GROW_VOLUME)
                .setGrowVolume(
                        Operation.GrowVolume.newBuilder().setVolume(volume).setAddition(addition));
    }

    public static Operation.Builder shrink(Resource volume, double subtract) {
        return Operation.newBuilder()
                .setType(Operation.Type.SHRINK_VOLUME)
                .setShrinkVolume(Operation.ShrinkVolume.newBuilder()
                        .setVolume(volume)
                        .setSubtract(Value.Scalar.newBuilder().setValue(subtract)));
    }

    public static OperationID id(String value) {
        return OperationID.newBuilder().setValue(value).build();
    }
}

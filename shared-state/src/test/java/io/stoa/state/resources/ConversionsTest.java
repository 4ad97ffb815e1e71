package io.stoa.state.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.mesos.v1.Protos.Offer.Operation;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.Protos.Volume;
import org.junit.jupiter.api.Test;

class ConversionsTest {

    private static final Resource CPUS = scalar("cpus", 2, "ads");
    private static final Resource DISK = scalar("disk", 10, "ads");

    private static Resource scalar(String name, double amount, String... roles) {
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

    private static Resource volume(Resource disk, UnaryOperator<Resource.Builder> change) {
        Resource.Builder volume = disk.toBuilder();
        volume.getDiskBuilder()
                .setPersistence(DiskInfo.Persistence.newBuilder().setId("v"))
                .setVolume(Volume.newBuilder().setContainerPath("data").setMode(Volume.Mode.RW));
        return change.apply(volume).build();
    }

    private static Resource volume(Resource disk) {
        return volume(disk, UnaryOperator.identity());
    }

    private static Resource onPath(Resource disk) {
        Resource.Builder path = disk.toBuilder();
        path.getDiskBuilder()
                .setSource(DiskInfo.Source.newBuilder()
                        .setType(DiskInfo.Source.Type.PATH)
                        .setPath(DiskInfo.Source.Path.newBuilder().setRoot("/mnt")));
        return path.build();
    }

    private static Conversion conversion(Resource consumed, Resource... converted) {
        return new Conversion(Resources.of(List.of(consumed)), Resources.of(List.of(converted)));
    }

    private static List<Conversion> conversions(Operation.Type type, UnaryOperator<Operation.Builder> what) {
        return Conversions.of(what.apply(Operation.newBuilder().setType(type)).build());
    }

    @Test
    void reservePushesOneReservationOnEachResource() {
        Resource refined = scalar("mem", 64, "ads", "ads/web");

        assertThat(conversions(
                        Operation.Type.RESERVE,
                        op -> op.setReserve(Operation.Reserve.newBuilder()
                                .addResources(CPUS)
                                .addResources(refined))))
                .containsExactly(new Conversion(
                        Resources.of(List.of(scalar("cpus", 2), scalar("mem", 64, "ads"))),
                        Resources.of(List.of(CPUS, refined))));
    }

    @Test
    @SuppressWarnings("deprecation") // Mesos' pre-refinement fields role and reservation
    void theOldFormOfAReservationIsUnderstood() {
        Resource old = scalar("cpus", 2).toBuilder()
                .setRole("ads")
                .setReservation(ReservationInfo.newBuilder().setPrincipal("me"))
                .build();
        Resource refined = CPUS.toBuilder()
                .setReservations(
                        0,
                        CPUS.getReservations(0).toBuilder().setPrincipal("me").build())
                .build();

        assertThat(conversions(
                        Operation.Type.RESERVE,
                        op -> op.setReserve(Operation.Reserve.newBuilder().addResources(old))))
                .containsExactly(conversion(scalar("cpus", 2), refined));
    }

    @Test
    void reserveFromASourceConsumesThatSource() {
        Resource other = scalar("cpus", 2, "web");

        assertThat(conversions(
                        Operation.Type.RESERVE,
                        op -> op.setReserve(
                                Operation.Reserve.newBuilder().addSource(other).addResources(CPUS))))
                .containsExactly(conversion(other, CPUS));
    }

    @Test
    void unreservePopsOneReservation() {
        Resource refined = scalar("mem", 64, "ads", "ads/web");

        assertThat(conversions(
                        Operation.Type.UNRESERVE,
                        op -> op.setUnreserve(Operation.Unreserve.newBuilder()
                                .addResources(CPUS)
                                .addResources(refined))))
                .containsExactly(conversion(CPUS, scalar("cpus", 2)), conversion(refined, scalar("mem", 64, "ads")));
    }

    @Test
    void whatIsNothingChangesNothing() {
        assertThat(conversions(
                        Operation.Type.RESERVE,
                        op -> op.setReserve(Operation.Reserve.newBuilder().addResources(scalar("cpus", 0, "ads")))))
                .isEmpty();
    }

    @Test
    void createAndDestroyAreEachOthersOpposite() {
        Resource volume = volume(DISK);
        Resource shared = volume(DISK, each -> each.setShared(Resource.SharedInfo.getDefaultInstance()));
        Resource onPath = volume(onPath(DISK));

        assertThat(conversions(
                        Operation.Type.CREATE,
                        op -> op.setCreate(Operation.Create.newBuilder()
                                .addVolumes(volume)
                                .addVolumes(shared)
                                .addVolumes(onPath))))
                .containsExactly(conversion(DISK, volume), conversion(DISK, shared), conversion(onPath(DISK), onPath));
        assertThat(conversions(
                        Operation.Type.DESTROY,
                        op -> op.setDestroy(Operation.Destroy.newBuilder()
                                .addVolumes(shared)
                                .addVolumes(onPath))))
                .containsExactly(conversion(shared, DISK), conversion(onPath, onPath(DISK)));
    }

    @Test
    void aVolumeGrowsByAnAdditionAndGivesBackWhatItShrinksBy() {
        Resource volume = volume(DISK);
        Resource grown = volume(scalar("disk", 14.5, "ads"));

        assertThat(conversions(
                        Operation.Type.GROW_VOLUME,
                        op -> op.setGrowVolume(Operation.GrowVolume.newBuilder()
                                .setVolume(volume)
                                .setAddition(scalar("disk", 4.5, "ads")))))
                .containsExactly(new Conversion(
                        Resources.of(List.of(volume, scalar("disk", 4.5, "ads"))), Resources.of(List.of(grown))));
        assertThat(conversions(
                        Operation.Type.SHRINK_VOLUME,
                        op -> op.setShrinkVolume(Operation.ShrinkVolume.newBuilder()
                                .setVolume(grown)
                                .setSubtract(Value.Scalar.newBuilder().setValue(4.5)))))
                .containsExactly(conversion(grown, volume, scalar("disk", 4.5, "ads")));
    }

    @Test
    void otherOperationsConvertNothing() {
        assertThatThrownBy(() -> conversions(Operation.Type.LAUNCH, UnaryOperator.identity()))
                .hasMessage("type: LAUNCH (expected: a conversion)");
    }
}

package io.stoa.client.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.Test;

class ResourcesTest {

    private static final Resource VOLUME = scalar("disk", 64).toBuilder()
            .setDisk(Resource.DiskInfo.newBuilder()
                    .setPersistence(Resource.DiskInfo.Persistence.newBuilder().setId("data")))
            .build();

    @Test
    void whatIsTakenAndGivenBackIsThereAgain() {
        Resources free = Resources.of(List.of(scalar("cpus", 4), scalar("mem", 1024), ports(31_000, 31_009)));
        Resources task = Resources.of(List.of(scalar("cpus", 0.1), ports(31_004, 31_005)));

        Resources left = free.minus(task);

        assertThat(left.scalar("cpus")).isEqualTo(3.9);
        assertThat(left.count("ports")).isEqualTo(8);
        assertThat(left.contains(task)).isFalse();
        assertThat(left.plus(task)).isEqualTo(free).hasSameHashCodeAs(free);
    }

    @Test
    void thousandthsAddUpExactly() {
        Resources sum = Resources.EMPTY;
        for (int i = 0; i < 10; i++) {
            sum = sum.plus(Resources.of(List.of(scalar("cpus", 0.1))));
        }

        assertThat(sum).isEqualTo(Resources.of(List.of(scalar("cpus", 1))));
    }

    @Test
    void whatIsReservedDoesNotFitWhereItIsFreeForAll() {
        Resources reserved = Resources.of(List.of(reserved("cpus", 4, "web")));

        assertThat(reserved.contains(Resources.of(List.of(scalar("cpus", 1))))).isFalse();
        assertThat(reserved.contains(Resources.of(List.of(reserved("cpus", 1, "web")))))
                .isTrue();
    }

    @Test
    void theOldFormOfAReservationIsTheNewOne() {
        Resource stack = scalar("cpus", 4).toBuilder()
                .addReservations(Resource.ReservationInfo.newBuilder()
                        .setType(Resource.ReservationInfo.Type.DYNAMIC)
                        .setRole("web")
                        .setPrincipal("ops"))
                .build();

        Resources old = Resources.of(Resources.of(List.of(stack)).toProto());

        assertThat(old).isEqualTo(Resources.of(List.of(stack)));
        assertThat(old.toProto().get(0).getReservation().getPrincipal()).isEqualTo("ops");
    }

    @Test
    void whatIsReservedAboveARoleIsForTheRoleToo() {
        Resources free =
                Resources.of(List.of(scalar("cpus", 1), reserved("cpus", 2, "web"), reserved("cpus", 4, "web/eu")));

        assertThat(free.usableBy("web/eu").scalar("cpus")).isEqualTo(7);
        assertThat(free.usableBy("web").scalar("cpus")).isEqualTo(3);
        assertThat(free.usableBy("webs").scalar("cpus")).isEqualTo(1);
    }

    @Test
    void reservedResourcesAreChosenFirst() {
        Resources free = Resources.of(List.of(scalar("cpus", 4), scalar("mem", 256), reserved("cpus", 2, "web")));

        Resources chosen = free.choose("web", Demand.of(3, 128)).orElseThrow();

        assertThat(chosen)
                .isEqualTo(Resources.of(List.of(scalar("cpus", 1), scalar("mem", 128), reserved("cpus", 2, "web"))));
        assertThat(free.contains(chosen)).isTrue();
    }

    @Test
    void theLowestFreePortsAreChosen() {
        Resources free = Resources.of(List.of(ports(31_000, 31_001), ports(31_005, 31_009)));

        Resources chosen = free.choose("web", new Demand(Map.of(), 3)).orElseThrow();

        assertThat(chosen.ports()).containsExactly(31_000, 31_001, 31_005);
    }

    @Test
    void nothingIsChosenWhereOneThingIsShort() {
        Resources free = Resources.of(List.of(scalar("cpus", 4), scalar("mem", 100), ports(1, 2), VOLUME));

        assertThat(free.choose("web", Demand.of(1, 101))).isEmpty();
        assertThat(free.choose("web", Demand.of(1, 100).withPorts(3))).isEmpty();
        assertThat(free.choose("web", Demand.of(1, 100).with("disk", 64))).isEmpty();
        assertThat(free.choose("web", Demand.of(4, 100).withPorts(2))).isPresent();
    }

    @Test
    void aVolumeIsOnePiece() {
        Resources two = Resources.of(List.of(VOLUME, VOLUME));
        Resource half = VOLUME.toBuilder()
                .setScalar(Value.Scalar.newBuilder().setValue(32))
                .build();

        assertThat(two.toProto()).hasSize(2);
        assertThat(two.contains(Resources.of(List.of(half)))).isFalse();
        assertThat(two.minus(Resources.of(List.of(VOLUME)))).isEqualTo(Resources.of(List.of(VOLUME)));
    }

    @Test
    void whatIsSharedIsEnoughForEverybody() {
        Resources shared = Resources.of(List.of(VOLUME.toBuilder()
                .setShared(Resource.SharedInfo.getDefaultInstance())
                .build()));

        assertThat(shared.contains(shared.plus(shared))).isTrue();
        assertThat(shared.minus(shared)).isEqualTo(shared);
        assertThat(shared.unshared().isEmpty()).isTrue();
    }

    @Test
    void aTaskFitsWithTheExecutorThatItBrings() {
        TaskInfo task = TaskInfo.newBuilder()
                .setName("task")
                .setTaskId(TaskID.newBuilder().setValue("task"))
                .setAgentId(AgentID.newBuilder().setValue("agent"))
                .addResources(scalar("cpus", 1))
                .setExecutor(ExecutorInfo.newBuilder()
                        .setExecutorId(ExecutorID.newBuilder().setValue("executor"))
                        .addResources(scalar("cpus", 0.5)))
                .build();

        assertThat(Resources.of(List.of(scalar("cpus", 1.5))).fits(task)).isTrue();
        assertThat(Resources.of(List.of(scalar("cpus", 1.499))).fits(task)).isFalse();
    }

    @Test
    void rangesAndSetsAreReckonedWithToo() {
        Resources free = Resources.of(List.of(set("disks", "a", "b", "c"), ports(0, Long.MAX_VALUE)));
        Resources taken = Resources.of(List.of(set("disks", "b"), ports(7, Long.MAX_VALUE)));

        assertThat(free.minus(taken))
                .hasToString("disks:{a, c}; ports:[0-6]")
                .isEqualTo(Resources.of(List.of(set("disks", "c", "a"), ports(3, 6), ports(0, 4))));
    }

    @Test
    void aRangeThatIsNoneIsRefused() {
        assertThatThrownBy(() -> Resources.of(List.of(ports(9, 8))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("range: 9-8 (expected: 0 <= begin <= end < 2^63)");
        assertThatThrownBy(() -> Demand.of(-1, 1)).hasMessage("cpus: -1.0 (expected: > 0 and <= 1e12)");
    }

    private static Resource scalar(String name, double amount) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(amount))
                .build();
    }

    @SuppressWarnings("deprecation") // The form that masters give out.
    private static Resource reserved(String name, double amount, String role) {
        return scalar(name, amount).toBuilder().setRole(role).build();
    }

    private static Resource ports(long begin, long end) {
        return Resource.newBuilder()
                .setName("ports")
                .setType(Value.Type.RANGES)
                .setRanges(Value.Ranges.newBuilder()
                        .addRange(Value.Range.newBuilder().setBegin(begin).setEnd(end)))
                .build();
    }

    private static Resource set(String name, String... items) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SET)
                .setSet(Value.Set.newBuilder().addAllItem(List.of(items)))
                .build();
    }
}

package io.stoa.examples.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.client.resources.Resources;
import io.stoa.examples.Program;
import io.stoa.examples.WorkId;
import io.stoa.examples.batch.BinPacking.Host;
import io.stoa.examples.batch.BinPacking.Placement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class BinPackingTest {

    private static final String ANY_ROLE = "*";

    private static Resource scalar(String name, double amount) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(amount))
                .build();
    }

    private static Resources resources(double cpus, double memMb) {
        return Resources.of(List.of(scalar("cpus", cpus), scalar("mem", memMb)));
    }

    /** Of 4 cpus and 4096 MiB. */
    private static Host host(String id, double freeCpus, double freeMemMb) {
        return new Host(id, resources(freeCpus, freeMemMb), resources(4, 4096));
    }

    private static List<Want> wants(String name, int count, double cpus, double memMb) {
        List<Want> wants = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            wants.add(new Want(
                    new WorkId(name, number, 0), new Program(Optional.of("true"), Optional.empty(), cpus, memMb)));
        }
        return wants;
    }

    /** How many tasks of which name are where. */
    private static Map<String, Map<String, Integer>> pack(List<Want> wants, Host... hosts) {
        Map<String, Map<String, Integer>> packed = new TreeMap<>();
        for (Placement placement : BinPacking.pack(wants, List.of(hosts), ANY_ROLE)) {
            packed.computeIfAbsent(placement.agentId(), id -> new TreeMap<>())
                    .merge(placement.want().id().name(), 1, Integer::sum);
        }
        return packed;
    }

    @Test
    void theFullestHostThatHasRoomIsTaken() {
        assertThat(pack(wants("a", 1, 1, 512), host("empty", 4, 4096), host("half", 2, 2048), host("full", 0.5, 256)))
                .isEqualTo(Map.of("half", Map.of("a", 1)));
    }

    @Test
    void ofEmptyHostsTheSmallestThatHasRoomIsTaken() {
        Host small = new Host("small", resources(2, 1024), resources(2, 1024));
        assertThat(pack(wants("a", 3, 1, 128), host("large", 4, 4096), small))
                .isEqualTo(Map.of("small", Map.of("a", 2), "large", Map.of("a", 1)));
    }

    @Test
    void oneHostIsFilledBeforeTheNextIsBegun() {
        assertThat(pack(wants("a", 6, 1, 128), host("x", 4, 4096), host("y", 4, 4096), host("z", 4, 4096)))
                .isEqualTo(Map.of("x", Map.of("a", 4), "y", Map.of("a", 2)));
    }

    @Test
    void theLargestIsPlacedFirst() {
        List<Want> wants = new ArrayList<>(wants("small", 4, 1, 128));
        wants.addAll(wants("large", 1, 4, 128));
        // Else the small ones would take the only host, or one cpu of it at least.
        assertThat(pack(wants, host("x", 4, 4096))).isEqualTo(Map.of("x", Map.of("large", 1)));
    }

    @Test
    void whatFindsNoRoomIsLeftOut() {
        assertThat(pack(wants("a", 3, 1, 3000), host("x", 4, 4096), host("y", 4, 2048)))
                .isEqualTo(Map.of("x", Map.of("a", 1)));
        assertThat(pack(wants("a", 3, 1, 3000))).isEmpty();
    }

    @Test
    void whatIsReservedForOthersIsNotTaken() {
        Resource reserved = scalar("cpus", 4).toBuilder()
                .addReservations(Resource.ReservationInfo.newBuilder()
                        .setType(Resource.ReservationInfo.Type.STATIC)
                        .setRole("others"))
                .build();
        Resources all = Resources.of(List.of(reserved, scalar("mem", 4096)));
        Host host = new Host("x", all, all);
        assertThat(BinPacking.pack(wants("a", 1, 1, 32), List.of(host), ANY_ROLE))
                .isEmpty();
        assertThat(BinPacking.pack(wants("a", 1, 1, 32), List.of(host), "others"))
                .singleElement()
                .satisfies(placement ->
                        assertThat(all.contains(placement.resources())).isTrue());
    }

    @RepeatedTest(20)
    void noHostIsEverOvercommittedAndNothingThatFitsIsLeft(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Host> hosts = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            hosts.add(host("host-" + i, random.nextInt(5), random.nextInt(9) * 512));
        }
        List<Want> wants = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            wants.addAll(wants(
                    "job-" + i, random.nextInt(10), (1 + random.nextInt(8)) / 4.0, (1 + random.nextInt(8)) * 128));
        }
        Collections.shuffle(wants, random);

        List<Placement> placements = BinPacking.pack(wants, hosts, ANY_ROLE);

        Map<String, Resources> left = new HashMap<>();
        hosts.forEach(host -> left.put(host.agentId(), host.free()));
        for (Placement placement : placements) {
            Resources before = left.getOrDefault(placement.agentId(), Resources.EMPTY);
            assertThat(before.contains(placement.resources())).isTrue();
            left.put(placement.agentId(), before.minus(placement.resources()));
        }
        List<Want> placed = placements.stream().map(Placement::want).toList();
        assertThat(placed).doesNotHaveDuplicates();
        wants.stream()
                .filter(want -> !placed.contains(want))
                .forEach(want -> assertThat(left.values())
                        .as("room for " + want)
                        .noneMatch(free ->
                                free.choose(ANY_ROLE, want.program().demand()).isPresent()));
    }
}

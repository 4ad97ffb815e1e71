package io.stoa.state.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.state.Fixtures;
import java.util.List;
import java.util.Map;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("deprecation") // Mesos' pre-refinement fields role and reservation
class ResourcesTest {

    @Test
    void textFormIsReadAndPrinted() {
        assertThat(Resources.parse("cpus:4.5;mem(role):1024;ports:[33000-34000, 31000-32000];set:{a,b}"))
                .hasToString("cpus:4.5; mem(reservations: [(STATIC,role)]):1024; ports:[31000-32000, 33000-34000];"
                        + " set:{a, b}");
        assertThat(Resources.parse("")).isEqualTo(Resources.EMPTY).hasToString("{}");
    }

    @Test
    void jsonFormIsRead() {
        String json = """
                [{"name":"cpus","type":"SCALAR","scalar":{"value":2.5}},
                 {"name":"ports","type":"RANGES","ranges":{"range":[{"begin":1,"end":9}]},"role":"web"}]""";

        assertThat(Resources.parse(json, "ads")).isEqualTo(Resources.parse("cpus(ads):2.5;ports(web):[1-9]"));
        assertThatThrownBy(() -> Resources.parse("[{\"name\":\"cpus\"}]"))
                .hasMessageStartingWith("Some JSON resources were not formatted properly: ");
    }

    @Test
    void defaultRoleHoldsForThoseThatNameNone() {
        assertThat(Resources.parse("cpus:1;mem(*):2", "ads")).isEqualTo(Resources.parse("cpus(ads):1;mem:2"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cpus | Bad value for resources, missing or extra ':' in cpus",
                "cpus:1:2 | Bad value for resources, missing or extra ':' in cpus:1:2",
                "cpus)a(:1 | Bad value for resources, mismatched parentheses in cpus)a(:1",
                "cpus(a:1 | Bad value for resources, mismatched parentheses in cpus(a:1",
                "cpus:-1 | Failed to parse resource cpus value -1 error Invalid scalar value '-1':"
                        + "Negative values not supported",
                "cpus:nan | Failed to parse resource cpus value nan error Invalid scalar value 'nan':NaN not supported",
                "cpus:inf | Failed to parse resource cpus value inf error Invalid scalar value 'inf':"
                        + "Infinite values not supported",
                "cpus:1e999 | Failed to parse resource cpus value 1e999 error Invalid scalar value '1e999':"
                        + "Infinite values not supported",
                "cpus:1e-310 | Failed to parse resource cpus value 1e-310 error Invalid scalar value '1e-310':"
                        + "Subnormal values not supported",
                "cpus:0.0001 | Invalid scalar resource: value <= 0",
                "cpus:1e300 | Invalid scalar resource: value <= 0",
                "cpus:four | Bad type for resource cpus value four type TEXT",
                "cpus:1d | Bad type for resource cpus value 1d type TEXT",
                "ports:[1-2 | Failed to parse resource ports value [1-2 error Mismatched brackets",
                "ports:[1] | Failed to parse resource ports value [1] error Expecting one or more \"ranges\"",
                "ports:[a-2] | Failed to parse resource ports value [a-2] error Expecting non-negative integers in 'a'",
                "ports:[5-2] | Invalid ranges resource: begin > end",
                "ports:1[2-3] | Failed to parse resource ports value 1[2-3] error Unexpected '[' found",
                "set:a{b} | Failed to parse resource set value a{b} error Unexpected '{' found",
                "set:{a,a} | Invalid set resource: duplicated elements",
                ":1;cpus:2 | Bad value for resources, missing or extra ':' in :1",
                "cpus(a//b):1 | Role 'a//b' cannot contain two adjacent slashes",
                "cpus(-a):1 | Role component '-a' is invalid because it starts with a dash",
                "x:1;x:{a} | Resources with the same name ('x') but different types are not allowed",
            })
    void malformedTextIsRefusedInMesosWords(String text, String message) {
        assertThatThrownBy(() -> Resources.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void invalidResourceOfMessageIsNamedAsMesosNamesIt() {
        Resource negative = scalar("cpus", -1)
                .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole("*"))
                .build();

        assertThatThrownBy(() -> Resources.of(List.of(negative)))
                .hasMessage("Resource 'cpus(allocated: *):-1' is invalid: Invalid scalar resource: value <= 0");
    }

    @Test
    void notANumberIsRefused() {
        for (double absurd : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e17, -Double.MAX_VALUE}) {
            assertThatThrownBy(() -> Resources.of(List.of(scalar("mem", absurd).build())))
                    .hasMessageEndingWith("is invalid: Invalid scalar resource: value <= 0");
        }
    }

    @Test
    void overlappingRangesAreRefused() {
        Resource ports = Resource.newBuilder()
                .setName("ports")
                .setType(Value.Type.RANGES)
                .setRanges(Value.Ranges.newBuilder()
                        .addRange(Value.Range.newBuilder().setBegin(5).setEnd(9))
                        .addRange(Value.Range.newBuilder().setBegin(1).setEnd(5)))
                .build();

        assertThatThrownBy(() -> Resources.of(List.of(ports)))
                .hasMessage("Resource 'ports:[5-9, 1-5]' is invalid: Invalid ranges resource: overlapping ranges");
    }

    @Test
    void thousandTenthsAreExactlyHundred() {
        Resources tenth = Resources.parse("cpus:0.1");
        Resources sum = Resources.EMPTY;
        for (int i = 0; i < 1000; i++) {
            sum = sum.plus(tenth);
        }
        assertThat(sum).isEqualTo(Resources.parse("cpus:100"));
        assertThat(tenth.toProto().get(0).getScalar().getValue()).isEqualTo(0.1);
    }

    @Test
    void scalarsAreRoundedToThousandthsHalfUp() {
        assertThat(Resources.parse("cpus:0.0005").scalarMilli("cpus")).isEqualTo(1);
        assertThat(Resources.parse("cpus:1.0014").scalarMilli("cpus")).isEqualTo(1001);
    }

    @Test
    void reservationOfTheOldFormIsTheSameAsOneOfTheNewForm() {
        Resource old = scalar("cpus", 1)
                .setRole("ads")
                .setReservation(ReservationInfo.newBuilder().setPrincipal("ops"))
                .build();
        Resource refined = scalar("cpus", 1)
                .addReservations(ReservationInfo.newBuilder()
                        .setType(ReservationInfo.Type.DYNAMIC)
                        .setRole("ads")
                        .setPrincipal("ops"))
                .build();

        assertThat(Resources.of(List.of(old))).isEqualTo(Resources.of(List.of(refined)));
        Resource printed = Resources.of(List.of(refined)).toProto("ads").get(0);
        assertThat(printed.getRole()).isEqualTo("ads");
        assertThat(printed.getReservation().getPrincipal()).isEqualTo("ops");
        assertThat(printed.getReservationsList()).isEqualTo(refined.getReservationsList());
        assertThat(printed.getAllocationInfo().getRole()).isEqualTo("ads");
    }

    @Test
    void reservedResourcesAreNoUnreservedOnes() {
        Resources unreserved = Resources.parse("cpus:4");
        Resources reserved = Resources.parse("cpus(ads):4");

        assertThat(unreserved.contains(reserved)).isFalse();
        assertThat(unreserved.minus(reserved)).isEqualTo(unreserved);
        assertThat(unreserved.plus(reserved).scalarMilli("cpus")).isEqualTo(8000);
        assertThat(unreserved.plus(reserved).allocatableTo("web")).isEqualTo(unreserved);
        assertThat(reserved.allocatableTo("ads/eu")).isEqualTo(reserved);
        assertThat(reserved.allocatableTo("adsense").isEmpty()).isTrue();
    }

    @Test
    void mountedDiskIsOnePiece() {
        Resource.Builder mount = scalar("disk", 100)
                .setDisk(DiskInfo.newBuilder()
                        .setSource(DiskInfo.Source.newBuilder().setType(DiskInfo.Source.Type.MOUNT)));
        Resources whole = Resources.of(List.of(mount.build()));
        Resources half = Resources.of(
                List.of(mount.setScalar(Value.Scalar.newBuilder().setValue(50)).build()));

        assertThat(whole.contains(half)).isFalse();
        assertThat(whole.minus(half)).isEqualTo(whole);
        assertThat(whole.minus(whole).isEmpty()).isTrue();
        assertThat(whole.plus(whole).minus(whole)).isEqualTo(whole);
        assertThat(whole.contains(whole.plus(whole))).isFalse();
    }

    @Test
    void orderIsKeptButDoesNotMatterForEquality() {
        Resources resources = Resources.parse("ports:[1-9];cpus:1;mem:5");

        assertThat(resources).isEqualTo(Resources.parse("mem:5;ports:[1-9];cpus:1"));
        assertThat(resources.minus(Resources.parse("cpus:0.5"))).hasToString("ports:[1-9]; cpus:0.5; mem:5");
        assertThat(resources.minus(Resources.parse("ports:[3-4]"))).hasToString("ports:[1-2, 5-9]; cpus:1; mem:5");
    }

    @Test
    void reservationsAreGivenByRole() {
        Resources resources = Resources.parse("cpus:4;cpus(b):1;mem(a):5;cpus(a):0.5;ports(b):[1-2]");

        assertThat(resources.reservations())
                .containsOnlyKeys("a", "b")
                .containsEntry("a", Resources.parse("mem(a):5;cpus(a):0.5"))
                .containsEntry("b", Resources.parse("cpus(b):1;ports(b):[1-2]"));
        assertThat(Resources.parse("cpus:4").reservations()).isEmpty();
    }

    @Test
    void quantitiesAreThousandthsAndNumbersOfItems() {
        Resources resources = Resources.parse("cpus:0.5;ports:[1-9, 20-20];set:{a,b};cpus(a):1");

        assertThat(resources.quantities().toMap()).isEqualTo(Map.of("cpus", 1500L, "ports", 10_000L, "set", 2000L));
    }

    @Test
    void lessThanNothingIsNothing() {
        assertThat(Resources.parse("cpus:1").minus(Resources.parse("cpus:2;mem:1")))
                .isEqualTo(Resources.EMPTY);
    }

    @Test
    void sumThatNoLongHoldsIsRefused() {
        Resource huge = scalar("mem", 9e15).build();

        assertThatThrownBy(() -> Resources.of(List.of(huge, huge))).isInstanceOf(IllegalArgumentException.class);
    }

    private static Resource.Builder scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value));
    }

    @Test
    void severalMayHoldWhatIsSharedAndEachHoldsACopy() {
        Resources volume = Fixtures.volume(Fixtures.reserved("disk:10", "ads"), "common", true);
        Resources two = volume.plus(volume);

        assertThat(volume.contains(two)).isTrue();
        assertThat(two).isNotEqualTo(volume).hasToString(volume.toString().replace("<1>", "<2>"));
        assertThat(volume).hasToString("disk(reservations: [(DYNAMIC,ads)])[common:data]<SHARED>:10<1>");
        assertThat(two.minus(volume)).isEqualTo(volume);
        assertThat(two.plus(Resources.parse("cpus:1")).unshared()).isEqualTo(Resources.parse("cpus:1"));
    }
}

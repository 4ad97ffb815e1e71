package io.stoa.state.resources;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ResourcesProperties {

    @Provide
    Arbitrary<Resources> resources() {
        Arbitrary<String> scalars = Combinators.combine(
                        Arbitraries.of("cpus", "mem", "cpus(ads)", "disk"),
                        Arbitraries.longs().between(0, 9_999_999))
                .as((name, milli) -> name + ":" + milli / 1000 + "."
                        + String.valueOf(1000 + milli % 1000).substring(1));
        Arbitrary<String> ranges = Combinators.combine(
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.integers().between(0, 9))
                .as((begin, length) -> "ports:[" + begin + "-" + (begin + length) + "]");
        Arbitrary<String> sets = Arbitraries.of("a", "b", "c").map(item -> "set:{" + item + "}");
        return Arbitraries.oneOf(scalars, ranges, sets)
                .list()
                .ofMaxSize(6)
                .map(parts -> Resources.parse(String.join(";", new ArrayList<>(parts))));
    }

    @Property
    void additionCommutesAndAssociates(
            @ForAll("resources") Resources a, @ForAll("resources") Resources b, @ForAll("resources") Resources c) {
        assertThat(a.plus(b)).isEqualTo(b.plus(a)).hasSameHashCodeAs(b.plus(a));
        assertThat(a.plus(b).plus(c)).isEqualTo(a.plus(b.plus(c)));
    }

    @Property
    void sumContainsItsParts(@ForAll("resources") Resources a, @ForAll("resources") Resources b) {
        assertThat(a.plus(b).contains(a)).isTrue();
        assertThat(a.plus(b).contains(b)).isTrue();
    }

    @Property
    void whatIsContainedCanBeTakenAndGivenBack(@ForAll("resources") Resources a, @ForAll("resources") Resources b) {
        if (a.contains(b)) {
            assertThat(a.minus(b).plus(b)).isEqualTo(a);
        }
        assertThat(a.contains(a.minus(b))).isTrue();
        assertThat(a.minus(a)).isEqualTo(Resources.EMPTY);
    }

    @Property
    void messagesAreReadBackEqual(@ForAll("resources") Resources a) {
        assertThat(Resources.of(a.toProto())).isEqualTo(a);
        assertThat(Resources.of(a.toProto("web"))).isEqualTo(a);
    }

    @Property
    void rangesAreSetsOfNumbers(@ForAll("resources") Resources a, @ForAll("resources") Resources b) {
        List<Integer> left = numbers(a);
        left.removeAll(numbers(b));
        assertThat(numbers(a.minus(b))).isEqualTo(left);
    }

    private static List<Integer> numbers(Resources resources) {
        List<Integer> numbers = new ArrayList<>();
        for (int port = 0; port < 60; port++) {
            if (resources.contains(Resources.parse("ports:[" + port + "-" + port + "]"))) {
                numbers.add(port);
            }
        }
        return numbers;
    }
}

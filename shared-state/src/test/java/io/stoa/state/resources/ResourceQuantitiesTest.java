package io.stoa.state.resources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ResourceQuantitiesTest {

    private static final ResourceQuantities SOME = ResourceQuantities.of(Map.of("mem", 512_000L, "cpus", 1_500L));

    @Test
    void quantitiesAreSumsOverRolesAndCountPortsAndItems() {
        assertThat(Resources.parse("cpus:1;cpus(a):0.5;ports:[1-3,9-9];set:{x,y}")
                        .quantities())
                .hasToString("cpus:1.5; ports:4; set:2");
    }

    @Test
    void rangesOfAllNumbersDoNotOverflow() {
        ResourceQuantities all =
                Resources.parse("ports:[0-18446744073709551615]").quantities();

        assertThat(all.milli("ports")).isPositive();
        assertThat(all.plus(all).milli("ports")).isPositive();
    }

    @Test
    void sumsAndDifferencesGoNameByName() {
        ResourceQuantities other = ResourceQuantities.of(Map.of("cpus", 1_000L, "disk", 1L, "mem", 600_000L));

        assertThat(SOME.plus(other)).hasToString("cpus:2.5; disk:0.001; mem:1112");
        assertThat(SOME.minus(other)).hasToString("cpus:0.5");
        assertThat(SOME.minus(SOME)).isEqualTo(ResourceQuantities.EMPTY).hasToString("{}");
    }

    @Test
    void onlyWhatHasAsMuchOfEverythingContains() {
        assertThat(SOME.contains(ResourceQuantities.of(Map.of("cpus", 1_500L)))).isTrue();
        assertThat(SOME.contains(ResourceQuantities.of(Map.of("cpus", 1_501L)))).isFalse();
        assertThat(SOME.contains(ResourceQuantities.of(Map.of("gpus", 1L)))).isFalse();
        assertThat(SOME.contains(ResourceQuantities.EMPTY)).isTrue();
    }

    @Test
    void negativeAmountsAreRefused() {
        assertThatThrownBy(() -> ResourceQuantities.of(Map.of("cpus", -1L)))
                .hasMessage("cpus: -1 thousandths (expected: >= 0)");
        assertThatThrownBy(() -> ResourceLimits.of(Map.of("cpus", -1L)))
                .hasMessage("cpus: -1 thousandths (expected: >= 0)");
    }

    @Test
    void limitsSayNothingOfWhatTheyDoNotName() {
        ResourceLimits limits = ResourceLimits.of(Map.of("cpus", 1_500L, "gpus", 0L));

        assertThat(limits.contains(SOME)).isTrue();
        assertThat(limits.contains(ResourceQuantities.of(Map.of("gpus", 1L)))).isFalse();
        assertThat(limits).hasToString("cpus:1.5; gpus:0");
    }
}

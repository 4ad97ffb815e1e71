package io.stoa.agent.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.resources.Resources;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.mesos.v1.Protos.ResourceStatistics;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.Test;

class LimitsTest {

    private static final long MB = 1 << 20;
    private static final Limits.Host HOST = new Limits.Host(4, 8_192 * MB);

    @Test
    void cpusBecomeSharesAndWeights() {
        assertThat(limits("cpus:1.5").shares(true)).isEqualTo(1_536);
        assertThat(limits("cpus:1.5").weight(true)).isEqualTo(150);
        assertThat(limits("cpus:0.001").shares(true)).isEqualTo(2);
        assertThat(limits("cpus:0.001").weight(true)).isEqualTo(1);
        assertThat(limits("cpus:1000").weight(true)).isEqualTo(10_000);
        assertThat(limits("mem:1").shares(true)).isEqualTo(2);
    }

    @Test
    void quotaIsTheLimitElseWithCfsWhatWasGiven() {
        assertThat(limits("cpus:0.5").quotaUs(false)).isEmpty();
        assertThat(limits("cpus:0.5").quotaUs(true)).hasValue(50_000);
        assertThat(limits("cpus:0.5", "cpus", 2).quotaUs(false)).hasValue(200_000);
        assertThat(limits("cpus:0.5", "cpus", Double.POSITIVE_INFINITY).quotaUs(true))
                .isEmpty();
        assertThat(limits("cpus:0.001").quotaUs(true)).hasValue(1_000);
    }

    @Test
    void memoryIsAtLeast32MbAndTheLimitWhatWasGivenUnlessSaid() {
        assertThat(limits("mem:1").softBytes()).isEqualTo(32 * MB);
        assertThat(limits("mem:1").hardBytes()).hasValue(32 * MB);
        assertThat(limits("mem:64;mem(role):64").hardBytes()).hasValue(128 * MB);
        assertThat(limits("mem:64", "mem", 100.9).hardBytes()).hasValue(100 * MB);
        assertThat(limits("mem:64", "mem", Double.POSITIVE_INFINITY).hardBytes())
                .isEmpty();
    }

    @Test
    void whoMayTakeMoreThanItWasGivenIsKilledFirst() {
        assertThat(limits("mem:64").oomScoreAdj(HOST.memoryBytes())).isEqualTo(OptionalLong.empty());
        assertThat(limits("mem:4096", "mem", 5_000).oomScoreAdj(HOST.memoryBytes()))
                .hasValue(500);
        assertThat(limits("mem:64", "mem", Double.POSITIVE_INFINITY).oomScoreAdj(HOST.memoryBytes()))
                .hasValue(993);
    }

    @Test
    void limitsAreShownAsMesosDoes() {
        ResourceStatistics.Builder statistics = ResourceStatistics.newBuilder();
        limits("cpus:0.2;mem:64").describe(statistics, false, HOST);
        assertThat(statistics.buildPartial())
                .isEqualTo(ResourceStatistics.newBuilder()
                        .setCpusSoftLimit(0.2)
                        .setMemSoftLimitBytes(67_108_864)
                        .setMemLimitBytes(67_108_864)
                        .buildPartial());
        limits("cpus:0.2;mem:64", "cpus", Double.POSITIVE_INFINITY).describe(statistics, false, HOST);
        assertThat(statistics.getCpusLimit()).isEqualTo(4);
        limits("cpus:0.2;mem:64", "mem", Double.POSITIVE_INFINITY).describe(statistics, true, HOST);
        assertThat(statistics.getCpusLimit()).isEqualTo(0.2);
        assertThat(statistics.getMemLimitBytes()).isEqualTo(8_192 * MB);
    }

    private static Limits limits(String resources) {
        return Limits.of(Resources.parse(resources, "*").toProto(), Map.of());
    }

    private static Limits limits(String resources, String limited, double limit) {
        return Limits.of(
                Resources.parse(resources, "*").toProto(),
                Map.of(limited, Value.Scalar.newBuilder().setValue(limit).build()));
    }
}

package io.stoa.state.transaction;

import static io.stoa.state.Fixtures.HOST;
import static io.stoa.state.Fixtures.MARATHON;
import static io.stoa.state.Fixtures.agent;
import static io.stoa.state.Fixtures.allOrNothing;
import static io.stoa.state.Fixtures.framework;
import static io.stoa.state.Fixtures.quota;
import static io.stoa.state.Fixtures.task;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterState;
import io.stoa.state.model.Quota;
import io.stoa.state.model.RoleSums;
import io.stoa.state.model.RoleUsage;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.transaction.StateMutation.RemoveQuota;
import io.stoa.state.transaction.StateMutation.SetQuota;
import io.stoa.state.transaction.StateMutation.UpdateQuotas;
import io.stoa.state.transaction.StateMutation.UpdateWeights;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoleRulesTest {

    private static final AgentId SILENT = new AgentId("silent");

    /** Eight cpus, of which 3 are reserved; a task of ads/video has 0.5 of these and 1 beside. */
    private static final ClusterState HEAD = after(
            ClusterState.EMPTY,
            agent(HOST, "cpus:5;cpus(ads):2;cpus(ads/video):1;mem:512;ports:[1-10]"),
            agent(SILENT, "cpus:100"),
            framework(MARATHON),
            new StateMutation.Claim(
                    MARATHON, HOST, "ads/video", task(HOST, "t", "cpus:1;cpus(ads):0.5;ports:[1-3];mem:100")),
            new StateMutation.MarkAgentUnreachable(SILENT, 1));

    @Test
    void whatIsReservedCountsAsConsumedWhoeverUsesIt() {
        RoleSums sums = HEAD.roleSums();

        RoleUsage ads = sums.usage("ads");
        assertThat(ads.allocated()).hasToString("cpus:1.5; mem:100; ports:3");
        assertThat(ads.reserved()).hasToString("cpus:3");
        assertThat(ads.consumed()).hasToString("cpus:4; mem:100; ports:3");
        assertThat(sums.consumed("ads")).as("of its quota").hasToString("cpus:4; mem:100");
        RoleUsage video = sums.usage("ads/video");
        assertThat(video.allocated()).hasToString("cpus:1.5; mem:100; ports:3");
        assertThat(video.reserved()).hasToString("cpus:1");
        assertThat(video.consumed()).hasToString("cpus:2.5; mem:100; ports:3");
        assertThat(sums.usage("web").consumed().isEmpty()).isTrue();
    }

    @Test
    void weightsOfOthersStay() {
        ClusterState state = after(HEAD, weights(Map.of("a", 2.0, "b", 3.0)), weights(Map.of("b", 4.0)));

        assertThat(state.roleSettings().weights()).isEqualTo(Map.of("a", 2.0, "b", 4.0));
        assertThat(state.roleSettings().weight("nobody")).isEqualTo(1);
    }

    @Test
    void sameWeightsChangeNothing() {
        ClusterState state = after(HEAD, weights(Map.of("a", 2.0)));

        assertThat(ConflictDetector.decide(state, allOrNothing(weights(Map.of("a", 2.0))))
                        .changes())
                .isEmpty();
    }

    @Test
    void weightOfOneIsRememberedWhenItIsSaid() {
        assertThat(after(HEAD, weights(Map.of("a", 1.0))).roleSettings().weights())
                .isEqualTo(Map.of("a", 1.0));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void weightThatIsNoPositiveNumberIsInvalid(double weight) {
        assertThat(conflict(HEAD, weights(Map.of("a", weight)))).isInstanceOf(Conflict.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a//b", "-a", "a b", "."})
    void malformedRolesAreInvalid(String role) {
        assertThat(conflict(HEAD, weights(Map.of(role, 1.0)))).isInstanceOf(Conflict.Invalid.class);
        assertThat(conflict(HEAD, quotas(role, Quota.NONE, true))).isInstanceOf(Conflict.Invalid.class);
        assertThat(conflict(HEAD, new SetQuota(role, Quota.NONE, true))).isInstanceOf(Conflict.Invalid.class);
    }

    @Test
    void onlyRolesAtTheTopHaveQuotas() {
        assertThat(conflict(HEAD, quotas("ads/video", Quota.NONE, true))).isInstanceOf(Conflict.Invalid.class);
    }

    @Test
    void guaranteesOfAllRolesTogetherMustNotExceedWhatRegisteredAgentsHave() {
        Quota five = quota(Map.of("cpus", 5_000L), Map.of());
        Quota four = quota(Map.of("cpus", 4_000L), Map.of());
        ClusterState state = after(HEAD, quotas("web", five, false));

        assertThat(conflict(state, quotas("ads", four, false)))
                .isEqualTo(new Conflict.GuaranteesOvercommit(
                        ResourceQuantities.of(Map.of("cpus", 9_000L)),
                        ResourceQuantities.of(Map.of("cpus", 8_000L, "mem", 512_000L))));
        assertThat(after(state, quotas("ads", four, true)).roleSettings().quota("ads"))
                .isEqualTo(four);
        assertThat(after(state, quotas("web", four, false)).roleSettings().quota("web"))
                .as("takes the place of the old one")
                .isEqualTo(four);
    }

    @Test
    void limitsMustNotBeBelowWhatTheRoleHasUnlessForced() {
        Quota tight = quota(Map.of(), Map.of("cpus", 3_999L));

        assertThat(conflict(HEAD, quotas("ads", tight, false))).isInstanceOf(Conflict.LimitsBelowConsumption.class);
        assertThat(conflict(HEAD, quotas("ads", quota(Map.of(), Map.of("cpus", 4_000L)), false)))
                .isNull();
        assertThat(conflict(HEAD, quotas("ads", tight, true))).isNull();
    }

    @Test
    void quotaIsSetOnceAndRemovedOnce() {
        Quota one = quota(Map.of("cpus", 1_000L), Map.of("cpus", 1_000L));
        ClusterState state = after(HEAD, new SetQuota("web", one, false));

        assertThat(conflict(state, new SetQuota("web", one, true))).isEqualTo(new Conflict.QuotaExists("web"));
        ClusterState removed = after(state, new RemoveQuota("web"));
        assertThat(removed.roleSettings()).isEqualTo(HEAD.roleSettings());
        assertThat(conflict(removed, new RemoveQuota("web"))).isEqualTo(new Conflict.NoQuota("web"));
    }

    @Test
    void quotaThatSaysNothingIsOneAllTheSame() {
        ClusterState state = after(HEAD, quotas("web", Quota.NONE, false));

        assertThat(state.roleSettings().quotas()).containsOnlyKeys("web");
    }

    @Test
    void severalQuotasAreJudgedTogether() {
        Quota five = quota(Map.of("cpus", 5_000L), Map.of());

        assertThat(conflict(HEAD, new UpdateQuotas(new TreeMap<>(Map.of("a", five, "b", five)), false)))
                .isInstanceOf(Conflict.GuaranteesOvercommit.class);
    }

    private static UpdateWeights weights(Map<String, Double> weights) {
        return new UpdateWeights(new TreeMap<>(weights));
    }

    private static UpdateQuotas quotas(String role, Quota quota, boolean force) {
        return new UpdateQuotas(new TreeMap<>(Map.of(role, quota)), force);
    }

    private static @Nullable Conflict conflict(ClusterState state, StateMutation mutation) {
        return ConflictDetector.decide(state, allOrNothing(mutation))
                .conflicts()
                .get(0);
    }

    private static ClusterState after(ClusterState state, StateMutation... mutations) {
        Decision decision = ConflictDetector.decide(state, allOrNothing(mutations));
        assertThat(decision.conflicts()).isEmpty();
        return decision.after();
    }
}

package io.stoa.state.transaction;

import static io.stoa.state.Fixtures.HOST;
import static io.stoa.state.Fixtures.MARATHON;
import static io.stoa.state.Fixtures.agent;
import static io.stoa.state.Fixtures.allOrNothing;
import static io.stoa.state.Fixtures.framework;
import static io.stoa.state.Fixtures.incremental;
import static io.stoa.state.Fixtures.quota;
import static io.stoa.state.Fixtures.reserved;
import static io.stoa.state.Fixtures.task;
import static io.stoa.state.Fixtures.update;
import static io.stoa.state.Fixtures.withExecutor;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterState;
import io.stoa.state.model.StateVersion;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation.Claim;
import io.stoa.state.transaction.StateMutation.ConvertResources;
import io.stoa.state.transaction.StateMutation.SetQuota;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.TaskState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotaRulesTest {

    private static final AgentId OTHER = new AgentId("other");
    private static final Author AUTHOR = new Author(MARATHON, new StateVersion(1));

    /** Two hosts with 12 cpus, of which 2 are reserved for ads. */
    private static final ClusterState HEAD = after(
            ClusterState.EMPTY,
            framework(MARATHON),
            agent(HOST, "cpus:8;cpus(ads):2;mem:512;ports:[1-10]"),
            agent(OTHER, "cpus:2;mem:512"));

    /** At most 4 cpus for ads, with the 2 that are reserved. */
    private static final ClusterState LIMITED = after(HEAD, limit("ads", Map.of("cpus", 4_000L)));

    @Test
    void claimBeyondTheLimitsOfItsRoleConflictsWithTheFigures() {
        ClusterState state = after(LIMITED, claim("a", "ads", "cpus:1.5;mem:10"));

        assertThat(conflict(state, claim("b", "ads", "cpus:1;mem:10")))
                .isEqualTo(new Conflict.QuotaLimitExceeded(
                        "ads",
                        ResourceQuantities.of(Map.of("cpus", 1_000L, "mem", 10_000L)),
                        ResourceQuantities.of(Map.of("cpus", 3_500L, "mem", 10_000L)),
                        ResourceLimits.of(Map.of("cpus", 4_000L))));
        assertThat(conflict(state, claim("b", "ads", "cpus:0.5;mem:500"))).isNull();
        assertThat(conflict(state, claim("b", "web", "cpus:6"))).isNull();
    }

    @Test
    void limitsHoldForWhatIsBelowTheRole() {
        ClusterState state = after(LIMITED, claim("a", "ads/video", "cpus:2"));

        assertThat(conflict(state, claim("b", "ads/print", "cpus:0.1")))
                .isInstanceOfSatisfying(
                        Conflict.QuotaLimitExceeded.class,
                        exceeded -> assertThat(exceeded.role()).isEqualTo("ads"));
    }

    @Test
    void whatIsReservedForTheRoleCountsOnceWhoeverHoldsIt() {
        ClusterState state = after(LIMITED, claim("a", "ads", "cpus:2"));

        assertThat(conflict(state, claim("b", "ads", "cpus(ads):2"))).isNull();
        assertThat(conflict(after(state, claim("b", "ads", "cpus(ads):2")), claim("c", "ads", "cpus:0.1")))
                .isInstanceOf(Conflict.QuotaLimitExceeded.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"cpus:2.1 | true", "cpus:2;ports:[1-5] | false", "mem:1 | false"})
    void onlyScalarsThatHaveALimitAreLimited(String resources, boolean conflicts) {
        ClusterState state = after(HEAD, limit("ads", Map.of("cpus", 4_000L, "ports", 0L)));

        assertThat(conflict(state, claim("a", "ads", resources)) != null).isEqualTo(conflicts);
    }

    @Test
    void executorCountsWithItsTask() {
        Claim claim = new Claim(MARATHON, HOST, "ads", withExecutor(task(HOST, "a", "cpus:1.9"), "e", "cpus:0.2"));

        assertThat(conflict(LIMITED, claim)).isInstanceOf(Conflict.QuotaLimitExceeded.class);
    }

    @Test
    void whatHasEndedDoesNotCount() {
        ClusterState state = after(LIMITED, claim("a", "ads", "cpus:2"), update("a", TaskState.TASK_FINISHED, 1));

        assertThat(conflict(state, claim("b", "ads", "cpus:2"))).isNull();
    }

    @Test
    void whatIsOnUnreachableAgentsDoesNotCount() {
        Claim away = new Claim(MARATHON, OTHER, "ads", task(OTHER, "a", "cpus:2"));
        ClusterState state = after(LIMITED, away);
        ClusterState unreachable = after(state, new StateMutation.MarkAgentUnreachable(OTHER, 1));

        assertThat(conflict(state, claim("b", "ads", "cpus:2"))).isInstanceOf(Conflict.QuotaLimitExceeded.class);
        ClusterState claimed = after(unreachable, claim("b", "ads", "cpus:2"));
        ClusterState returned = after(claimed, agent(OTHER, "cpus:2;mem:512"));
        assertThat(returned.roleSums().consumed("ads").milli("cpus")).isEqualTo(6_000);
    }

    @Test
    void whoHasMoreThanALoweredLimitKeepsItAndMayUseItsReservations() {
        ClusterState state = after(
                HEAD,
                claim("a", "ads", "cpus:4"),
                new SetQuota("ads", quota(Map.of(), Map.of("cpus", 1_000L, "mem", 5_000L)), true));

        assertThat(conflict(state, claim("b", "ads", "cpus:0.1"))).isInstanceOf(Conflict.QuotaLimitExceeded.class);
        assertThat(conflict(state, claim("b", "ads", "cpus(ads):1;mem:5"))).isNull();
    }

    @Test
    void eachClaimOfATransactionSeesThoseBeforeIt() {
        Decision decision = ConflictDetector.decide(
                LIMITED,
                incremental(claim("a", "ads", "cpus:1.5"), claim("b", "ads", "cpus:1"), claim("c", "ads", "cpus:0.5")));

        assertThat(decision.conflicts()).containsOnlyKeys(1);
    }

    @Test
    void groupCountsAsAWhole() {
        StateMutation.ClaimGroup group = new StateMutation.ClaimGroup(
                MARATHON,
                HOST,
                "ads",
                List.of(
                        withExecutor(task(HOST, "a", "cpus:1"), "e", "cpus:0.1"),
                        withExecutor(task(HOST, "b", "cpus:1"), "e", "cpus:0.1")));

        assertThat(conflict(LIMITED, group)).isInstanceOf(Conflict.QuotaLimitExceeded.class);
        assertThat(ConflictDetector.decide(LIMITED, incremental(group)).changes())
                .isEmpty();
    }

    @Test
    void schedulerThatNeedsNoOffersLeavesWhatOthersArePromised() {
        ClusterState state = after(HEAD, guarantee("ads", 5_000), claim("a", "web", "cpus:4"));
        StateTransaction two = allOrNothing(claimOn(OTHER, "b", "web", "cpus:2"), claim("c", "web", "cpus:2"));

        assertThat(ConflictDetector.decide(state, two).conflicts()).isEmpty();
        assertThat(ConflictDetector.decide(state, two.by(AUTHOR)).conflicts())
                .isEqualTo(Map.of(
                        1,
                        new Conflict.GuaranteeOfOthers(
                                "web",
                                ResourceQuantities.of(Map.of("cpus", 2_000L)),
                                ResourceQuantities.of(Map.of("cpus", 1_000L, "mem", 1_024_000L)))));
        assertThat(nativeConflict(state, claim("b", "web", "cpus:3"))).isNull();
        assertThat(nativeConflict(state, claim("b", "web/shop", "cpus:3.1")))
                .isInstanceOf(Conflict.GuaranteeOfOthers.class);
    }

    @Test
    void roleTakesWhatItIsPromisedThoughThereIsLessThanAllArePromised() {
        ClusterState state = after(
                HEAD,
                new SetQuota("ads", quota(Map.of("cpus", 10_000L), Map.of()), true),
                new SetQuota("web", quota(Map.of("cpus", 5_000L), Map.of()), true),
                claim("a", "web", "cpus:4"));

        assertThat(nativeConflict(state, claim("b", "web", "cpus:1"))).isNull();
        assertThat(nativeConflict(state, claim("b", "web", "cpus:1.1"))).isInstanceOf(Conflict.GuaranteeOfOthers.class);
        assertThat(nativeConflict(state, claim("b", "ads", "cpus:4"))).isNull();
        assertThat(nativeConflict(state, claim("b", "other", "mem:10"))).isNull();
    }

    @Test
    void whatIsReservedOrHeldSatisfiesAGuarantee() {
        ClusterState state = after(HEAD, guarantee("ads", 5_000), claim("a", "ads/video", "cpus:3"));

        assertThat(state.roleSums().owed().isEmpty()).isTrue();
        assertThat(nativeConflict(state, claim("b", "web", "cpus:5"))).isNull();
    }

    @Test
    void reservationsOfASchedulerThatNeedsNoOffersCountLikeClaims() {
        ConvertResources two = reserve("cpus:2", "ads");
        ConvertResources three = reserve("cpus:3", "ads");

        assertThat(nativeConflict(LIMITED, two)).isNull();
        assertThat(nativeConflict(LIMITED, three)).isInstanceOf(Conflict.QuotaLimitExceeded.class);
        assertThat(conflict(LIMITED, three)).as("of operators and of offers").isNull();
        ClusterState promised = after(HEAD, guarantee("ads", 9_000));
        assertThat(nativeConflict(promised, reserve("cpus:4", "web"))).isInstanceOf(Conflict.GuaranteeOfOthers.class);
        assertThat(nativeConflict(promised, reserve("cpus:8", "ads"))).isNull();
    }

    @Test
    void conversionOfWhatIsReservedAlreadyIsNoMoreThanBefore() {
        ClusterState state = after(HEAD, limit("ads", Map.of("cpus", 0L)));
        Conversion refinement = new Conversion(reservedCpus("ads"), reservedCpus("ads/video"));

        assertThat(nativeConflict(state, new ConvertResources(HOST, List.of(refinement), Optional.empty())))
                .isNull();
    }

    @Test
    void removedQuotaLimitsNothing() {
        ClusterState state = after(LIMITED, new StateMutation.RemoveQuota("ads"));

        assertThat(nativeConflict(state, claim("a", "ads", "cpus:8"))).isNull();
    }

    private static Resources reservedCpus(String role) {
        return Resources.parse("cpus(" + role + "):2");
    }

    private static ConvertResources reserve(String resources, String role) {
        Conversion conversion = new Conversion(Resources.parse(resources), reserved(resources, role));
        return new ConvertResources(HOST, List.of(conversion), Optional.empty());
    }

    private static SetQuota limit(String role, Map<String, Long> limits) {
        return new SetQuota(role, quota(Map.of(), limits), true);
    }

    private static SetQuota guarantee(String role, long cpusMilli) {
        return new SetQuota(role, quota(Map.of("cpus", cpusMilli), Map.of()), false);
    }

    private static Claim claim(String taskId, String role, String resources) {
        return claimOn(HOST, taskId, role, resources);
    }

    private static Claim claimOn(AgentId agent, String taskId, String role, String resources) {
        return new Claim(MARATHON, agent, role, task(agent, taskId, resources));
    }

    private static @Nullable Conflict conflict(ClusterState state, StateMutation mutation) {
        return ConflictDetector.decide(state, allOrNothing(mutation))
                .conflicts()
                .get(0);
    }

    private static @Nullable Conflict nativeConflict(ClusterState state, StateMutation mutation) {
        return ConflictDetector.decide(state, allOrNothing(mutation).by(AUTHOR))
                .conflicts()
                .get(0);
    }

    private static ClusterState after(ClusterState state, StateMutation... mutations) {
        ClusterState now = state;
        for (StateMutation mutation : mutations) {
            Decision decision = ConflictDetector.decide(now, allOrNothing(mutation));
            assertThat(decision.conflicts()).isEmpty();
            now = decision.after();
        }
        return now;
    }
}

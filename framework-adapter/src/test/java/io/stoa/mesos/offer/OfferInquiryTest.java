package io.stoa.mesos.offer;

import static io.stoa.mesos.TestResources.reserved;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.mesos.constraint.OfferConstraintsFilter;
import io.stoa.mesos.offer.OfferExplanation.Example;
import io.stoa.mesos.offer.OfferExplanation.Holder;
import io.stoa.mesos.offer.OfferExplanation.InRole;
import io.stoa.mesos.offer.OfferExplanation.OnAgents;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import io.stoa.time.ManualTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.mesos.v1.Protos.DomainInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferFilters;
import org.apache.mesos.v1.Protos.OfferFilters.MinAllocatableResources;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.Test;

/** What is said about each cause. */
class OfferInquiryTest {

    private final Cluster cluster = new Cluster();

    private static ResourceQuantities amounts(String resources) {
        return Resources.parse(resources).quantities();
    }

    private OfferExplanation explain(TestFramework framework) {
        return explain(cluster, framework, Optional.empty()).orElseThrow();
    }

    private static Optional<OfferExplanation> explain(Cluster cluster, TestFramework framework, Optional<String> role) {
        return cluster.allocator().explain(framework.id(), role).join();
    }

    private InRole inRole(TestFramework framework) {
        return inRole(cluster, framework);
    }

    private static InRole inRole(Cluster cluster, TestFramework framework) {
        List<InRole> roles =
                explain(cluster, framework, Optional.empty()).orElseThrow().roles();
        assertThat(roles).hasSize(1);
        return roles.get(0);
    }

    private OnAgents only(TestFramework framework, OfferCause cause) {
        return only(inRole(framework), cause);
    }

    /** Under which all agents are. */
    private static OnAgents only(InRole role, OfferCause cause) {
        assertThat(role.causes()).extracting(OnAgents::cause).containsExactly(cause);
        return role.causes().get(0);
    }

    @Test
    void whatIsOnOfferIsSaidWithItsAge() {
        cluster.agent("a", "cpus:2;mem:512");
        TestFramework framework = cluster.framework("f", "r").subscribed();
        cluster.pass(3_000);
        cluster.agent("b", "cpus:1;mem:512");
        cluster.pass(1_500);
        OnAgents offered = only(framework, OfferCause.OFFERED);
        assertThat(offered.agents()).isEqualTo(2);
        assertThat(offered.resources()).isEqualTo(amounts("cpus:3;mem:1024"));
        assertThat(offered.firstMs()).hasValue(1_500);
        assertThat(offered.lastMs()).hasValue(4_500);
    }

    @Test
    void whatCameFreeIsDueInTheNextCycle() {
        cluster.agent("a", "cpus:2;mem:512");
        TestFramework framework = cluster.framework("f", "r").subscribed();
        framework.declinesAll(0);
        assertThat(only(framework, OfferCause.DUE).resources()).isEqualTo(amounts("cpus:2;mem:512"));
        assertThat(explain(framework).intervalMs()).isEqualTo(1_000);
        cluster.passOneCycle();
        only(framework, OfferCause.OFFERED);
    }

    @Test
    void aFilterIsSaidWithItsEnd() {
        cluster.agent("a", "cpus:2;mem:512");
        cluster.agent("b", "cpus:1;mem:512");
        TestFramework framework = cluster.framework("f", "r").subscribed();
        framework.declines(offerOf(framework, "a"), 100);
        framework.declines(offerOf(framework, "b"), 50);
        cluster.pass(10_000);
        OnAgents filtered = only(framework, OfferCause.FILTERED);
        assertThat(filtered.agents()).isEqualTo(2);
        assertThat(filtered.firstMs()).hasValue(40_000);
        assertThat(filtered.lastMs()).hasValue(90_000);
        assertThat(filtered.examples())
                .contains(new Example(
                        new AgentId("a"), "a.example", Resources.parse("cpus:2;mem:512"), OptionalLong.of(90_000)));
        framework.revives();
        only(framework, OfferCause.OFFERED);
    }

    /** The longest one that is in the way, not one that would let it pass. */
    @Test
    void ofSeveralFiltersTheOneThatRefusesAllCounts() {
        AgentId agent = cluster.agent("a", "cpus:2;mem:512");
        TestFramework other = cluster.framework("other", "r").admitted();
        TaskKey task = cluster.claim(other.id(), agent, "r", "cpus:1");
        TestFramework framework = cluster.framework("f", "r").subscribed();
        framework.declinesAll(1_000);
        cluster.finish(task);
        cluster.passOneCycle();
        framework.declinesAll(10);
        assertThat(only(framework, OfferCause.FILTERED).lastMs()).hasValue(10_000);
    }

    @Test
    void aSuppressedRoleSaysWhatReviveWouldBring() {
        cluster.agent("a", "cpus:2;mem:512");
        TestFramework framework = cluster.framework("f", "r").subscribedSuppressing("r");
        InRole role = inRole(framework);
        assertThat(role.suppressed()).isTrue();
        assertThat(only(role, OfferCause.DUE).resources()).isEqualTo(amounts("cpus:2;mem:512"));
        cluster.passOneCycle();
        assertThat(framework.offers()).as("a question changes nothing").isEmpty();
    }

    @Test
    void aFrameworkThatIsNotSubscribedHasNoExplanation() {
        TestFramework framework = cluster.framework("f", "r").admitted();
        assertThat(explain(cluster, framework, Optional.empty())).isEmpty();
    }

    @Test
    void aRoleAtItsLimitIsSaidWithLimitAndConsumption() {
        AgentId agent = cluster.agent("a", "cpus:8;mem:1024");
        cluster.withQuota("r", "", "cpus:2;mem:64");
        TestFramework framework = cluster.framework("f", "r/web").subscribedSuppressing("r/web");
        cluster.claim(framework.id(), agent, "r/web", "cpus:2;mem:64");
        framework.revives();
        InRole role = inRole(framework);
        assertThat(only(role, OfferCause.LIMITED).resources()).isEqualTo(amounts("cpus:6;mem:960"));
        assertThat(role.quota().role()).isEqualTo("r");
        assertThat(role.quota().consumed()).isEqualTo(amounts("cpus:2;mem:64"));
        assertThat(role.quota().quota().limits().milliByName()).isEqualTo(Map.of("cpus", 2_000L, "mem", 64_000L));
    }

    @Test
    void whatIsKeptForOthersIsSaidWithTheirRoles() {
        cluster.withQuota("batch", "cpus:3;mem:512", "");
        cluster.withQuota("r", "cpus:1;mem:32", "");
        AgentId agent = cluster.agent("a", "cpus:4;mem:544");
        TestFramework framework = cluster.framework("f", "r").subscribedSuppressing("r");
        cluster.claim(framework.id(), agent, "r", "cpus:1;mem:32");
        framework.revives();
        InRole role = inRole(framework);
        only(role, OfferCause.GUARANTEED);
        assertThat(role.quota().owed()).isEqualTo(Map.of("batch", amounts("cpus:3;mem:512")));
        assertThat(role.quota().kept()).isEqualTo(amounts("cpus:3;mem:512"));
        assertThat(role.quota().free()).isEqualTo(amounts("cpus:3;mem:512"));
        cluster.withoutQuota("batch");
        cluster.passOneCycle();
        only(framework, OfferCause.OFFERED);
    }

    @Test
    void whatGuaranteesCutOutOfAnOfferIsSaid() {
        cluster.withQuota("batch", "cpus:3;mem:512", "");
        cluster.agent("a", "cpus:4;mem:1024;disk:10");
        TestFramework framework = cluster.framework("f", "r").subscribed();
        InRole role = inRole(framework);
        assertThat(only(role, OfferCause.OFFERED).resources()).isEqualTo(amounts("cpus:1;mem:512;disk:10"));
        assertThat(role.cuts()).extracting(OnAgents::cause).containsExactly(OfferCause.GUARANTEED);
        assertThat(role.cuts().get(0).resources()).isEqualTo(amounts("cpus:3;mem:512"));
        assertThat(role.cuts().get(0).examples()).extracting(Example::hostname).containsExactly("a.example");
        assertThat(role.quota().owed()).isEqualTo(Map.of("batch", amounts("cpus:3;mem:512")));
    }

    @Test
    void whatALimitCutsOutOfAnOfferIsSaidAndWhatIsOnOfferIsNotConsumed() {
        AgentId agent = cluster.agent("a", "cpus:8;mem:1024");
        cluster.withQuota("r", "", "cpus:3");
        TestFramework other = cluster.framework("other", "r/x").admitted();
        cluster.claim(other.id(), agent, "r/x", "cpus:1");
        TestFramework framework = cluster.framework("f", "r").subscribed();
        InRole role = inRole(framework);
        assertThat(only(role, OfferCause.OFFERED).resources()).isEqualTo(amounts("cpus:2;mem:1024"));
        assertThat(role.cuts()).extracting(OnAgents::cause).containsExactly(OfferCause.LIMITED);
        assertThat(role.cuts().get(0).resources()).isEqualTo(amounts("cpus:5"));
        assertThat(role.quota().consumed()).isEqualTo(amounts("cpus:1"));
        assertThat(role.quota().offered()).isEqualTo(amounts("cpus:2;mem:1024"));
    }

    @Test
    void whatIsDueIsSaidWithWhatIsCutOutOfIt() {
        cluster.withQuota("batch", "cpus:3;mem:512", "");
        cluster.withQuota("r", "", "mem:128");
        cluster.agent("a", "cpus:4;mem:1024");
        TestFramework framework = cluster.framework("f", "r").subscribedSuppressing("r");
        InRole role = inRole(framework);
        assertThat(only(role, OfferCause.DUE).resources()).isEqualTo(amounts("cpus:1;mem:128"));
        assertThat(role.cuts()).extracting(OnAgents::cause).containsExactly(OfferCause.LIMITED, OfferCause.GUARANTEED);
        assertThat(role.cuts()).extracting(OnAgents::resources).containsExactly(amounts("mem:896"), amounts("cpus:3"));
    }

    @Test
    void nothingIsCutWhereNoQuotaIsInTheWay() {
        cluster.withQuota("r", "", "cpus:100");
        cluster.agent("a", "cpus:4;mem:1024");
        TestFramework framework = cluster.framework("f", "r").subscribed();
        assertThat(inRole(framework).cuts()).isEmpty();
    }

    /** Though others are owed all that is free. */
    @Test
    void whatARoleIsPromisedIsDue() {
        cluster.withQuota("batch", "cpus:3;mem:512", "");
        cluster.withQuota("r", "cpus:1;mem:32", "");
        cluster.agent("a", "cpus:4;mem:544");
        TestFramework framework = cluster.framework("f", "r").subscribedSuppressing("r");
        InRole role = inRole(framework);
        assertThat(only(role, OfferCause.DUE).resources()).isEqualTo(amounts("cpus:1;mem:32"));
        assertThat(role.cuts()).extracting(OnAgents::resources).containsExactly(amounts("cpus:3;mem:512"));
    }

    @Test
    void agentsThatConstraintsRuleOutAreCounted() {
        cluster.agent("a", "cpus:1");
        cluster.agent("b", "cpus:2");
        TestFramework framework = cluster.framework("f", "r")
                .withConstraints(TestFramework.onHost("a.example"))
                .subscribed();
        InRole role = inRole(framework);
        assertThat(role.causes())
                .extracting(OnAgents::cause)
                .containsExactly(OfferCause.OFFERED, OfferCause.CONSTRAINTS);
        assertThat(role.cause(OfferCause.CONSTRAINTS).orElseThrow().resources()).isEqualTo(amounts("cpus:2"));
    }

    @Test
    void capabilitiesThatAreMissingAreSaid() {
        DomainInfo.Builder here = DomainInfo.newBuilder();
        here.getFaultDomainBuilder().getRegionBuilder().setName("eu");
        here.getFaultDomainBuilder().getZoneBuilder().setName("eu-1");
        DomainInfo.Builder there = here.clone();
        there.getFaultDomainBuilder().getRegionBuilder().setName("us");
        Cluster regions = new Cluster(new AllocatorSettings(
                Cluster.MASTER_ID,
                1_000,
                600_000,
                new TreeMap<>(),
                new OfferPolicy(AllocatableMinimum.CPU_OR_MEM, true, Optional.of(here.build()), OfferMode.EXCLUSIVE)));
        regions.agent("far", Resources.parse("cpus:1"), info -> info.setDomain(there));
        regions.agent("gpus", "cpus:1;gpus:1");
        Resource revocable = Resources.parse("cpus:2").toProto().get(0).toBuilder()
                .setRevocable(Resource.RevocableInfo.getDefaultInstance())
                .build();
        regions.agent("spare", Resources.of(List.of(revocable)), info -> info);
        TestFramework plain = regions.framework("plain", "r").subscribed();
        assertThat(inRole(regions, plain).causes())
                .extracting(OnAgents::cause)
                .containsExactly(OfferCause.GPUS, OfferCause.REGION, OfferCause.UNUSABLE);
        TestFramework able = regions.framework("able", "r")
                .thatCan(Capability.Type.REGION_AWARE)
                .thatCan(Capability.Type.GPU_RESOURCES)
                .thatCan(Capability.Type.REVOCABLE_RESOURCES)
                .subscribed();
        assertThat(only(inRole(regions, able), OfferCause.OFFERED).agents()).isEqualTo(3);
    }

    @Test
    void whatIsTooLittleIsTracedBackToWhoHasIt() {
        cluster.agent("crumb", "cpus:0.001;mem:16");
        List<Resource> some = new ArrayList<>(Resources.parse("disk:100").toProto());
        some.add(reserved("cpus", 2, "ops"));
        cluster.agent("reserved", Resources.of(some), info -> info);
        AgentId busy = cluster.agent("busy", "cpus:2;mem:512;disk:10");
        TestFramework other = cluster.framework("other", "r").admitted();
        cluster.claim(other.id(), busy, "r", "cpus:2;mem:500");
        TestFramework framework = cluster.framework("f", "r").subscribed();
        InRole role = inRole(framework);
        assertThat(role.causes())
                .extracting(OnAgents::cause)
                .containsExactly(OfferCause.TOO_SMALL, OfferCause.RESERVED, OfferCause.IN_USE);
        assertThat(role.cause(OfferCause.IN_USE).orElseThrow().resources()).isEqualTo(amounts("mem:12;disk:10"));
        assertThat(role.cause(OfferCause.RESERVED).orElseThrow().resources()).isEqualTo(amounts("disk:100"));
    }

    @Test
    void theFrameworksOwnMinimumIsSaid() {
        AgentId agent = cluster.agent("a", "cpus:4;mem:512");
        TestFramework framework = cluster.framework("f", "r")
                .that(info -> info.putOfferFilters(
                        "r",
                        OfferFilters.newBuilder()
                                .setMinAllocatableResources(MinAllocatableResources.newBuilder()
                                        .addQuantities(OfferFilters.ResourceQuantities.newBuilder()
                                                .putQuantities(
                                                        "cpus",
                                                        Value.Scalar.newBuilder()
                                                                .setValue(4)
                                                                .build())))
                                .build()))
                .admitted();
        cluster.claim(framework.id(), agent, "r", "cpus:1");
        framework.subscribed();
        InRole role = inRole(framework);
        assertThat(only(role, OfferCause.IN_USE).resources()).isEqualTo(amounts("cpus:3;mem:512"));
        assertThat(role.minimum().alternatives()).containsExactly(amounts("cpus:4"));
    }

    @Test
    void whoHasItOnOfferIsNamed() {
        IntStream.range(0, 4).forEach(i -> cluster.agent("a" + i, "cpus:2;mem:512"));
        TestFramework hoarder = cluster.framework("hoarder", "r").subscribed();
        cluster.pass(5_000);
        TestFramework framework = cluster.framework("f", "r").subscribed();
        OnAgents onOffer = only(framework, OfferCause.ON_OFFER);
        assertThat(onOffer.agents()).isEqualTo(4);
        assertThat(onOffer.examples()).hasSize(OfferExplanation.MAX_EXAMPLES);
        assertThat(onOffer.holders()).containsExactly(new Holder(hoarder.id(), "r", 4, 5_000));
    }

    @Test
    void agentsThatAreAwayAreCounted() {
        cluster.admit("unlinked", "cpus:1");
        AgentId lost = cluster.agent("lost", "cpus:1");
        cluster.commit(new StateMutation.MarkAgentUnreachable(lost, 0));
        TestFramework framework = cluster.framework("f", "r").subscribed();
        assertThat(inRole(framework).causes())
                .extracting(OnAgents::cause)
                .containsExactly(OfferCause.UNREACHABLE, OfferCause.DISCONNECTED);
    }

    @Test
    void whatAnotherHasOnOptimisticOfferIsNoReason() {
        cluster.agent("a", "cpus:4;mem:1024");
        Labels optimistic = Labels.newBuilder()
                .addLabels(Label.newBuilder().setKey(OfferMode.LABEL).setValue("optimistic"))
                .build();
        cluster.framework("one", "r").that(info -> info.setLabels(optimistic)).subscribed();
        TestFramework two = cluster.framework("two", "r")
                .that(info -> info.setLabels(optimistic))
                .subscribedSuppressing("r");
        only(two, OfferCause.DUE);
        two.revives();
        only(two, OfferCause.OFFERED);
        assertThat(explain(two).mode()).isEqualTo(OfferMode.OPTIMISTIC);
    }

    @Test
    void ofManyRolesSomeAreLookedAtUnlessOneIsAskedFor() {
        String[] roles = IntStream.range(0, 20).mapToObj(i -> "r" + (10 + i)).toArray(String[]::new);
        TestFramework framework = cluster.framework("f", roles).subscribed();
        OfferExplanation explanation = explain(framework);
        assertThat(explanation.roles()).hasSize(OfferExplanation.MAX_ROLES);
        assertThat(explanation.rolesLeftOut()).isEqualTo(4);
        OfferExplanation one = explain(cluster, framework, Optional.of("r29")).orElseThrow();
        assertThat(one.roles()).extracting(InRole::role).containsExactly("r29");
        assertThat(one.rolesLeftOut()).isZero();
    }

    /** So that whatever else the allocator has to do comes between. */
    @Test
    void manyAgentsAreLookedAtSomeAtATime() {
        int agents = 2 * OfferInquiry.AGENTS_AT_A_TIME + 1;
        IntStream.range(0, agents).forEach(i -> cluster.admit("a" + i, "cpus:1"));
        TestFramework framework = cluster.framework("f", "r").admitted();
        Queue<Runnable> work = new ArrayDeque<>();
        DrfAllocator allocator = new DrfAllocator(
                cluster.state(), AllocatorSettings.of(Cluster.MASTER_ID), new ManualTime(0), work::add);
        FrameworkInfo info = cluster.state()
                .snapshot()
                .framework(framework.id())
                .orElseThrow()
                .info();
        allocator.activate(framework.id(), new OfferWishes(info, Set.of("r"), OfferConstraintsFilter.NONE), framework);
        work.remove().run();
        work.clear();

        CompletableFuture<Optional<OfferExplanation>> explained = allocator.explain(framework.id(), Optional.empty());
        for (int left = 4; left > 0; left--) {
            assertThat(explained).isNotDone();
            assertThat(work).hasSize(1);
            work.remove().run();
        }
        OnAgents away = only(explained.join().orElseThrow().roles().get(0), OfferCause.DISCONNECTED);
        assertThat(away.agents()).isEqualTo(agents);
        assertThat(away.resources()).isEqualTo(amounts("cpus:" + agents));

        CompletableFuture<Optional<OfferExplanation>> cut = allocator.explain(framework.id(), Optional.empty());
        work.remove().run();
        work.remove().run();
        allocator.deactivate(framework.id());
        while (!work.isEmpty()) {
            work.remove().run();
        }
        assertThat(cut.join().orElseThrow().roles()).as("it left meanwhile").isEmpty();
    }

    private static Offer offerOf(TestFramework framework, String agent) {
        return framework.offers().stream()
                .filter(offer -> offer.getAgentId().getValue().equals(agent))
                .findFirst()
                .orElseThrow();
    }
}

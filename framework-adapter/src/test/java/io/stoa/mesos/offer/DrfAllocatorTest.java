package io.stoa.mesos.offer;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Offer;
import org.junit.jupiter.api.Test;

@SuppressWarnings("deprecation") // Resource.role is what most frameworks still read.
class DrfAllocatorTest {

    private static final String HOST = "cpus:4;mem:4096;ports:[31000-32000]";

    private final Cluster cluster = new Cluster();

    @Test
    void frameworkThatSubscribesIsOfferedAllFreeAgentsAtOnceInOneEvent() {
        cluster.agent("S0", HOST);
        cluster.agent("S1", HOST);

        TestFramework framework = cluster.framework("F", "a").subscribed();

        assertThat(framework.events()).hasSize(1);
        assertThat(framework.offers()).extracting(TestFramework::agentOf).containsExactly(id("S0"), id("S1"));
        assertThat(framework.offers()).extracting(o -> o.getId().getValue()).containsExactly("master-O0", "master-O1");
        assertThat(framework.offers())
                .allSatisfy(o -> assertThat(TestFramework.held(o)).isEqualTo(Resources.parse(HOST)));
    }

    @Test
    void agentThatConnectsIsOfferedAtOnce() {
        TestFramework framework = cluster.framework("F", "a").subscribed();
        cluster.agent("S0", HOST);
        assertThat(framework.offers()).hasSize(1);
    }

    @Test
    void agentIsNotOfferedBeforeItsLinkIsOpen() {
        TestFramework framework = cluster.framework("F", "a").subscribed();
        cluster.admit("S0", HOST);
        cluster.passOneCycle();
        assertThat(framework.offers()).isEmpty();
    }

    @Test
    void offerNamesTheAgentAsMesosDoes() {
        cluster.agent("S0", HOST);
        Offer offer = cluster.framework("F", "a").subscribed().onlyOffer();
        assertThat(offer.getHostname()).isEqualTo("S0.example");
        assertThat(offer.getUrl().getScheme()).isEqualTo("http");
        assertThat(offer.getUrl().getAddress().getIp()).isEqualTo("10.0.0.1");
        assertThat(offer.getUrl().getAddress().getPort()).isEqualTo(5051);
        assertThat(offer.getUrl().getPath()).isEqualTo("/slave(1)");
        assertThat(offer.getAllocationInfo().getRole()).isEqualTo("a");
        assertThat(offer.getResourcesList())
                .allSatisfy(r -> assertThat(r.getAllocationInfo().getRole()).isEqualTo("a"))
                .allSatisfy(r -> assertThat(r.hasRole()).isTrue());
    }

    @Test
    void frameworkWithoutMultiRoleSeesNoAllocationInfo() {
        cluster.agent("S0", HOST);
        Offer offer = cluster.framework("F")
                .that(info -> info.clearCapabilities().clearRoles())
                .subscribed()
                .onlyOffer();
        assertThat(offer.hasAllocationInfo()).isFalse();
        assertThat(offer.getResourcesList()).noneMatch(r -> r.hasAllocationInfo());
        assertThat(cluster.openOffers()).singleElement().satisfies(booked -> {
            assertThat(booked.getAllocationInfo().getRole()).isEqualTo("*");
            assertThat(booked.getResourcesList())
                    .allMatch(r -> r.getAllocationInfo().getRole().equals("*"));
        });
    }

    @Test
    void frameworkThatRefinesReservationsSeesNoRoleInResources() {
        cluster.agent("S0", "cpus:4;mem(a):64");
        Offer offer = cluster.framework("F", "a")
                .thatCan(Capability.Type.RESERVATION_REFINEMENT)
                .subscribed()
                .onlyOffer();
        assertThat(offer.getResourcesList()).noneMatch(r -> r.hasRole());
        assertThat(offer.getResourcesList())
                .filteredOn(r -> r.getName().equals("mem"))
                .singleElement()
                .satisfies(r -> assertThat(r.getReservations(0).getRole()).isEqualTo("a"));
    }

    @Test
    void unreservedScalarsComeLastInAnOffer() {
        cluster.agent("S0", "cpus:4;mem:64;ports:[1-2];cpus(a):1");
        TestFramework framework = cluster.framework("A", "a").subscribed();

        assertThat(TestFramework.held(framework.onlyOffer()))
                .hasToString("ports:[1-2]; cpus(reservations: [(STATIC,a)]):1; cpus:4; mem:64");
    }

    @Test
    void whatIsReservedForAnotherRoleIsNotOffered() {
        cluster.agent("S0", "cpus:4;mem:1024;cpus(b):2");
        TestFramework a = cluster.framework("A", "a").subscribed();
        TestFramework b = cluster.framework("B", "b").subscribed();
        assertThat(TestFramework.held(a.onlyOffer())).isEqualTo(Resources.parse("cpus:4;mem:1024"));
        assertThat(TestFramework.held(b.onlyOffer())).isEqualTo(Resources.parse("cpus(b):2"));
    }

    @Test
    void gpuAgentsAreOfferedOnlyToFrameworksThatTakeGpus() {
        cluster.agent("S0", "cpus:4;gpus:1");
        assertThat(cluster.framework("F", "a").subscribed().offers()).isEmpty();
        assertThat(cluster.framework("G", "a")
                        .thatCan(Capability.Type.GPU_RESOURCES)
                        .subscribed()
                        .offers())
                .hasSize(1);
    }

    @Test
    void crumbsAreNotOffered() {
        cluster.agent("S0", "cpus:0.009;mem:31");
        assertThat(cluster.framework("F", "a").subscribed().offers()).isEmpty();
        cluster.agent("S1", "cpus:0.009;mem:32");
        cluster.agent("S2", "cpus:0.01;mem:31");
        assertThat(cluster.openOffers()).hasSize(2);
    }

    @Test
    void declinedAgentComesBackInTheCycleAfterTheFilter() {
        cluster.agent("S0", HOST);
        TestFramework framework = cluster.framework("F", "a").subscribed();
        cluster.pass(500);
        framework.declines(framework.onlyOffer(), 5);
        cluster.pass(5_499);
        assertThat(framework.offers()).isEmpty();
        cluster.pass(1);
        assertThat(framework.offers()).hasSize(1);
    }

    @Test
    void declineOfZeroSecondsWaitsForTheNextCycle() {
        cluster.agent("S0", HOST);
        TestFramework framework = cluster.framework("F", "a").subscribed();
        cluster.pass(500);
        framework.declines(framework.onlyOffer(), 0);
        cluster.pass(499);
        assertThat(framework.offers()).isEmpty();
        cluster.pass(1);
        assertThat(framework.offers()).hasSize(1);
    }

    @Test
    void shortFilterLastsForOneCycle() {
        cluster.agent("S0", HOST);
        TestFramework framework = cluster.framework("F", "a").subscribed();
        cluster.pass(999);
        framework.declines(framework.onlyOffer(), 0.001);
        cluster.pass(1);
        assertThat(framework.offers()).isEmpty();
        cluster.passOneCycle();
        assertThat(framework.offers()).hasSize(1);
    }

    @Test
    void reviveBringsDeclinedAgentsBackAtOnce() {
        cluster.agent("S0", HOST);
        TestFramework framework = cluster.framework("F", "a").subscribed();
        framework.declines(framework.onlyOffer(), 1000);
        cluster.pass(10_000);
        assertThat(framework.offers()).isEmpty();
        framework.revives();
        assertThat(framework.offers()).hasSize(1);
    }

    @Test
    void reviveOfAnUnknownRoleChangesNothing() {
        cluster.agent("S0", HOST);
        TestFramework framework = cluster.framework("F", "a").subscribed();
        framework.declines(framework.onlyOffer(), 1000);
        framework.revives("nosuchrole");
        cluster.pass(10_000);
        assertThat(framework.offers()).isEmpty();
    }

    @Test
    void declineInOneRoleMovesTheAgentToTheOther() {
        cluster.agent("S0", HOST);
        TestFramework framework = cluster.framework("F", "a", "b").subscribed();
        Offer first = framework.onlyOffer();
        framework.declines(first, 1000);
        cluster.passOneCycle();
        assertThat(framework.onlyOffer().getAllocationInfo().getRole())
                .isNotEqualTo(first.getAllocationInfo().getRole());
    }

    @Test
    void suppressedFrameworkKeepsItsOffersAndGetsNoMore() {
        cluster.agent("S0", HOST);
        TestFramework framework = cluster.framework("F", "a").subscribed();
        framework.suppresses();
        assertThat(framework.rescinded()).isEmpty();
        framework.declines(framework.onlyOffer(), 0);
        cluster.pass(5_000);
        assertThat(framework.offers()).isEmpty();
        framework.revives();
        assertThat(framework.offers()).hasSize(1);
    }

    @Test
    void whoIsSuspendedLosesItsOffersAndGetsNoMoreUntilItIsBack() {
        cluster.agent("S0", HOST);
        TestFramework framework = cluster.framework("F", "a").subscribed();
        TestFramework other = cluster.framework("G", "a").subscribed();
        cluster.allocator().suspend(framework.id());
        assertThat(framework.rescinded()).hasSize(1);
        cluster.passOneCycle();
        assertThat(other.offers()).hasSize(1);
        other.disconnects();
        framework.revives();
        cluster.pass(5_000);
        assertThat(framework.offers()).isEmpty();
        framework.resumes();
        assertThat(framework.offers()).hasSize(1);
    }

    @Test
    void whoResumesHearsThatItsOffersAreTakenBack() {
        cluster.agent("S0", HOST);
        TestFramework framework = cluster.framework("F", "a").subscribed();
        Offer before = framework.onlyOffer();
        framework.resumes();
        assertThat(framework.rescinded()).containsExactly(before.getId());
        assertThat(framework.onlyOffer()).isNotEqualTo(before);
    }

    @Test
    void rolesThatAreGoneLoseTheirOffersAndNewOnesAreServedInTheNextCycle() {
        cluster.agent("S0", HOST);
        TestFramework framework = cluster.framework("F", "b").subscribed();
        framework.that(info -> info.clearRoles().addRoles("c")).updates(Set.of());
        assertThat(framework.rescinded()).hasSize(1);
        assertThat(framework.offers()).isEmpty();
        cluster.passOneCycle();
        assertThat(framework.onlyOffer().getAllocationInfo().getRole()).isEqualTo("c");
    }

    @Test
    void whatWasNotClaimedComesBackAfterTheFilterAndWhatWasAfterTheTask() {
        cluster.agent("S0", "cpus:4;mem:4096");
        TestFramework framework = cluster.framework("F", "a").subscribed();
        TaskKey task = framework.accepts(framework.onlyOffer(), "cpus:1;mem:96", 1);
        assertThat(framework.offers()).isEmpty();
        cluster.pass(1_000);
        assertThat(TestFramework.held(framework.onlyOffer())).isEqualTo(Resources.parse("cpus:3;mem:4000"));
        cluster.finish(task);
        cluster.passOneCycle();
        assertThat(framework.offers())
                .extracting(TestFramework::held)
                .containsExactly(Resources.parse("cpus:3;mem:4000"), Resources.parse("cpus:1;mem:96"));
    }

    @Test
    void takenResourcesAreNotOfferedBeforeTheyAreSettled() {
        cluster.agent("S0", HOST);
        TestFramework framework = cluster.framework("F", "a").subscribed();
        TakenOffers taken = TestFramework.taken(framework.takes(framework.onlyOffer()));
        cluster.pass(10_000);
        cluster.framework("G", "a").subscribed();
        assertThat(cluster.openOffers()).isEmpty();
        cluster.allocator().settle(taken, Resources.EMPTY, TestFramework.refusing(0));
        cluster.passOneCycle();
        assertThat(cluster.openOffers()).hasSize(1);
    }

    @Test
    void claimFromElsewhereRescindsTheOfferThatDoesNotFitAnyMore() {
        AgentId agent = cluster.agent("S0", "cpus:4;mem:4096");
        TestFramework other = cluster.framework("O", "x").admitted();
        TestFramework framework = cluster.framework("F", "a").subscribed();
        cluster.claim(other.id(), agent, "x", "cpus:1;mem:96");
        assertThat(framework.rescinded()).hasSize(1);
        cluster.passOneCycle();
        assertThat(TestFramework.held(framework.onlyOffer())).isEqualTo(Resources.parse("cpus:3;mem:4000"));
    }

    @Test
    void ownClaimRescindsNothing() {
        cluster.agent("S0", "cpus:4;mem:4096");
        TestFramework framework = cluster.framework("F", "a").subscribed();
        framework.accepts(framework.onlyOffer(), "cpus:2;mem:2048", 0);
        cluster.passOneCycle();
        framework.accepts(framework.onlyOffer(), "cpus:1;mem:1024", 0);
        assertThat(framework.rescinded()).isEmpty();
    }

    @Test
    void disconnectedUnreachableAndRemovedAgentsLoseTheirOffers() {
        cluster.agent("S0", HOST);
        cluster.agent("S1", HOST);
        cluster.agent("S2", HOST);
        TestFramework framework = cluster.framework("F", "a").subscribed();
        cluster.allocator().agentDisconnected(id("S0"));
        cluster.commit(new StateMutation.MarkAgentUnreachable(id("S1"), 0));
        cluster.commit(new StateMutation.RemoveAgent(id("S2")));
        assertThat(framework.rescinded()).hasSize(3);
        cluster.passOneCycle();
        assertThat(framework.offers()).isEmpty();
        cluster.allocator().agentConnected(id("S0"));
        assertThat(framework.onlyOffer().getAgentId().getValue()).isEqualTo("S0");
    }

    @Test
    void whatIsOnAnUnreachableAgentIsNoPartOfAShareUntilTheAgentIsBack() {
        AgentId lost = cluster.agent("S0", "cpus:2;mem:64");
        TestFramework larger = cluster.framework("F", "a").subscribed();
        larger.accepts(larger.onlyOffer(), "cpus:2;mem:64", 0);
        TestFramework smaller = cluster.framework("G", "a").subscribed();
        larger.suppresses();
        cluster.agent("S1", "cpus:1;mem:32");
        smaller.accepts(smaller.onlyOffer(), "cpus:1;mem:32", 0);
        larger.revives();

        cluster.commit(new StateMutation.MarkAgentUnreachable(lost, 0));
        cluster.agent("S2", "cpus:1;mem:32");
        assertThat(larger.offers()).extracting(TestFramework::agentOf).containsExactly(id("S2"));
        larger.declinesAll(0);

        cluster.admit("S0", "cpus:2;mem:64");
        cluster.passOneCycle();
        assertThat(smaller.offers()).extracting(TestFramework::agentOf).containsExactly(id("S2"));
    }

    @Test
    void anAgentThatWasLostComesBackWithoutFilters() {
        AgentId agent = cluster.agent("S0", HOST);
        TestFramework framework = cluster.framework("F", "a").subscribed();
        framework.declines(framework.onlyOffer(), 600);
        cluster.commit(new StateMutation.MarkAgentUnreachable(agent, 0));
        cluster.passOneCycle();
        assertThat(framework.offers()).isEmpty();
        cluster.agent("S0", HOST);
        assertThat(framework.offers()).hasSize(1);
    }

    @Test
    void offersOfADisconnectedFrameworkGoToOthersWithoutRescind() {
        cluster.agent("S0", HOST);
        TestFramework first = cluster.framework("F", "a").subscribed();
        TestFramework second = cluster.framework("G", "a").subscribed();
        Offer stale = first.onlyOffer();
        first.disconnects();
        cluster.passOneCycle();
        assertThat(first.rescinded()).isEmpty();
        assertThat(second.offers()).hasSize(1);
        assertThat(first.takes(stale)).isEqualTo(new OfferTake.Invalid("Offer master-O0 is no longer valid"));
    }

    @Test
    void secondSubscriptionIsOfferedAnewWhatTheFirstHad() {
        cluster.agent("S0", HOST);
        TestFramework framework = cluster.framework("F", "a").subscribed();
        framework.subscribed();
        assertThat(framework.rescinded()).isEmpty();
        assertThat(cluster.openOffers()).extracting(o -> o.getId().getValue()).containsExactly("master-O1");
    }

    @Test
    void offerThatGrowsOldIsRescindedAndMadeAnew() {
        cluster.agent("S0", HOST);
        TestFramework framework = cluster.framework("F", "a").subscribed();
        cluster.pass(AllocatorSettings.DEFAULT_OFFER_TIMEOUT_MS);
        assertThat(framework.rescinded()).hasSize(1);
        assertThat(framework.offers()).hasSize(1);
    }

    @Test
    void removedFrameworkLosesEverything() {
        cluster.agent("S0", HOST);
        TestFramework framework = cluster.framework("F", "a").subscribed();
        cluster.commit(new StateMutation.RemoveFramework(framework.id()));
        cluster.allocator().remove(framework.id());
        cluster.passOneCycle();
        assertThat(cluster.openOffers()).isEmpty();
        assertThat(cluster.framework("G", "a").subscribed().offers()).hasSize(1);
    }

    @Test
    void rolesGetOfTheClusterAsTheirWeightsSay() {
        Cluster weighted = new Cluster().withWeights(Map.of("heavy", 3.0, "light", 0.5));
        TestFramework heavy = weighted.framework("H", "heavy").subscribed();
        TestFramework light = weighted.framework("L", "light").subscribed();
        TestFramework usual = weighted.framework("U", "usual").subscribed();
        for (int i = 0; i < 18; i++) {
            weighted.agent("S" + i, "cpus:1;mem:64");
        }
        assertThat(heavy.offers()).hasSize(12);
        assertThat(usual.offers()).hasSize(4);
        assertThat(light.offers()).hasSize(2);
    }

    @Test
    void whatARoleUsesCountsByTheResourceOfWhichItUsesMost() {
        cluster.agent("S0", "cpus:10;mem:1000");
        TestFramework computes = cluster.framework("C", "computes").subscribed();
        computes.accepts(computes.onlyOffer(), "cpus:1;mem:500", 1_000);
        cluster.passOneCycle();
        TestFramework stores = cluster.framework("S", "stores").subscribed();
        stores.accepts(stores.onlyOffer(), "cpus:4;mem:100", 1_000);

        computes.revives();
        stores.revives();
        computes.declinesAll(0);
        cluster.passOneCycle();

        assertThat(stores.offers())
                .as("40 % of the cpus against 50 % of the memory")
                .hasSize(1);
        assertThat(computes.offers()).isEmpty();
    }

    @Test
    void allocatorThatStartsLaterCountsWhatIsThere() {
        AgentId agent = cluster.agent("S0", "cpus:4;mem:4096");
        TestFramework rich = cluster.framework("A", "a").admitted();
        cluster.claim(rich.id(), agent, "a", "cpus:1;mem:1024");
        Cluster successor = cluster.withNewAllocator();
        successor.framework("A", "a").subscribed();
        TestFramework poor = successor.framework("B", "a").subscribed();
        successor.allocator().agentConnected(agent);
        assertThat(poor.offers()).hasSize(1);
    }

    private static AgentId id(String name) {
        return new AgentId(name);
    }
}

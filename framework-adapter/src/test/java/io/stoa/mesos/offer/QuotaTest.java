package io.stoa.mesos.offer;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import org.junit.jupiter.api.Test;

class QuotaTest {

    private final Cluster cluster = new Cluster();

    @Test
    void offersAreChoppedToWhatTheLimitsAllow() {
        cluster.withQuota("a", "", "cpus:3;mem:100");
        TestFramework limited = cluster.framework("A", "a").subscribed();

        cluster.agent("S0", "cpus:2;mem:64;disk:10;ports:[1-5]");
        cluster.agent("S1", "cpus:2;mem:64;disk:10;ports:[1-5]");

        assertThat(held(limited))
                .isEqualTo(Resources.parse("cpus:3;mem:100;disk:20;ports:[1-5]")
                        .quantities()
                        .plus(Resources.parse("ports:[1-5]").quantities()));
    }

    /** Who accepted hears of the commit first, the allocator afterwards. */
    @Test
    void whatWasClaimedCountsBeforeItsOfferIsGivenBack() {
        cluster.withQuota("a", "", "cpus:2");
        TestFramework limited = cluster.framework("A", "a").subscribed();
        cluster.agent("S0", "cpus:4;mem:128");
        cluster.state().tellLater();
        limited.accepts(limited.onlyOffer(), "cpus:1;mem:32", 0);
        cluster.passOneCycle();
        assertThat(limited.offers()).isEmpty();

        cluster.state().tell();
        cluster.passOneCycle();

        assertThat(TestFramework.held(limited.onlyOffer()).scalarMilli("cpus")).isEqualTo(1_000);
    }

    @Test
    void whatWasClaimedCountsOnceWhileItsOfferIsHeldStill() {
        cluster.withQuota("p", "cpus:4", "");
        TestFramework poor = cluster.framework("P", "p").subscribed();
        AgentId first = cluster.agent("S0", "cpus:2");
        TakenOffers taken = TestFramework.taken(poor.takes(poor.onlyOffer()));
        cluster.claim(poor.id(), first, "p", "cpus:2");
        cluster.agent("S1", "cpus:2");
        poor.declinesAll(1_000);
        TestFramework rich = cluster.framework("R", "r").subscribed();
        cluster.passOneCycle();
        assertThat(rich.offers()).isEmpty();

        cluster.allocator().settle(taken, Resources.parse("cpus:2"), TestFramework.refusing(0));
        cluster.passOneCycle();
        assertThat(rich.offers()).isEmpty();
    }

    @Test
    void whatIsChoppedOffGoesToOthers() {
        cluster.withQuota("a", "", "cpus:1;mem:32");
        TestFramework limited = cluster.framework("A", "a").subscribed();
        TestFramework other = cluster.framework("B", "b").subscribed();

        cluster.agent("S0", "cpus:4;mem:128");

        assertThat(TestFramework.held(limited.onlyOffer())).isEqualTo(Resources.parse("cpus:1;mem:32"));
        assertThat(TestFramework.held(other.onlyOffer())).isEqualTo(Resources.parse("cpus:3;mem:96"));
    }

    @Test
    void roleAtItsLimitsGetsMoreOnlyWhenSomethingOfItEnds() {
        cluster.withQuota("a", "", "cpus:2");
        TestFramework limited = cluster.framework("A", "a").subscribed();
        AgentId first = cluster.agent("S0", "cpus:2;mem:64");
        limited.admitted();
        TaskKey task = limited.accepts(limited.onlyOffer(), "cpus:2;mem:64", 0);
        cluster.agent("S1", "cpus:2;mem:16");
        cluster.passOneCycle();
        assertThat(limited.offers()).isEmpty();

        cluster.finish(task);
        cluster.passOneCycle();

        assertThat(limited.onlyOffer().getAgentId().getValue()).isEqualTo(first.value());
        limited.declinesAll(1_000);
        cluster.passOneCycle();
        assertThat(limited.onlyOffer().getAgentId().getValue())
                .as("there is room again, and the other agent was left over")
                .isEqualTo("S1");
    }

    @Test
    void everythingBelowARoleCountsAgainstItsLimits() {
        cluster.withQuota("eng", "", "cpus:3");
        TestFramework web = cluster.framework("W", "eng/web").subscribed();
        TestFramework db = cluster.framework("D", "eng/db").subscribed();
        TestFramework eng = cluster.framework("E", "eng").subscribed();

        for (int i = 0; i < 5; i++) {
            cluster.agent("S" + i, "cpus:1");
        }

        assertThat(web.offers().size() + db.offers().size() + eng.offers().size())
                .isEqualTo(3);
    }

    @Test
    void reservationsCountAgainstLimitsUsedOrNotAndAreOfferedAllTheSame() {
        cluster.withQuota("a", "", "cpus:3;mem:1000");
        cluster.agent("R", "cpus(a):2");
        cluster.agent("S0", "cpus:4;mem:64");

        TestFramework limited = cluster.framework("A", "a").subscribed();

        assertThat(held(limited)).isEqualTo(Resources.parse("cpus:3;mem:64").quantities());
    }

    @Test
    void onePieceThatDoesNotFitIntoTheLimitsIsLeftOut() {
        cluster.withQuota("a", "", "disk:50");
        cluster.agent("S0", """
                [{"name":"cpus","type":"SCALAR","scalar":{"value":1}},
                 {"name":"disk","type":"SCALAR","scalar":{"value":100},
                  "disk":{"source":{"type":"MOUNT","mount":{"root":"/mnt"}}}}]""");

        TestFramework limited = cluster.framework("A", "a").subscribed();

        assertThat(TestFramework.held(limited.onlyOffer())).isEqualTo(Resources.parse("cpus:1"));
    }

    @Test
    void guaranteesAreKeptFreeForARoleThatIsNotThereYet() {
        cluster.withQuota("a", "cpus:3;mem:96", "");
        TestFramework other = cluster.framework("B", "b").subscribed();
        cluster.agent("S0", "cpus:2;mem:64");
        cluster.agent("S1", "cpus:2;mem:64");
        assertThat(held(other)).isEqualTo(Resources.parse("cpus:1;mem:32").quantities());

        TestFramework promised = cluster.framework("A", "a").subscribed();

        assertThat(held(promised)).isEqualTo(Resources.parse("cpus:3;mem:96").quantities());
    }

    @Test
    void whatWasKeptIsGivenWhenThePromiseIsWithdrawn() {
        cluster.withQuota("a", "cpus:3;mem:96", "");
        TestFramework other = cluster.framework("B", "b").subscribed();
        cluster.agent("S0", "cpus:4;mem:128");
        assertThat(held(other)).isEqualTo(Resources.parse("cpus:1;mem:32").quantities());

        cluster.withoutQuota("a");
        cluster.passOneCycle();

        assertThat(held(other)).isEqualTo(Resources.parse("cpus:4;mem:128").quantities());
    }

    @Test
    void whatWasKeptIsGivenWhenTheClusterGrows() {
        cluster.withQuota("a", "cpus:4;mem:128", "");
        TestFramework other = cluster.framework("B", "b").subscribed();
        cluster.agent("S0", "cpus:4;mem:128");
        assertThat(other.offers()).isEmpty();

        cluster.agent("S1", "cpus:8;mem:256");
        cluster.passOneCycle();

        assertThat(held(other)).isEqualTo(Resources.parse("cpus:8;mem:256").quantities());
    }

    @Test
    void guaranteesComeBeforeFairness() {
        cluster.withQuota("a", "cpus:6;mem:192", "");
        cluster.framework("B", "b").subscribed();
        TestFramework promised = cluster.framework("A", "a").subscribed();
        for (int i = 0; i < 8; i++) {
            cluster.agent("S" + i, "cpus:1;mem:32");
        }
        assertThat(promised.offers().size()).isGreaterThanOrEqualTo(6);
    }

    @Test
    void guaranteeComesWithEverythingElseThatTheAgentHas() {
        cluster.withQuota("a", "cpus:1", "");
        TestFramework promised = cluster.framework("A", "a").subscribed();

        cluster.agent("S0", "cpus:1;mem:64;disk:10;ports:[1-5]");

        assertThat(TestFramework.held(promised.onlyOffer()))
                .isEqualTo(Resources.parse("cpus:1;mem:64;disk:10;ports:[1-5]"));
    }

    @Test
    void reservationsSatisfyGuarantees() {
        cluster.withQuota("a", "cpus:2", "");
        cluster.agent("R", "cpus(a):2");
        TestFramework other = cluster.framework("B", "b").subscribed();

        cluster.agent("S0", "cpus:2;mem:64");

        assertThat(TestFramework.held(other.onlyOffer())).isEqualTo(Resources.parse("cpus:2;mem:64"));
    }

    @Test
    void newLimitsRescindTheRolesOwnOffersUntilTheyAreKept() {
        TestFramework limited = cluster.framework("A", "a").subscribed();
        for (int i = 0; i < 4; i++) {
            cluster.agent("S" + i, "cpus:1;mem:32");
        }

        cluster.withQuota("a", "", "cpus:2");

        assertThat(limited.offers()).hasSize(2);
        assertThat(limited.rescinded()).hasSize(2);
        cluster.passOneCycle();
        assertThat(held(limited).milli("cpus")).isEqualTo(2_000);
    }

    @Test
    void whatIsClaimedPastTheOffersOfARoleRescindsThoseThatItMayNoLongerTake() {
        cluster.withQuota("a", "", "cpus:4");
        TestFramework limited = cluster.framework("A", "a").subscribed();
        TestFramework claiming = cluster.framework("C", "a").admitted();
        cluster.agent("S0", "cpus:2;mem:64");
        cluster.agent("S1", "cpus:2;mem:64");
        AgentId third = cluster.agent("S2", "cpus:2;mem:64");
        assertThat(held(limited)).isEqualTo(Resources.parse("cpus:4;mem:192").quantities());

        cluster.claim(claiming.id(), third, "a", "cpus:1");

        assertThat(limited.rescinded()).as("not the one without cpus").hasSize(1);
        cluster.passOneCycle();
        assertThat(held(limited)).isEqualTo(Resources.parse("cpus:3;mem:192").quantities());
    }

    /** What its own offers are taken for does not come on top of them. */
    @Test
    void whatIsClaimedOutOfItsOffersLeavesARoleTheOthers() {
        cluster.withQuota("a", "", "cpus:4");
        TestFramework limited = cluster.framework("A", "a").subscribed();
        cluster.agent("S0", "cpus:2;mem:64");
        cluster.agent("S1", "cpus:2;mem:64");
        TakenOffers taken = TestFramework.taken(limited.takes(limited.offers().get(0)));

        cluster.claim(limited.id(), taken.agentId(), "a", "cpus:2;mem:64");

        assertThat(limited.offers()).hasSize(1);
        assertThat(limited.rescinded()).isEmpty();
    }

    @Test
    void newGuaranteesRescindOffersOfOthersUntilTheyCouldBeKept() {
        TestFramework other = cluster.framework("B", "b").subscribed();
        for (int i = 0; i < 4; i++) {
            cluster.agent("S" + i, "cpus:1;mem:32");
        }

        cluster.withQuota("a", "cpus:2", "");

        assertThat(other.offers()).hasSize(2);
        cluster.passOneCycle();
        assertThat(held(other).milli("cpus")).as("the rest is kept").isEqualTo(2_000);
    }

    @Test
    void claimsOnAgentsThatAreUnreachableCountForNobody() {
        cluster.withQuota("a", "", "cpus:2");
        TestFramework limited = cluster.framework("A", "a").subscribed();
        AgentId lost = cluster.agent("S0", "cpus:2;mem:64");
        limited.accepts(limited.onlyOffer(), "cpus:2;mem:64", 0);
        cluster.agent("S1", "cpus:2;mem:64");
        limited.declinesAll(0);

        cluster.commit(new StateMutation.MarkAgentUnreachable(lost, 1));
        cluster.passOneCycle();

        assertThat(held(limited).milli("cpus")).isEqualTo(2_000);
        cluster.admit("S0", "cpus:2;mem:64");
        limited.declinesAll(0);
        cluster.passOneCycle();
        assertThat(held(limited).milli("cpus")).as("its task is back").isZero();
    }

    /** What ran on it counts again, beside what was offered in its place. */
    @Test
    void agentThatIsBackRescindsWhatItsRolesMayNoLongerTake() {
        cluster.withQuota("a", "", "cpus:3");
        TestFramework limited = cluster.framework("A", "a").subscribed();
        AgentId lost = cluster.agent("S0", "cpus:2;mem:64");
        limited.accepts(limited.onlyOffer(), "cpus:2;mem:64", 0);
        cluster.commit(new StateMutation.MarkAgentUnreachable(lost, 1));
        cluster.agent("S1", "cpus:2;mem:64");
        assertThat(held(limited).milli("cpus")).isEqualTo(2_000);

        cluster.admit("S0", "cpus:2;mem:64");

        assertThat(limited.rescinded()).hasSize(1);
        cluster.passOneCycle();
        assertThat(held(limited).milli("cpus")).isEqualTo(1_000);
    }

    @Test
    void allocatorThatStartsLaterKnowsQuotasAndWhatIsConsumed() {
        cluster.withQuota("a", "", "cpus:2");
        TestFramework limited = cluster.framework("A", "a").subscribed();
        cluster.agent("S0", "cpus:1;mem:32");
        limited.accepts(limited.onlyOffer(), "cpus:1;mem:32", 0);

        Cluster next = cluster.withNewAllocator();
        TestFramework again = next.framework("A", "a").subscribed();
        next.agent("S1", "cpus:2;mem:32");

        assertThat(TestFramework.held(again.onlyOffer())).isEqualTo(Resources.parse("cpus:1;mem:32"));
    }

    private static ResourceQuantities held(TestFramework framework) {
        return framework.offers().stream()
                .map(TestFramework::held)
                .map(Resources::quantities)
                .reduce(ResourceQuantities.EMPTY, ResourceQuantities::plus);
    }
}

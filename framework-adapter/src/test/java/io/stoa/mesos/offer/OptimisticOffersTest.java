package io.stoa.mesos.offer;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.resources.Resources;
import java.util.Set;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Labels;
import org.junit.jupiter.api.Test;

class OptimisticOffersTest {

    private final Cluster cluster = new Cluster();

    private static Labels asking(String mode) {
        return Labels.newBuilder()
                .addLabels(Label.newBuilder().setKey(OfferMode.LABEL).setValue(mode))
                .build();
    }

    private TestFramework optimist(String name) {
        return cluster.framework(name, "r")
                .that(info -> info.setLabels(asking("optimistic")))
                .subscribed();
    }

    private TestFramework exclusive(String name) {
        return cluster.framework(name, "r").subscribed();
    }

    private static Resources shown(TestFramework framework) {
        return TestFramework.held(framework.onlyOffer());
    }

    @Test
    void theSameResourcesAreOnOfferToSeveral() {
        cluster.agent("a", "cpus:4;mem:1024");
        assertThat(shown(optimist("one"))).isEqualTo(Resources.parse("cpus:4;mem:1024"));
        assertThat(shown(optimist("two"))).isEqualTo(Resources.parse("cpus:4;mem:1024"));
    }

    @Test
    void nobodyIsShownTheSameTwice() {
        cluster.agent("a", "cpus:4;mem:1024");
        TestFramework one = optimist("one");
        optimist("two");
        one.revives();
        cluster.passOneCycle();
        assertThat(one.offers()).hasSize(1);
    }

    @Test
    void whoAcceptsFirstWinsAndTheOthersSeeWhatIsLeft() {
        cluster.agent("a", "cpus:4;mem:1024");
        TestFramework one = optimist("one");
        TestFramework two = optimist("two");
        one.accepts(one.onlyOffer(), "cpus:3;mem:512", 100);
        assertThat(two.rescinded()).hasSize(1);
        cluster.passOneCycle();
        assertThat(shown(two)).isEqualTo(Resources.parse("cpus:1;mem:512"));
        assertThat(one.offers()).isEmpty();
    }

    @Test
    void bothMayAcceptAndTheStateDecides() {
        AgentId agent = cluster.agent("a", "cpus:4;mem:1024");
        TestFramework one = optimist("one");
        TestFramework two = optimist("two");
        TakenOffers first = TestFramework.taken(one.takes(one.onlyOffer()));
        TakenOffers second = TestFramework.taken(two.takes(two.onlyOffer()));
        cluster.claim(one.id(), agent, "r", "cpus:3;mem:512");
        cluster.allocator().settle(first, Resources.parse("cpus:3;mem:512"), TestFramework.refusing(100));
        cluster.allocator().settle(second, Resources.EMPTY, TestFramework.refusing(0));
        cluster.passOneCycle();
        assertThat(shown(two)).isEqualTo(Resources.parse("cpus:1;mem:512"));
    }

    @Test
    void whatWasTakenIsNotShownToAnybodyUntilItIsDecided() {
        cluster.agent("a", "cpus:4;mem:1024");
        TestFramework one = optimist("one");
        one.takes(one.onlyOffer());
        TestFramework late = optimist("late");
        TestFramework alone = exclusive("alone");
        cluster.passOneCycle();
        assertThat(late.offers()).isEmpty();
        assertThat(alone.offers()).isEmpty();
    }

    @Test
    void anExclusiveOfferKeepsItsResourcesFromOptimists() {
        cluster.agent("a", "cpus:4;mem:1024");
        TestFramework alone = exclusive("alone");
        TestFramework one = optimist("one");
        cluster.passOneCycle();
        assertThat(one.offers()).isEmpty();
        alone.declinesAll(100);
        cluster.passOneCycle();
        assertThat(shown(one)).isEqualTo(Resources.parse("cpus:4;mem:1024"));
    }

    @Test
    void anExclusiveOfferDisplacesOptimisticOnes() {
        cluster.agent("a", "cpus:4;mem:1024");
        TestFramework one = optimist("one");
        TestFramework two = optimist("two");
        TestFramework alone = exclusive("alone");
        assertThat(shown(alone)).isEqualTo(Resources.parse("cpus:4;mem:1024"));
        assertThat(one.rescinded()).hasSize(1);
        assertThat(two.rescinded()).hasSize(1);
        assertThat(cluster.openOffers()).hasSize(1);
    }

    @Test
    void whatIsOnOptimisticOfferIsNobodysShare() {
        ClusterAccounts accounts = new ClusterAccounts(Set.of());
        Client client = accounts.tree().client(new FrameworkId("f"), "r");
        Resources resources = Resources.parse("cpus:1");
        accounts.offered(client, resources, OfferMode.OPTIMISTIC);
        assertThat(client.share().isEmpty()).isTrue();
        accounts.offered(client, resources, OfferMode.EXCLUSIVE);
        accounts.quotas().use(client.quota(), resources.quantities());
        assertThat(client.share().isEmpty()).isFalse();
        accounts.released(client, resources, OfferMode.EXCLUSIVE);
        assertThat(client.share().isEmpty()).isTrue();
    }

    @Test
    void limitsCountWhatIsOnOptimisticOffer() {
        cluster.withQuota("r", "", "cpus:5");
        cluster.agent("a", "cpus:4;mem:1024");
        cluster.agent("b", "cpus:4;mem:1024");
        TestFramework one = optimist("one");
        double cpus = one.offers().stream()
                .mapToDouble(offer -> TestFramework.held(offer).scalarMilli("cpus") / 1000.0)
                .sum();
        assertThat(cpus).isEqualTo(5);
    }

    @Test
    void operatorsMayMakeItTheRuleAndFrameworksTheException() {
        OfferPolicy policy = new OfferPolicy(
                AllocatableMinimum.CPU_OR_MEM, true, OfferPolicy.DEFAULTS.domain(), OfferMode.OPTIMISTIC);
        Cluster optimistic =
                new Cluster(new AllocatorSettings(Cluster.MASTER_ID, 1_000, 600_000, new TreeMap<>(), policy));
        optimistic.agent("a", "cpus:4;mem:1024");
        TestFramework one = optimistic.framework("one", "r").subscribed();
        TestFramework two = optimistic.framework("two", "r").subscribed();
        assertThat(one.offers()).hasSize(1);
        assertThat(two.offers()).hasSize(1);
        TestFramework alone = optimistic
                .framework("alone", "r")
                .that(info -> info.setLabels(asking("exclusive")))
                .subscribed();
        assertThat(alone.offers()).hasSize(1);
        assertThat(one.offers()).isEmpty();
    }

    @Test
    void aFrameworkThatChangesItsMindKeepsTheOffersItHas() {
        cluster.agent("a", "cpus:4;mem:1024");
        TestFramework one = exclusive("one");
        one.that(info -> info.setLabels(asking("optimistic"))).updates(Set.of());
        TestFramework two = optimist("two");
        cluster.passOneCycle();
        assertThat(two.offers()).isEmpty();
        one.declinesAll(0);
        cluster.passOneCycle();
        assertThat(one.offers()).hasSize(1);
        assertThat(two.offers()).hasSize(1);
    }
}

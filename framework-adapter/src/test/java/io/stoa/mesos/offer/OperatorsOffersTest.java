package io.stoa.mesos.offer;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.model.AgentId;
import io.stoa.state.transaction.StateMutation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What operators say of offers: which hosts there are, and what is no part of a share. */
class OperatorsOffersTest {

    private final Cluster cluster = new Cluster();

    @Test
    void onlyAgentsOnListedHostsAreOffered() {
        cluster.allocator().offerOnly(Set.of("S1.example"));
        cluster.agent("S0", "cpus:1");
        cluster.agent("S1", "cpus:1");

        TestFramework framework = cluster.framework("F", "a").subscribed();

        assertThat(agents(framework)).containsExactly("S1");
        cluster.passOneCycle();
        assertThat(agents(framework)).containsExactly("S1");
    }

    @Test
    void theListCountsFromTheNextCycleOn() {
        TestFramework framework = cluster.framework("F", "a").subscribed();
        cluster.agent("S0", "cpus:1");
        cluster.agent("S1", "cpus:1");

        cluster.allocator().offerOnly(Set.of("S1.example"));
        cluster.passOneCycle();
        assertThat(agents(framework)).as("what is on offer stays").containsExactly("S0", "S1");
        framework.declinesAll(0);
        cluster.passOneCycle();
        assertThat(agents(framework)).containsExactly("S1");

        cluster.allocator().offerOnly(Set.of("S0.example", "S1.example"));
        cluster.passOneCycle();
        assertThat(agents(framework)).containsExactlyInAnyOrder("S0", "S1");
    }

    @Test
    void whoseHostIsNotListedIsExplained() {
        cluster.allocator().offerOnly(Set.of());
        cluster.agent("S0", "cpus:1");
        TestFramework framework = cluster.framework("F", "a").subscribed();

        OfferExplanation explanation = cluster.allocator()
                .explain(framework.id(), Optional.empty())
                .join()
                .orElseThrow();

        assertThat(explanation.roles().get(0).cause(OfferCause.UNLISTED)).isPresent();
    }

    @Test
    void whatIsOnOfferOfAnAgentIsRescindedWhenItIsDeactivated() {
        AgentId agent = cluster.agent("S0", "cpus:1");
        cluster.agent("S1", "cpus:1");
        TestFramework framework = cluster.framework("F", "a").subscribed();

        cluster.commit(new StateMutation.DeactivateAgent(agent));
        assertThat(agents(framework)).containsExactly("S1");
        assertThat(framework.rescinded()).hasSize(1);
        cluster.passOneCycle();
        assertThat(agents(framework)).containsExactly("S1");
        assertThat(cluster.allocator()
                        .explain(framework.id(), Optional.empty())
                        .join()
                        .orElseThrow()
                        .roles()
                        .get(0)
                        .cause(OfferCause.DEACTIVATED))
                .isPresent();

        cluster.commit(new StateMutation.ReactivateAgent(agent));
        assertThat(agents(framework)).containsExactly("S1");
        cluster.passOneCycle();
        assertThat(agents(framework)).containsExactlyInAnyOrder("S0", "S1");
    }

    @Test
    void nothingOfAnAgentThatDrainsIsOffered() {
        AgentId agent = cluster.agent("S0", "cpus:1");
        cluster.commit(new StateMutation.DrainAgent(agent, OptionalLong.empty(), false, 0));
        TestFramework framework = cluster.framework("F", "a").subscribed();
        cluster.commit(new StateMutation.FinishDrain(agent));
        cluster.passOneCycle();
        assertThat(framework.offers()).isEmpty();

        cluster.commit(new StateMutation.ReactivateAgent(agent));
        cluster.passOneCycle();
        assertThat(agents(framework)).containsExactly("S0");
    }

    @Test
    void whatIsScarceIsNoPartOfAShare() {
        assertThat(nextInLine(Set.of())).as("by its gpus F has more than G").isEqualTo("G");
        assertThat(nextInLine(Set.of("gpus"))).isEqualTo("F");
    }

    /** F has all gpus and one cpu of four, G has two. */
    private static String nextInLine(Set<String> scarce) {
        OfferPolicy policy =
                new OfferPolicy(AllocatableMinimum.CPU_OR_MEM, false, Optional.empty(), OfferMode.EXCLUSIVE, scarce);
        Cluster cluster =
                new Cluster(new AllocatorSettings(Cluster.MASTER_ID, 1_000, 600_000, new TreeMap<>(), policy));
        AgentId withGpus = cluster.agent("S0", "cpus:1;gpus:4");
        AgentId other = cluster.agent("S1", "cpus:2");
        TestFramework first = cluster.framework("F", "a").admitted();
        TestFramework second = cluster.framework("G", "a").admitted();
        cluster.claim(first.id(), withGpus, "a", "cpus:1;gpus:4");
        cluster.claim(second.id(), other, "a", "cpus:2");
        first.subscribed();
        second.subscribed();

        cluster.agent("S2", "cpus:1");

        return first.offers().isEmpty() ? "G" : "F";
    }

    private static List<String> agents(TestFramework framework) {
        return framework.offers().stream()
                .map(offer -> offer.getAgentId().getValue())
                .toList();
    }
}

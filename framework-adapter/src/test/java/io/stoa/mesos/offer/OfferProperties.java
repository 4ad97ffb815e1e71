package io.stoa.mesos.offer;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.model.Agent;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.mesos.v1.Protos.Offer;

class OfferProperties {

    private static final int LONGEST_FILTER_SECONDS = 7;

    /** A cluster of two agents and two frameworks to which things happen. */
    private static final class History {
        private final Cluster cluster = new Cluster();
        private final List<TestFramework> frameworks = new ArrayList<>();
        private final Queue<TaskKey> running = new ArrayDeque<>();

        History() {
            cluster.agent("S0", "cpus:4;mem:4096");
            cluster.agent("S1", "cpus:8;mem:1024");
            frameworks.add(cluster.framework("A", "a").subscribed());
            frameworks.add(cluster.framework("B", "b").subscribed());
        }

        void happens(int number) {
            TestFramework framework = frameworks.get(number % 2);
            int what = number / 2;
            switch (what % 8) {
                case 0 -> framework.declinesAll(what % LONGEST_FILTER_SECONDS);
                case 1 -> framework.offers().stream().findFirst().ifPresent(o -> running.add(accepts(framework, o)));
                case 2 -> framework.revives();
                case 3 -> framework.suppresses();
                case 4 -> cluster.pass(what);
                case 5 -> {
                    if (!running.isEmpty()) {
                        cluster.finish(running.remove());
                    }
                }
                case 6 -> framework.subscribed();
                default -> framework.disconnects();
            }
        }

        private static TaskKey accepts(TestFramework framework, Offer offer) {
            Resources half = TestFramework.held(offer).contains(Resources.parse("cpus:1;mem:64"))
                    ? Resources.parse("cpus:1;mem:64")
                    : TestFramework.held(offer);
            return framework.accepts(offer, half.toString().replace(" ", ""), 1);
        }

        void everythingOnOfferIsFree() {
            for (Agent agent : cluster.state().snapshot().agents()) {
                Resources offered = cluster.openOffers().stream()
                        .filter(offer -> TestFramework.agentOf(offer).equals(agent.id()))
                        .map(TestFramework::held)
                        .reduce(Resources.EMPTY, Resources::plus);
                assertThat(agent.free().contains(offered))
                        .as("%s is free, %s is offered", agent.free(), offered)
                        .isTrue();
            }
        }
    }

    @Property(tries = 200)
    void noMoreIsOnOfferThanIsFree(@ForAll @Size(max = 60) List<@IntRange(max = 9_999) Integer> events) {
        History history = new History();
        for (int event : events) {
            history.happens(event);
            history.everythingOnOfferIsFree();
        }
    }

    @Property(tries = 200)
    void whoWantsIsOfferedWhatIsFreeWhenAllFiltersHaveExpired(
            @ForAll @Size(max = 60) List<@IntRange(max = 9_999) Integer> events) {
        History history = new History();
        events.forEach(history::happens);
        history.frameworks.get(1).disconnects();
        history.frameworks.get(0).subscribed();
        history.cluster.pass((LONGEST_FILTER_SECONDS + 1) * 1_000L);
        for (Agent agent : history.cluster.state().snapshot().agents()) {
            Resources offered = history.frameworks.get(0).offers().stream()
                    .filter(offer -> history.cluster.openOffers().contains(offer))
                    .filter(offer -> TestFramework.agentOf(offer).equals(agent.id()))
                    .map(TestFramework::held)
                    .reduce(Resources.EMPTY, Resources::plus);
            assertThat(offered).isEqualTo(agent.free());
        }
    }

    @Property(tries = 100)
    void sameHistoryMakesTheSameOffers(@ForAll @Size(max = 60) List<@IntRange(max = 9_999) Integer> events) {
        History first = new History();
        History second = new History();
        events.forEach(first::happens);
        events.forEach(second::happens);
        for (int i = 0; i < 2; i++) {
            assertThat(first.frameworks.get(i).events())
                    .isEqualTo(second.frameworks.get(i).events());
        }
    }

    /** Agents of one size come one after the other, each is taken whole: nobody gets ahead by more than one. */
    @Property(tries = 50)
    void dominantSharesStayWithinOneAgentOfEachOther(@ForAll @IntRange(min = 2, max = 7) int frameworks) {
        Cluster cluster = new Cluster();
        List<TestFramework> all = new ArrayList<>();
        for (int i = 0; i < frameworks; i++) {
            all.add(cluster.framework("F" + i, "a").subscribed());
        }
        for (int i = 0; i < frameworks * 5; i++) {
            cluster.agent("S" + i, "cpus:1;mem:64");
        }
        assertThat(all).allSatisfy(framework -> assertThat(framework.offers()).hasSize(5));
    }
}

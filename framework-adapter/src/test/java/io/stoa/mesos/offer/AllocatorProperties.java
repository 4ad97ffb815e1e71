package io.stoa.mesos.offer;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import io.stoa.state.resources.Roles;
import io.stoa.state.transaction.StateMutation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.mesos.v1.Protos.Offer;

/** Histories of a cluster of roles above and below each other, with weights, limits and guarantees. */
class AllocatorProperties {

    private static final int LONGEST_FILTER_SECONDS = 5;
    private static final Map<String, String> LIMITS = Map.of("eng", "cpus:6;mem:600", "ads", "cpus:3");
    private static final List<String> CLAIMS = List.of("cpus:0.5;mem:40", "cpus:1;mem:32", "cpus:2;mem:100");

    private static final class History {
        private final Cluster cluster = new Cluster();
        private final List<TestFramework> frameworks = new ArrayList<>();
        private final Queue<TaskKey> running = new ArrayDeque<>();

        History() {
            cluster.withWeights(Map.of("eng/web", 2.0));
            LIMITS.forEach((role, limits) -> cluster.withQuota(role, "", limits));
            cluster.agent("S0", "cpus:4;mem:512;ports:[1-9]");
            cluster.agent("S1", "cpus:8;mem:256;cpus(eng):1");
            cluster.agent("S2", "cpus:2;mem:512;cpus(eng/web):1;mem(eng/web):64");
            frameworks.add(cluster.framework("A", "eng/web", "ads").subscribed());
            frameworks.add(cluster.framework("B", "eng", "*").subscribed());
            frameworks.add(cluster.framework("C", "ads").subscribed());
        }

        void happens(int number) {
            TestFramework framework = frameworks.get(number % 3);
            int what = number / 3;
            switch (what % 11) {
                case 0 -> framework.declinesAll(what % LONGEST_FILTER_SECONDS);
                case 1, 2, 3 ->
                    framework.offers().stream().findFirst().ifPresent(offer -> accepts(framework, offer, what / 11));
                case 4 -> framework.revives();
                case 5 -> framework.suppresses();
                case 6 -> cluster.pass(what);
                case 7 -> {
                    if (!running.isEmpty()) {
                        cluster.finish(running.remove());
                    }
                }
                case 8 -> framework.subscribed();
                case 9 -> framework.disconnects();
                default -> cluster.pass(1_000);
            }
        }

        private void accepts(TestFramework framework, Offer offer, int number) {
            String claim = CLAIMS.get(number % CLAIMS.size());
            Resources held = TestFramework.held(offer);
            if (held.contains(Resources.parse(claim))) {
                running.add(framework.accepts(offer, claim, 1));
            } else {
                framework.declines(offer, 1);
            }
        }

        ClusterSnapshot snapshot() {
            return cluster.state().snapshot();
        }

        /** Claimed and reserved, and what is on offer of what nobody has reserved. */
        ResourceQuantities consumed(String role) {
            ResourceQuantities consumed = snapshot().roleSums().usage(role).consumed();
            for (Offer offer : cluster.openOffers()) {
                if (Roles.isWithin(offer.getAllocationInfo().getRole(), role)) {
                    consumed = consumed.plus(
                            TestFramework.held(offer).unreservedScalars().quantities());
                }
            }
            return consumed;
        }
    }

    @Property(tries = 150)
    void noMoreIsOnOfferThanIsFreeAndNoRoleGetsBeyondItsLimits(
            @ForAll @Size(max = 80) List<@IntRange(max = 9_999) Integer> events) {
        History history = new History();
        for (int event : events) {
            history.happens(event);
            for (Agent agent : history.snapshot().agents()) {
                Resources offered = history.cluster.openOffers().stream()
                        .filter(offer -> TestFramework.agentOf(offer).equals(agent.id()))
                        .map(TestFramework::held)
                        .reduce(Resources.EMPTY, Resources::plus);
                assertThat(agent.free().contains(offered))
                        .as("%s is free, %s is offered", agent.free(), offered)
                        .isTrue();
            }
            LIMITS.forEach((role, text) -> {
                ResourceLimits limits =
                        ResourceLimits.of(Resources.parse(text).quantities().toMap());
                assertThat(limits.contains(history.consumed(role)))
                        .as("%s has %s of %s", role, history.consumed(role), limits)
                        .isTrue();
            });
        }
    }

    /** Whatever happened before: the only one that is there, without limits, gets everything when filters are over. */
    @Property(tries = 150)
    void whoWantsIsNeverForgotten(@ForAll @Size(max = 80) List<@IntRange(max = 9_999) Integer> events) {
        History history = new History();
        events.forEach(history::happens);
        LIMITS.keySet().forEach(history.cluster::withoutQuota);
        history.frameworks.forEach(TestFramework::disconnects);
        TestFramework last = history.frameworks.get(events.size() % 3).subscribed();

        history.cluster.pass((LONGEST_FILTER_SECONDS + 1) * 1_000L);

        for (Agent agent : history.snapshot().agents()) {
            Resources everything = last.roles().stream()
                    .map(agent.free()::allocatableTo)
                    .reduce(Resources.EMPTY, (a, b) -> a.plus(b.minus(a)));
            assertThat(offeredOn(agent, last)).isEqualTo(everything);
        }
    }

    /**
     * Nobody comes or goes, everybody refuses for a while: then everything that somebody may have is on offer again.
     */
    @Property(tries = 150)
    void nothingThatIsWantedStaysFree(@ForAll @Size(max = 80) List<@IntRange(max = 9_999) Integer> events) {
        History history = new History();
        events.forEach(history::happens);
        TestFramework unlimited = history.cluster.framework("U", "u").subscribed();

        history.cluster.pass((LONGEST_FILTER_SECONDS + 1) * 1_000L);

        assertThat(unlimited.offers())
                .allMatch(offer -> history.cluster.openOffers().contains(offer));
        for (Agent agent : history.snapshot().agents()) {
            Resources left = history.cluster.openOffers().stream()
                    .filter(offer -> TestFramework.agentOf(offer).equals(agent.id()))
                    .map(TestFramework::held)
                    .reduce(agent.free(), Resources::minus)
                    .allocatableTo("u");
            assertThat(AllocatableMinimum.CPU_OR_MEM.isMetBy(left))
                    .as("left: %s", left)
                    .isFalse();
        }
    }

    @Property(tries = 100)
    void sameHistoryMakesTheSameOffers(@ForAll @Size(max = 80) List<@IntRange(max = 9_999) Integer> events) {
        History first = new History();
        History second = new History();
        events.forEach(first::happens);
        events.forEach(second::happens);
        for (int i = 0; i < 3; i++) {
            assertThat(first.frameworks.get(i).events())
                    .isEqualTo(second.frameworks.get(i).events());
        }
    }

    /** What the books say after any history is what they say when they are written anew. */
    @Property(tries = 150)
    void booksThatFollowChangesEqualBooksThatAreWrittenAnew(
            @ForAll @Size(max = 80) List<@IntRange(max = 9_999) Integer> events) {
        History history = new History();
        List<ClusterSnapshot> snapshots = new ArrayList<>(List.of(history.snapshot()));
        ClusterAccounts following = new ClusterAccounts(Set.of());
        following.count(history.snapshot());
        history.cluster.state().addListener((snapshot, changes) -> {
            following.follow(snapshots.get(snapshots.size() - 1), snapshot, changes);
            snapshots.add(snapshot);
        });
        for (int event : events) {
            history.happens(event);
            if (event % 7 == 0) {
                history.cluster.commit(new StateMutation.MarkAgentUnreachable(new AgentId("S" + event % 3), event));
            } else if (event % 7 == 1) {
                history.cluster.agent("S0", "cpus:" + (4 + event % 3) + ";mem:512;ports:[1-9]");
            }
        }

        ClusterAccounts anew = new ClusterAccounts(Set.of());
        anew.count(history.snapshot());
        assertThat(following.toString()).isEqualTo(anew.toString());
    }

    /** Agents of one size, more than enough of them: everybody has its share of the cluster to within one agent. */
    @Property(tries = 60)
    void weightsDivideTheClusterDownTheTree(
            @ForAll @IntRange(min = 1, max = 4) int parent,
            @ForAll @IntRange(min = 1, max = 4) int first,
            @ForAll @IntRange(min = 1, max = 4) int second) {
        Cluster cluster = new Cluster()
                .withWeights(Map.of("p", (double) parent, "p/first", (double) first, "p/second", (double) second));
        TestFramework one = cluster.framework("1", "p/first").subscribed();
        TestFramework two = cluster.framework("2", "p/second").subscribed();
        TestFramework other = cluster.framework("3", "other").subscribed();
        int agents = 3 * (parent + 1) * (first + second);
        for (int i = 0; i < agents; i++) {
            cluster.agent("S" + i, "cpus:1;mem:64");
        }

        double ofParent = (double) agents * parent / (parent + 1);
        assertThat(other.offers().size()).isBetween((int) (agents - ofParent) - 1, (int) (agents - ofParent) + 2);
        double ofFirst = ofParent * first / (first + second);
        assertThat(one.offers().size()).isBetween((int) ofFirst - 1, (int) ofFirst + 2);
        assertThat(one.offers().size() + two.offers().size() + other.offers().size())
                .isEqualTo(agents);
    }

    private static Resources offeredOn(Agent agent, TestFramework framework) {
        return framework.offers().stream()
                .filter(offer -> TestFramework.agentOf(offer).equals(agent.id()))
                .map(TestFramework::held)
                .reduce(Resources.EMPTY, Resources::plus);
    }
}

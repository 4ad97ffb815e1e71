package io.stoa.examples.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.examples.service.Plan.Reason;
import java.util.List;
import java.util.Map;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.Test;

class PlannerTest {

    private static List<String> starts(Plan plan) {
        return plan.starts().stream()
                .map(start -> start.missing().id() + " on " + start.agentId())
                .toList();
    }

    private static List<String> stops(Plan plan) {
        return plan.stops().stream()
                .map(stop -> stop.instance().id() + " " + stop.reason())
                .toList();
    }

    private static Town threeZones() {
        return new Town()
                .withHost("a1", "a", 4)
                .withHost("a2", "a", 4)
                .withHost("b1", "b", 4)
                .withHost("c1", "c", 4);
    }

    @Test
    void instancesAreSpreadOverZonesFirstAndThenOverHosts() {
        Town town = threeZones().withService("web", 6, 0, 0.5).settle();
        assertThat(town.count("web", "a1")).isEqualTo(1);
        assertThat(town.count("web", "a2")).isEqualTo(1);
        assertThat(town.count("web", "b1")).isEqualTo(2);
        assertThat(town.count("web", "c1")).isEqualTo(2);
    }

    @Test
    void ofHostsThatAreAlikeTheOneThatIsUsedLeastIsTaken() {
        Plan plan = new Town()
                .withHost("claimed", "a", 4)
                .withHost("busy", "a", 4)
                .withInstance("other.0.0", "claimed", 3, TaskState.TASK_RUNNING)
                .withService("other", 1, 0, 3)
                .withService("web", 1, 0, 1)
                .withUsage("claimed", Map.of("other.0.0", 0.1))
                .withUsage("busy", Map.of("somebody", 2.0))
                .plan();
        // By what is claimed, the other one would be emptier.
        assertThat(starts(plan)).containsExactly("web.0.0 on claimed");
    }

    @Test
    void aHostThatIsTooBusyIsTheLastToBeTaken() {
        Town town = new Town()
                .withHost("hot", "a", 4)
                .withHost("cool", "b", 1)
                .withService("web", 3, 0, 0.5)
                .withUsage("hot", Map.of("somebody", 3.5))
                .withUsage("cool", Map.of());
        assertThat(starts(town.plan())).containsExactly("web.0.0 on cool", "web.1.0 on cool", "web.2.0 on hot");
    }

    @Test
    void theMoreImportantServiceChoosesFirst() {
        Plan plan = new Town()
                .withHost("x", "a", 1)
                .withService("low", 1, 1, 1)
                .withService("high", 1, 2, 1)
                .plan();
        assertThat(starts(plan)).containsExactly("high.0.0 on x");
        assertThat(plan.stops()).isEmpty();
    }

    @Test
    void lessImportantOnesAreKilledForAMoreImportantOneWhichStartsWhenTheyHaveEnded() {
        Town town = new Town().withHost("x", "a", 2).withService("low", 2, 1, 1).settle();

        Plan kills = town.withService("high", 1, 2, 1).carryOut();
        assertThat(kills.starts()).isEmpty();
        assertThat(stops(kills)).containsExactly("low.0.0 PREEMPTED");

        Plan waits = town.carryOut();
        assertThat(waits.starts()).isEmpty();
        assertThat(waits.stops()).isEmpty();

        Plan starts = town.end().carryOut();
        assertThat(starts(starts)).containsExactly("high.0.0 on x");
        assertThat(town.carryOut().stops()).isEmpty();
    }

    @Test
    void whatWasFreedForOneIsNotGivenToALessImportantOne() {
        Town town = new Town()
                .withHost("x", "a", 2)
                .withService("low", 1, 1, 1.5)
                .settle()
                .withService("high", 1, 3, 1)
                .withService("middle", 1, 2, 1);
        // 0.5 is free, 1.5 will be; 1 of it is for high, the rest is enough for middle.
        assertThat(stops(town.carryOut())).containsExactly("low.0.0 PREEMPTED");
        assertThat(starts(town.end().carryOut())).containsExactly("high.0.0 on x", "middle.0.0 on x");
    }

    @Test
    void thoseThatWaitForRoomAreSpreadToo() {
        Town town = new Town()
                .withHost("a1", "a", 1)
                .withHost("b1", "b", 1)
                .withService("low", 4, 1, 0.5)
                .settle()
                .withService("high", 2, 2, 0.5)
                .settle();
        assertThat(town.count("high", "a1")).isEqualTo(1);
        assertThat(town.count("high", "b1")).isEqualTo(1);
        assertThat(town.count("low", "a1")).isEqualTo(1);
        assertThat(town.count("low", "b1")).isEqualTo(1);
    }

    @Test
    void equallyImportantOnesAreLeftAlone() {
        Town town = new Town().withHost("x", "a", 1).withService("one", 1, 1, 1).settle();
        Plan plan = town.withService("two", 1, 1, 1).plan();
        assertThat(plan.starts()).isEmpty();
        assertThat(plan.stops()).isEmpty();
    }

    @Test
    void theLeastImportantAndTheFewestHaveToGo() {
        Plan plan = new Town()
                .withHost("middle", "a", 1)
                .withHost("two-low", "a", 1)
                .withHost("one-low", "a", 1)
                .withService("middle", 1, 2, 1)
                .withService("low", 2, 1, 0.5)
                .withService("wide", 1, 1, 1)
                .withInstance("middle.0.0", "middle", 1, TaskState.TASK_RUNNING)
                .withInstance("low.0.0", "two-low", 0.5, TaskState.TASK_RUNNING)
                .withInstance("low.1.0", "two-low", 0.5, TaskState.TASK_RUNNING)
                .withInstance("wide.0.0", "one-low", 1, TaskState.TASK_RUNNING)
                .withService("high", 1, 3, 1)
                .plan();
        assertThat(stops(plan)).containsExactly("wide.0.0 PREEMPTED");
    }

    @Test
    void ofEquallyUnimportantOnesTheOneThatUsesMostHasToGo() {
        Plan plan = new Town()
                .withHost("x", "a", 2)
                .withService("low", 2, 1, 1)
                .withInstance("low.0.0", "x", 1, TaskState.TASK_RUNNING)
                .withInstance("low.1.0", "x", 1, TaskState.TASK_RUNNING)
                .withUsage("x", Map.of("low.0.0", 0.1, "low.1.0", 0.9))
                .withService("high", 1, 2, 1)
                .plan();
        assertThat(stops(plan)).containsExactly("low.1.0 PREEMPTED");
    }

    @Test
    void aBusyHostIsRelievedOfItsLeastImportantInstanceWhereAnotherHostCanTakeIt() {
        Town town = new Town()
                .withHost("hot", "a", 2)
                .withHost("cool", "b", 4)
                .withService("high", 1, 2, 0.5)
                .withService("low", 1, 1, 0.5)
                .withInstance("high.0.0", "hot", 0.5, TaskState.TASK_RUNNING)
                .withInstance("low.0.0", "hot", 0.5, TaskState.TASK_RUNNING)
                .withUsage("hot", Map.of("high.0.0", 0.2, "low.0.0", 1.7))
                .withUsage("cool", Map.of());
        assertThat(stops(town.carryOut())).containsExactly("low.0.0 " + Reason.RELIEF);
        assertThat(starts(town.end().carryOut())).containsExactly("low.0.1 on cool");
    }

    @Test
    void aBusyHostIsLeftAsItIsWhereNoOtherHostWouldBeBetter() {
        Plan plan = new Town()
                .withHost("hot", "a", 2)
                .withHost("small", "b", 2)
                .withService("high", 1, 2, 0.5)
                .withService("low", 1, 1, 0.5)
                .withInstance("high.0.0", "hot", 0.5, TaskState.TASK_RUNNING)
                .withInstance("low.0.0", "hot", 0.5, TaskState.TASK_RUNNING)
                .withUsage("hot", Map.of("high.0.0", 0.2, "low.0.0", 1.7))
                .withUsage("small", Map.of())
                .plan();
        assertThat(plan.stops()).isEmpty();
    }

    @Test
    void aBusyHostIsLeftAsItIsWhereNobodyMoreImportantSuffers() {
        Plan plan = new Town()
                .withHost("hot", "a", 2)
                .withHost("cool", "b", 4)
                .withService("low", 2, 1, 0.5)
                .withInstance("low.0.0", "hot", 0.5, TaskState.TASK_RUNNING)
                .withInstance("low.1.0", "hot", 0.5, TaskState.TASK_RUNNING)
                .withUsage("hot", Map.of("low.0.0", 1.0, "low.1.0", 1.0))
                .plan();
        assertThat(plan.stops()).isEmpty();
    }

    @Test
    void whatAVanishedHostHadIsStartedOnOthers() {
        Town town = threeZones().withService("web", 4, 0, 0.5).settle().without("c1");
        assertThat(town.plan().starts()).isNotEmpty();
        town.settle();
        assertThat(town.count("web", "a1") + town.count("web", "a2")).isEqualTo(2);
        assertThat(town.count("web", "b1")).isEqualTo(2);
    }

    @Test
    void aNewZoneGetsItsShareOneInstanceAtATime() {
        Town town = new Town()
                .withHost("a1", "a", 4)
                .withService("web", 6, 0, 0.5)
                .settle()
                .withHost("b1", "b", 4)
                .idle();
        Plan first = town.carryOut();
        assertThat(first.stops())
                .singleElement()
                .satisfies(stop -> assertThat(stop.reason()).isEqualTo(Reason.SPREAD));
        town.end().settle();
        assertThat(town.count("web", "a1")).isEqualTo(3);
        assertThat(town.count("web", "b1")).isEqualTo(3);
    }

    @Test
    void aNewHostOfTheSameZoneGetsItsShare() {
        Town town = new Town()
                .withHost("a1", "a", 4)
                .withService("web", 4, 0, 0.5)
                .settle()
                .withHost("a2", "a", 4)
                .idle()
                .settle();
        assertThat(town.count("web", "a1")).isEqualTo(2);
        assertThat(town.count("web", "a2")).isEqualTo(2);
    }

    @Test
    void nothingIsMovedToAHostThatWasNotMeasuredYet() {
        Plan plan = new Town()
                .withHost("a1", "a", 4)
                .withService("web", 4, 0, 0.5)
                .settle()
                .withHost("a2", "a", 4)
                .withUsage("a1", Map.of())
                .plan();
        assertThat(plan.stops()).isEmpty();
    }

    @Test
    void whatNobodyWantsIsKilledOnce() {
        Town town = threeZones()
                .withService("web", 3, 0, 0.5)
                .withService("old", 1, 0, 0.5)
                .settle();
        town.withService("web", 2, 0, 0.5).withoutService("old");
        assertThat(stops(town.carryOut())).containsExactlyInAnyOrder("web.2.0 SURPLUS", "old.0.0 SURPLUS");
        assertThat(town.carryOut().stops()).isEmpty();
        assertThat(town.end().carryOut().stops()).isEmpty();
    }

    @Test
    void whoComesBackWithItsHostGoesWhereItWasReplaced() {
        Plan plan = new Town()
                .withHost("x", "a", 4)
                .withHost("y", "a", 4)
                .withService("web", 1, 0, 1)
                .withInstance("web.0.0", "x", 1, TaskState.TASK_RUNNING)
                .withInstance("web.0.1", "y", 1, TaskState.TASK_RUNNING)
                .plan();
        assertThat(stops(plan)).containsExactly("web.0.0 SURPLUS");
    }
}

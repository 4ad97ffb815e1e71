package io.stoa.state.transaction;

import static io.stoa.state.Fixtures.HOST;
import static io.stoa.state.Fixtures.MARATHON;
import static io.stoa.state.Fixtures.agent;
import static io.stoa.state.Fixtures.allOrNothing;
import static io.stoa.state.Fixtures.claim;
import static io.stoa.state.Fixtures.framework;
import static io.stoa.state.Fixtures.incremental;
import static io.stoa.state.Fixtures.key;
import static io.stoa.state.Fixtures.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.state.model.AnsweredRequest;
import io.stoa.state.model.ClusterState;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.RequestKey;
import io.stoa.state.model.StateVersion;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorRulesTest {

    private static final ClusterState HEAD = decide(
                    decide(ClusterState.EMPTY, allOrNothing(agent(HOST, "cpus:4")))
                            .after(),
                    allOrNothing(framework(MARATHON)))
            .after();

    private static final Author AUTHOR = new Author(MARATHON, new StateVersion(2));
    private static final RequestKey KEY = new RequestKey("request-1", 17);

    @Test
    void generationIsTheVersionOfTheNewestSubscription() {
        assertThat(generation(HEAD)).isEqualTo(new StateVersion(2));
        ClusterState changed = decide(HEAD, allOrNothing(claim("a", "cpus:1"))).after();

        Decision again = decide(changed, allOrNothing(framework(MARATHON)));

        assertThat(generation(again.after())).isEqualTo(new StateVersion(4));
        assertThat(again.result())
                .isInstanceOfSatisfying(
                        CommitResult.Committed.class,
                        committed -> assertThat(committed.version()).isEqualTo(new StateVersion(4)));
    }

    @Test
    void whatAFrameworkSaysOfItselfDoesNotMakeAGeneration() {
        StateMutation update = new StateMutation.UpdateFramework(
                MARATHON,
                framework(MARATHON).info().toBuilder().setHostname("other").build());

        assertThat(generation(decide(HEAD, allOrNothing(update)).after())).isEqualTo(new StateVersion(2));
    }

    @Test
    void schedulerThatAnotherTookOverFromChangesNothing() {
        ClusterState taken = decide(HEAD, allOrNothing(framework(MARATHON))).after();

        Decision decision = decide(
                taken, incremental(claim("a", "cpus:1"), claim("b", "cpus:1")).by(AUTHOR));

        Conflict stale = new Conflict.StaleGeneration(MARATHON, new StateVersion(2), new StateVersion(3));
        assertThat(decision.result())
                .isEqualTo(new CommitResult.Conflicted(new StateVersion(3), Map.of(0, stale, 1, stale)));
        assertThat(decision.after()).isSameAs(taken);
    }

    @Test
    void authorHasToBeThere() {
        Author stranger = new Author(new FrameworkId("stranger"), new StateVersion(2));
        ClusterState removed = decide(HEAD, allOrNothing(new StateMutation.RemoveFramework(MARATHON)))
                .after();
        StateTransaction transaction = allOrNothing(new StateMutation.RemoveTask(key("a")));

        assertThat(decide(HEAD, transaction.by(stranger)).conflicts())
                .containsEntry(0, new Conflict.UnknownFramework(new FrameworkId("stranger")));
        assertThat(decide(removed, transaction.by(AUTHOR)).conflicts())
                .containsEntry(0, new Conflict.FrameworkWasRemoved(MARATHON));
    }

    @Test
    void requestThatIsRepeatedIsNotCarriedOutAgain() {
        StateTransaction transaction = incremental(claim("a", "cpus:1"), claim("b", "cpus:9"))
                .by(AUTHOR)
                .once(KEY);
        Decision first = decide(HEAD, transaction);
        ClusterState later = decide(first.after(), allOrNothing(new StateMutation.RemoveTask(key("a"))))
                .after();

        Decision second = decide(later, transaction);

        assertThat(first.changes())
                .last()
                .isEqualTo(new StateChange.RequestAnswered(
                        MARATHON, AnsweredRequest.of(KEY, new StateVersion(3), Set.of(1))));
        assertThat(second.result()).isEqualTo(new CommitResult.Repeated(new StateVersion(3), Set.of(1)));
        assertThat(second.after()).isSameAs(later);
    }

    @Test
    void nextInstanceOfTheSchedulerMayRepeatWhatTheLastOneAsked() {
        StateTransaction transaction =
                allOrNothing(claim("a", "cpus:1")).by(AUTHOR).once(KEY);
        ClusterState taken = decide(decide(HEAD, transaction).after(), allOrNothing(framework(MARATHON)))
                .after();

        assertThat(decide(taken, transaction.by(new Author(MARATHON, new StateVersion(4))))
                        .result())
                .isEqualTo(new CommitResult.Repeated(new StateVersion(3), Set.of()));
    }

    @Test
    void keyThatNamesSomethingElseConflicts() {
        ClusterState after = decide(
                        HEAD, allOrNothing(claim("a", "cpus:1")).by(AUTHOR).once(KEY))
                .after();

        Decision decision = decide(
                after,
                incremental(claim("b", "cpus:1"), claim("c", "cpus:1"))
                        .by(AUTHOR)
                        .once(new RequestKey(KEY.text(), 18)));

        Conflict reused = new Conflict.KeyReused(KEY.text(), new StateVersion(3));
        assertThat(decision.conflicts()).isEqualTo(Map.of(0, reused, 1, reused));
        assertThat(decision.changes()).isEmpty();
    }

    @Test
    void requestOfWhichNothingWasDoneIsJudgedAnew() {
        ClusterState full = decide(HEAD, allOrNothing(claim("a", "cpus:4"))).after();
        StateTransaction whole = allOrNothing(claim("b", "cpus:1"), claim("c", "cpus:1"))
                .by(AUTHOR)
                .once(KEY);
        StateTransaction parts = incremental(claim("b", "cpus:1")).by(AUTHOR).once(KEY);

        for (StateTransaction transaction : List.of(whole, parts)) {
            Decision refused = decide(full, transaction);
            ClusterState free = decide(refused.after(), allOrNothing(new StateMutation.RemoveTask(key("a"))))
                    .after();

            assertThat(refused.after()).isSameAs(full);
            assertThat(decide(free, transaction).result()).isInstanceOf(CommitResult.Committed.class);
        }
    }

    @Test
    void killIsRememberedByItsTaskAndWithItsKey() {
        ClusterState running = decide(HEAD, allOrNothing(claim("a", "cpus:1"))).after();
        StateTransaction kill =
                allOrNothing(new StateMutation.KillTask(key("a"))).by(AUTHOR);

        ClusterState killed = decide(running, kill.once(KEY)).after();
        assertThat(killed.task(key("a")).orElseThrow())
                .isEqualTo(running.task(key("a")).orElseThrow().toBeKilled(KillPolicy.getDefaultInstance()));
        assertThat(decide(killed, kill).result())
                .as("the same again")
                .isEqualTo(new CommitResult.Committed(killed.version(), List.of(), Map.of()));
        assertThat(decide(killed, kill.once(KEY)).result())
                .isEqualTo(new CommitResult.Repeated(new StateVersion(4), Set.of()));
    }

    @Test
    void killOfATaskThatIsUnknownOrHasEndedConflicts() {
        ClusterState ended = decide(HEAD, allOrNothing(claim("a", "cpus:1"), update("a", TaskState.TASK_FINISHED, 1)))
                .after();

        Decision decision =
                decide(ended, incremental(new StateMutation.KillTask(key("a")), new StateMutation.KillTask(key("b"))));

        assertThat(decision.result())
                .isEqualTo(new CommitResult.Conflicted(
                        ended.version(),
                        Map.of(0, new Conflict.TaskIsTerminal(key("a")), 1, new Conflict.UnknownTask(key("b")))));
    }

    @Test
    void killCommitsBesideAConflict() {
        ClusterState running = decide(HEAD, allOrNothing(claim("a", "cpus:1"))).after();

        Decision decision = decide(running, incremental(new StateMutation.KillTask(key("a")), claim("b", "cpus:9")));

        assertThat(decision.result()).isInstanceOfSatisfying(CommitResult.Committed.class, committed -> {
            assertThat(committed.version()).isEqualTo(running.version().next());
            assertThat(committed.conflicts()).containsOnlyKeys(1);
        });
    }

    @Test
    void whatWasForegoneKeepsItsIndex() {
        Conflict disconnected = new Conflict.AgentIsDisconnected(HOST);
        StateTransaction transaction = incremental(new StateMutation.Foregone(disconnected), claim("a", "cpus:1"))
                .by(AUTHOR)
                .once(KEY);
        Decision first = decide(HEAD, transaction);

        assertThat(first.conflicts()).isEqualTo(Map.of(0, disconnected));
        assertThat(decide(first.after(), transaction).result())
                .isEqualTo(new CommitResult.Repeated(new StateVersion(3), Set.of(0)));
    }

    @Test
    void oldestRequestsAreForgotten() {
        StateTransaction kill =
                allOrNothing(new StateMutation.KillTask(key("a"))).by(AUTHOR);
        ClusterState state = decide(HEAD, allOrNothing(claim("a", "cpus:1"))).after();
        for (int i = 0; i < 1_001; i++) {
            state = decide(state, kill.once(new RequestKey("k" + i, i))).after();
        }

        assertThat(state.answeredRequests(MARATHON))
                .hasSize(1_000)
                .first()
                .satisfies(oldest -> assertThat(oldest.key()).isEqualTo(new RequestKey("k1", 1)));
        assertThat(decide(state, kill.once(new RequestKey("k0", 0))).result())
                .isInstanceOf(CommitResult.Committed.class);
        assertThat(decide(state, kill.once(new RequestKey("k1", 1))).result())
                .isInstanceOf(CommitResult.Repeated.class);
    }

    @Test
    void requestsGoWithTheirFramework() {
        StateTransaction removal = allOrNothing(new StateMutation.RemoveFramework(MARATHON))
                .by(AUTHOR)
                .once(KEY);
        ClusterState after = decide(
                        HEAD,
                        allOrNothing(new StateMutation.RemoveTask(key("a")))
                                .by(AUTHOR)
                                .once(KEY))
                .after();

        assertThat(after.answeredRequests(MARATHON)).hasSize(1);
        assertThat(decide(HEAD, removal).changes()).containsExactly(new StateChange.FrameworkRemoved(MARATHON));
        assertThat(decide(HEAD, removal).after().answeredRequests(MARATHON)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a b", "\u00e4", "\n", "12345678901234567890123456789012345678901234567890123456789012345"})
    void keysAreShortVisibleText(String text) {
        assertThatThrownBy(() -> new RequestKey(text, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: ");
    }

    @Test
    void keyNeedsAnAuthor() {
        StateTransaction anonymous = allOrNothing(claim("a", "cpus:1"));

        assertThatThrownBy(() -> anonymous.once(KEY)).hasMessageContaining("expected: one");
    }

    private static StateVersion generation(ClusterState state) {
        return state.framework(MARATHON).map(Framework::generation).orElseThrow();
    }

    private static Decision decide(ClusterState state, StateTransaction transaction) {
        return ConflictDetector.decide(state, transaction);
    }
}

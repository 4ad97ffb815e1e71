package io.stoa.state;

import static io.stoa.state.Fixtures.HOST;
import static io.stoa.state.Fixtures.MARATHON;
import static io.stoa.state.Fixtures.agent;
import static io.stoa.state.Fixtures.allOrNothing;
import static io.stoa.state.Fixtures.claim;
import static io.stoa.state.Fixtures.commit;
import static io.stoa.state.Fixtures.framework;
import static io.stoa.state.Fixtures.key;
import static io.stoa.state.Fixtures.update;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.journal.InMemoryJournal;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.StateVersion;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.CommittedTransaction;
import io.stoa.state.transaction.StateMutation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StateFollowerTest {

    private final InMemoryJournal journal = new InMemoryJournal();
    private final List<ReplicatedState> open = new ArrayList<>();

    @AfterEach
    void closeAll() {
        open.forEach(ReplicatedState::close);
    }

    @Test
    void followerOfALeaderHearsOfEachTransactionBeforeItsFutureCompletes() throws Exception {
        ReplicatedState state = leader(StateConfig.STANDARD);
        RecordingFollower follower = following(state);
        List<CompletableFuture<CommitResult>> results = new ArrayList<>();
        results.add(state.commit(allOrNothing(agent(HOST, "cpus:400"), framework(MARATHON))));
        for (int i = 0; i < 100; i++) {
            results.add(state.commit(allOrNothing(claim("task" + i, "cpus:1"))));
        }

        for (CompletableFuture<CommitResult> result : results) {
            StateVersion version = ((CommitResult.Committed) result.get()).version();
            assertThat(follower.state().version()).isGreaterThanOrEqualTo(version);
        }

        assertThat(follower.wrong()).isEmpty();
        assertThat(follower.state()).isEqualTo(state.snapshot());
        assertThat(follower.heard()).hasSize(102);
    }

    @Test
    void followerOfAStandbyHearsTheSame() throws Exception {
        ReplicatedState standby = standby();
        RecordingFollower follower = following(standby);
        ReplicatedState state = leader(StateConfig.STANDARD);
        RecordingFollower atLeader = following(state);

        someHistory(state);

        await().until(() -> follower.state().equals(state.snapshot()));
        assertThat(follower.wrong()).isEmpty();
        assertThat(follower.heard()).isEqualTo(atLeader.heard());
    }

    @Test
    void nothingIsMissedOrRepeatedWhenAStandbyTakesOver() throws Exception {
        ReplicatedState standby = standby();
        RecordingFollower follower = following(standby);
        ReplicatedState first = leader(StateConfig.STANDARD);
        commit(first, agent(HOST, "cpus:4000"), framework(MARATHON));
        for (int i = 0; i < 300; i++) {
            commit(first, claim("task" + i, "cpus:1"));
        }

        standby.lead();
        commit(standby, claim("next", "cpus:1"));

        assertThat(follower.wrong()).isEmpty();
        assertThat(follower.replacements()).isEqualTo(1);
        assertThat(follower.heard()).hasSize(303);
        assertThat(follower.state()).isEqualTo(standby.snapshot());
    }

    @Test
    void deposedLeaderGoesOnWithWhatTheNextOneCommits() throws Exception {
        ReplicatedState first = leader(StateConfig.STANDARD);
        RecordingFollower follower = following(first);
        CountDownLatch lost = new CountDownLatch(1);
        first.onLeadershipLost(lost::countDown);
        commit(first, agent(HOST, "cpus:4"), framework(MARATHON));
        ReplicatedState second = leader(StateConfig.STANDARD);
        commit(second, claim("other", "cpus:1"));

        commit(first, claim("never", "cpus:1"));

        lost.await();
        await().until(() -> follower.state().equals(second.snapshot()));
        assertThat(follower.wrong()).isEmpty();
        assertThat(follower.replacements()).isEqualTo(1);
        assertThat(follower.heard()).containsExactly("AgentAdmitted", "FrameworkAdmitted", "TaskClaimed");
    }

    @Test
    void standbyThatIsTooFarBehindIsGivenASnapshot() throws Exception {
        ReplicatedState state = leader(new StateConfig(100, 2, 1 << 16, 5, 1 << 20));
        someHistory(state);
        await().until(() -> state.counters().compactions() > 0);

        ReplicatedState standby = standby();
        RecordingFollower follower = following(standby);
        await().until(() -> follower.state().equals(state.snapshot()));
        commit(state, claim("next", "cpus:1"));

        await().until(() -> follower.state().equals(state.snapshot()));
        assertThat(follower.wrong()).isEmpty();
        assertThat(follower.state().task(key("next"))).isPresent();
    }

    @Test
    void whoComesLateBeginsWithTheStateAsItIs() throws Exception {
        ReplicatedState state = leader(StateConfig.STANDARD);
        someHistory(state);

        RecordingFollower follower = following(state);

        assertThat(follower.state()).isEqualTo(state.snapshot());
        commit(state, claim("next", "cpus:1"));
        assertThat(follower.heard()).containsExactly("TaskClaimed");
        assertThat(follower.wrong()).isEmpty();
    }

    @Test
    void whoComesWhileMuchIsCommittedMissesNothing() throws Exception {
        ReplicatedState state = leader(StateConfig.STANDARD);
        commit(state, agent(HOST, "cpus:4000"), framework(MARATHON));
        List<CompletableFuture<CommitResult>> results = new ArrayList<>();
        List<RecordingFollower> followers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            results.add(state.commit(allOrNothing(claim("task" + i, "cpus:1"))));
            followers.add(following(state));
        }
        CompletableFuture.allOf(results.toArray(new CompletableFuture<?>[0])).get();

        assertThat(followers).allSatisfy(follower -> {
            assertThat(follower.wrong()).isEmpty();
            assertThat(follower.state()).isEqualTo(state.snapshot());
        });
    }

    @Test
    void whatChangesNothingIsNotTold() throws Exception {
        ReplicatedState state = leader(StateConfig.STANDARD);
        RecordingFollower follower = following(state);

        commit(state, new StateMutation.RemoveTask(key("nobody")));
        commit(state, claim("nowhere", "cpus:1"));

        assertThat(follower.heard()).isEmpty();
        assertThat(follower.wrong()).isEmpty();
    }

    @Test
    void followerThatFailsHarmsNobody() throws Exception {
        ReplicatedState state = leader(StateConfig.STANDARD);
        state.addFollower(new StateFollower() {
            @Override
            public void advanced(ClusterSnapshot after, List<CommittedTransaction> transactions) {
                throw new IllegalArgumentException("on purpose");
            }

            @Override
            public void replaced(ClusterSnapshot snapshot) {}
        });
        RecordingFollower follower = following(state);

        assertThat(commit(state, framework(MARATHON))).isInstanceOf(CommitResult.Committed.class);

        assertThat(follower.heard()).containsExactly("FrameworkAdmitted");
        assertThat(state.counters().faults()).isEqualTo(1);
    }

    private static void someHistory(ReplicatedState state) throws Exception {
        commit(state, agent(HOST, "cpus:4"), framework(MARATHON));
        for (int i = 0; i < 40; i++) {
            commit(state, claim("task" + i, "cpus:1"));
            commit(state, update("task" + i, TaskState.TASK_FINISHED, 1));
        }
    }

    private static RecordingFollower following(ReplicatedState state) {
        RecordingFollower follower = new RecordingFollower();
        state.addFollower(follower);
        return follower;
    }

    private ReplicatedState leader(StateConfig config) throws Exception {
        ReplicatedState state = ReplicatedState.leading(journal, config);
        open.add(state);
        return state;
    }

    private ReplicatedState standby() {
        ReplicatedState state = ReplicatedState.follow(journal, StateConfig.STANDARD);
        open.add(state);
        return state;
    }
}

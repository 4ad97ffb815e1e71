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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.stoa.state.journal.InMemoryJournal;
import io.stoa.state.model.StateVersion;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateChange;
import io.stoa.state.transaction.StateMutation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplicatedStateTest {

    private final InMemoryJournal journal = new InMemoryJournal();
    private final List<ReplicatedState> open = new ArrayList<>();

    @AfterEach
    void closeAll() {
        open.forEach(ReplicatedState::close);
    }

    @Test
    void committedClaimIsInTheSnapshotWhenItsFutureCompletes() throws Exception {
        ReplicatedState state = leader();
        commit(state, agent(HOST, "cpus:4;mem:1024"), framework(MARATHON));

        CommitResult result = commit(state, claim("web", "cpus:1;mem:100"));

        assertThat(result).isInstanceOf(CommitResult.Committed.class);
        assertThat(state.snapshot().version()).isEqualTo(new StateVersion(2));
        assertThat(state.snapshot().task(key("web")).orElseThrow().state()).isEqualTo(TaskState.TASK_STAGING);
        assertThat(state.snapshot().agent(HOST).orElseThrow().free()).isEqualTo(Resources.parse("cpus:3;mem:924"));
        assertThat(state.snapshot().tasksOn(HOST)).hasSize(1);
    }

    @Test
    void snapshotThatWasTakenBeforeDoesNotChange() throws Exception {
        ReplicatedState state = leader();
        commit(state, agent(HOST, "cpus:4"), framework(MARATHON));
        var before = state.snapshot();

        commit(state, claim("web", "cpus:1"));

        assertThat(before.taskCount()).isZero();
        assertThat(before.agent(HOST).orElseThrow().claimed()).isEqualTo(Resources.EMPTY);
    }

    @Test
    void nextLeaderKnowsWhatTheLastOneAcknowledged() throws Exception {
        ReplicatedState first = leader();
        commit(first, agent(HOST, "cpus:4"), framework(MARATHON));
        commit(first, claim("web", "cpus:1"));
        commit(first, update("web", TaskState.TASK_RUNNING, 1));

        ReplicatedState second = leader();

        assertThat(second.snapshot()).isEqualTo(first.snapshot());
    }

    @Test
    void deposedLeaderFollowsAndSaysThatItsCommitMayBeLost() throws Exception {
        ReplicatedState first = leader();
        CountDownLatch lost = new CountDownLatch(1);
        first.onLeadershipLost(lost::countDown);
        commit(first, agent(HOST, "cpus:4"), framework(MARATHON));
        ReplicatedState second = leader();

        CommitResult result = commit(first, claim("web", "cpus:1"));

        assertThat(reason(result)).isEqualTo(CommitResult.Reason.OUTCOME_UNKNOWN);
        lost.await();
        assertThat(first.isLeading()).isFalse();
        commit(second, claim("other", "cpus:2"));
        await().until(() -> first.snapshot().equals(second.snapshot()));
        assertThat(first.snapshot().task(key("web"))).isEmpty();
        assertThat(reason(commit(first, claim("web", "cpus:1")))).isEqualTo(CommitResult.Reason.NOT_LEADING);
    }

    @Test
    void whoStepsDownFollowsAndCanLeadAgain() throws Exception {
        ReplicatedState state = leader();
        List<String> losses = new CopyOnWriteArrayList<>();
        state.onLeadershipLost(() -> losses.add("lost"));
        commit(state, agent(HOST, "cpus:4"), framework(MARATHON));

        state.stepDown();

        assertThat(state.isLeading()).isFalse();
        assertThat(reason(commit(state, claim("web", "cpus:1")))).isEqualTo(CommitResult.Reason.NOT_LEADING);
        ReplicatedState other = leader();
        commit(other, claim("other", "cpus:1"));
        await().until(() -> state.snapshot().equals(other.snapshot()));
        state.lead();
        assertThat(commit(state, claim("web", "cpus:1"))).isInstanceOf(CommitResult.Committed.class);
        assertThat(losses).isEmpty();
    }

    @Test
    void deposedLeaderCanLeadAgain() throws Exception {
        ReplicatedState first = leader();
        commit(first, agent(HOST, "cpus:4"), framework(MARATHON));
        ReplicatedState second = leader();
        commit(second, claim("web", "cpus:1"));
        CountDownLatch lost = new CountDownLatch(1);
        first.onLeadershipLost(lost::countDown);
        commit(first, claim("never", "cpus:1"));
        lost.await();

        first.lead();

        assertThat(commit(first, claim("again", "cpus:1"))).isInstanceOf(CommitResult.Committed.class);
        assertThat(first.snapshot().tasks())
                .extracting(task -> task.key().taskId())
                .containsOnly("web", "again");
    }

    @Test
    void followerTailsAndCatchesUpAfterCompaction() throws Exception {
        ReplicatedState early = follower();
        ReplicatedState state = ReplicatedState.leading(journal, new StateConfig(100, 2, 1 << 16, 5, 1 << 20));
        open.add(state);
        commit(state, agent(HOST, "cpus:4"), framework(MARATHON));
        // Commits do not wait for a compaction: many may pass while there is one.
        for (int i = 0; i < 40 || state.counters().compactions() <= 3; i++) {
            commit(state, claim("task" + i, "cpus:1"));
            commit(state, update("task" + i, TaskState.TASK_FINISHED, 1));
        }

        ReplicatedState late = follower();

        await().until(() -> late.snapshot().equals(state.snapshot()));
        await().until(() -> early.snapshot().equals(state.snapshot()));
    }

    @Test
    void listenersHearOfChangesInOrderAfterTheSnapshot() throws Exception {
        ReplicatedState state = leader();
        List<StateChange> heard = new CopyOnWriteArrayList<>();
        List<Boolean> published = new CopyOnWriteArrayList<>();
        state.addListener((snapshot, changes) -> {
            published.add(state.snapshot().equals(snapshot));
            heard.addAll(changes);
        });
        List<CompletableFuture<CommitResult>> results = new ArrayList<>();
        results.add(state.commit(allOrNothing(agent(HOST, "cpus:400"), framework(MARATHON))));
        for (int i = 0; i < 100; i++) {
            results.add(state.commit(allOrNothing(claim("task" + i, "cpus:1"))));
        }
        CompletableFuture.allOf(results.toArray(new CompletableFuture<?>[0])).get();

        await().until(() -> heard.size() == 102);
        assertThat(heard.stream()
                        .filter(StateChange.TaskClaimed.class::isInstance)
                        .map(change ->
                                ((StateChange.TaskClaimed) change).task().key().taskId()))
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(i -> "task" + i).toList());
        assertThat(published).containsOnly(true);
    }

    @Test
    void listenerThatFailsDoesNotSilenceTheOthers() throws Exception {
        ReplicatedState state = leader();
        List<StateChange> heard = new CopyOnWriteArrayList<>();
        state.addListener((snapshot, changes) -> {
            throw new IllegalArgumentException("on purpose");
        });
        state.addListener((snapshot, changes) -> heard.addAll(changes));

        commit(state, framework(MARATHON));

        await().until(() -> heard.size() == 1);
        assertThat(state.counters().faults()).isEqualTo(1);
    }

    @Test
    void whoCannotAppendForAReasonThatNobodyExpectedLeadsNoMore() throws Exception {
        FaultyJournal faulty = new FaultyJournal(journal);
        ReplicatedState state = opened(ReplicatedState.leading(faulty, StateConfig.STANDARD));
        CountDownLatch lost = new CountDownLatch(1);
        state.onLeadershipLost(lost::countDown);
        commit(state, agent(HOST, "cpus:4"), framework(MARATHON));
        faulty.failNextAppend();

        CommitResult result = commit(state, claim("web", "cpus:1"));

        assertThat(reason(result)).isEqualTo(CommitResult.Reason.OUTCOME_UNKNOWN);
        lost.await();
        state.lead();
        assertThat(commit(state, claim("web", "cpus:1"))).isInstanceOf(CommitResult.Committed.class);
    }

    @Test
    void whoCannotTellOfACommitLeadsNoMore() throws Exception {
        ReplicatedState state = leader();
        CountDownLatch lost = new CountDownLatch(1);
        state.onLeadershipLost(lost::countDown);
        commit(state, agent(HOST, "cpus:4"), framework(MARATHON));
        AtomicBoolean fails = new AtomicBoolean(true);
        state.addListener((snapshot, changes) -> {
            // It may hear of the commit before, too, whose future was complete already.
            if (snapshot.task(key("web")).isPresent() && fails.getAndSet(false)) {
                throw new LinkageError("on purpose");
            }
        });

        assertThat(commit(state, claim("web", "cpus:1"))).isInstanceOf(CommitResult.Committed.class);

        lost.await();
        assertThat(state.isLeading()).isFalse();
        state.lead();
        assertThat(state.snapshot().task(key("web"))).isPresent();
        assertThat(commit(state, claim("other", "cpus:1"))).isInstanceOf(CommitResult.Committed.class);
    }

    @Test
    void followerGoesOnAfterAReadThatFailedForAReasonThatNobodyExpected() throws Exception {
        FaultyJournal faulty = new FaultyJournal(journal);
        faulty.failNextRead();
        ReplicatedState follower = opened(ReplicatedState.follow(faulty, StateConfig.STANDARD));

        ReplicatedState leader = leader();
        commit(leader, framework(MARATHON));

        await().until(() -> follower.snapshot().equals(leader.snapshot()));
    }

    @Test
    void whoCannotReadTheJournalFollowsItStill() throws Exception {
        FaultyJournal faulty = new FaultyJournal(journal);
        ReplicatedState state = opened(ReplicatedState.follow(faulty, StateConfig.STANDARD));
        faulty.failNextTakeover();

        assertThatThrownBy(state::lead).hasMessage("on purpose");

        ReplicatedState leader = leader();
        commit(leader, framework(MARATHON));
        await().until(() -> state.snapshot().equals(leader.snapshot()));
    }

    @Test
    void transactionThatIsLargerThanAnEntryIsRefused() throws Exception {
        ReplicatedState state = leader();
        commit(state, agent(HOST, "cpus:4"), framework(MARATHON));
        StateMutation.Claim huge = new StateMutation.Claim(
                MARATHON,
                HOST,
                "*",
                Fixtures.task(HOST, "huge", "cpus:1").toBuilder()
                        .setData(ByteString.copyFrom(new byte[2 << 20]))
                        .build());

        assertThat(reason(commit(state, huge))).isEqualTo(CommitResult.Reason.TOO_LARGE);
        assertThat(state.snapshot().taskCount()).isZero();
        assertThat(commit(state, claim("small", "cpus:1"))).isInstanceOf(CommitResult.Committed.class);
    }

    @Test
    void closedStateRefuses() throws Exception {
        ReplicatedState state = leader();

        state.close();

        assertThat(reason(commit(state, framework(MARATHON)))).isEqualTo(CommitResult.Reason.NOT_LEADING);
    }

    private ReplicatedState leader() throws Exception {
        return opened(ReplicatedState.leading(journal, StateConfig.STANDARD));
    }

    private ReplicatedState follower() {
        return opened(ReplicatedState.follow(journal, StateConfig.STANDARD));
    }

    private ReplicatedState opened(ReplicatedState state) {
        open.add(state);
        return state;
    }

    private static CommitResult.Reason reason(CommitResult result) {
        return ((CommitResult.Refused) result).reason();
    }
}

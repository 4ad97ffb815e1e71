package io.stoa.itests.cluster;

import static io.stoa.itests.Fixtures.framework;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.Agent;
import io.stoa.client.ClusterMirror;
import io.stoa.client.ClusterView;
import io.stoa.client.Decision;
import io.stoa.client.Decision.Outcome;
import io.stoa.client.SchedulerConfig;
import io.stoa.client.SchedulerConfig.Entry;
import io.stoa.client.SchedulerLoop;
import io.stoa.client.SchedulerLoop.Ending;
import io.stoa.client.StoaClient;
import io.stoa.proto.v1.Change;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Schedulers on the client library, with real masters, a real ZooKeeper and real tasks. */
@Timeout(240)
class NativeSchedulerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int TASKS = 80;

    @TempDir
    Path directory;

    private StartedTasks started;

    @BeforeEach
    void prepare() throws Exception {
        started = StartedTasks.in(directory);
    }

    @Test
    void everyProposalEndsOnceThoughTheLeaderIsKilledMeanwhile() throws Exception {
        List<String> ids = IntStream.range(0, TASKS).mapToObj(i -> "T" + i).toList();
        ProposingScheduler scheduler = new ProposingScheduler(started, "true");
        try (Candidates candidates = Candidates.at(directory);
                StoaProcess first = candidates.master("first")) {
            String leader = candidates.awaitLeader();
            try (StoaProcess second = candidates.master("second");
                    Agent agent = candidates.agent();
                    StoaClient client = StoaClient.connect(Candidates.awaitAddress(second) + "," + leader);
                    SchedulerLoop loop = SchedulerLoop.start(client, SchedulerConfig.of(info("batch")), scheduler)) {
                scheduler.wanted.addAll(ids.subList(0, TASKS / 2));
                loop.wake();
                await(PATIENCE).until(() -> scheduler.committed().size() >= 4);
                scheduler.wanted.addAll(ids.subList(TASKS / 2, TASKS));
                loop.wake();

                first.kill();

                await(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(scheduler.committed()).containsExactlyInAnyOrderElementsOf(ids));
                await(PATIENCE)
                        .untilAsserted(() -> assertThat(scheduler.states)
                                .hasSize(TASKS)
                                .containsValue(TaskState.TASK_FINISHED)
                                .doesNotContainValue(TaskState.TASK_LOST)
                                .allSatisfy((id, state) -> assertThat(state).isEqualTo(TaskState.TASK_FINISHED)));
                assertThat(started.ids()).containsExactlyInAnyOrderElementsOf(ids);
                assertThat(scheduler.decisions)
                        .extracting(decision -> decision.proposal().key())
                        .doesNotHaveDuplicates();
                assertThat(scheduler.decisions)
                        .extracting(Decision::outcome)
                        .isSubsetOf(Outcome.COMMITTED, Outcome.CONFLICTED);
                assertThat(scheduler.identities).hasSizeGreaterThanOrEqualTo(2);
                assertThat(Set.copyOf(scheduler.identities.stream()
                                .map(identity -> identity.getSchedulerId())
                                .toList()))
                        .hasSize(1);
                assertThatAllIsFreeAgain(client);
                loop.tearDown().join();
                assertThat(loop.ended().join()).isEqualTo(Ending.CLOSED);
            }
        }
    }

    @Test
    void anotherInstanceGoesOnWithTheTasksOfTheOneBefore() throws Exception {
        ProposingScheduler before = new ProposingScheduler(started, "exec sleep 1000");
        ProposingScheduler after = new ProposingScheduler(started, "true");
        try (Candidates candidates = Candidates.at(directory);
                StoaProcess master = candidates.master("master")) {
            String leader = candidates.awaitLeader();
            try (Agent agent = candidates.agent();
                    StoaClient client = StoaClient.connect(leader);
                    SchedulerLoop one = SchedulerLoop.start(client, takingOver(), before)) {
                before.wanted.addAll(List.of("kept", "other"));
                one.wake();
                await(PATIENCE)
                        .until(() ->
                                before.states.getOrDefault("kept", TaskState.TASK_STAGING) == TaskState.TASK_RUNNING);

                try (SchedulerLoop two = SchedulerLoop.start(client, takingOver(), after)) {
                    assertThat(one.ended().join()).isEqualTo(Ending.SUPERSEDED);
                    await(PATIENCE).until(() -> !after.identities.isEmpty());
                    assertThat(after.identities.get(0).getSchedulerId())
                            .isEqualTo(before.identities.get(0).getSchedulerId());
                    after.wanted.add("third");
                    two.reconcile(List.of("kept")).join();
                    two.wake();
                    await(PATIENCE)
                            .untilAsserted(() -> assertThat(after.states)
                                    .containsEntry("kept", TaskState.TASK_RUNNING)
                                    .containsEntry("third", TaskState.TASK_FINISHED));

                    two.tearDown().join();
                }
                await(PATIENCE)
                        .untilAsserted(() -> assertThat(started.running()).isEmpty());
                assertThatAllIsFreeAgain(client);
            }
        }
    }

    private static void assertThatAllIsFreeAgain(StoaClient client) {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        try (ClusterMirror mirror = ClusterMirror.open(client, new ClusterMirror.Listener() {
            @Override
            public void replaced(ClusterView view) {}

            @Override
            public void changed(ClusterView view, List<Change> changes) {}

            @Override
            public void failed(Throwable why) {
                failure.complete(why);
            }
        })) {
            await(PATIENCE)
                    .until(() -> failure.isDone()
                            || mirror.ask(view -> view.filter(NativeSchedulerTest::isAllFree)
                                            .isPresent())
                                    .join());
            assertThat(failure).isNotDone();
        }
    }

    private static boolean isAllFree(ClusterView view) {
        return view.taskCount() == 0
                && view.agents().size() == 1
                && view.agents().stream().allMatch(agent -> agent.free().equals(agent.total()));
    }

    private static SchedulerConfig takingOver() {
        return SchedulerConfig.of(info("service")).with(Entry.TAKE_OVER);
    }

    private static FrameworkInfo info(String name) {
        return framework(name, "*").build();
    }
}

package io.stoa.client;

import static io.stoa.client.Samples.agent;
import static io.stoa.client.Samples.info;
import static io.stoa.client.Samples.task;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.grpc.Status;
import io.stoa.client.Decision.Outcome;
import io.stoa.client.SchedulerConfig.Limits;
import io.stoa.client.SchedulerLoop.Ending;
import io.stoa.proto.v1.CommitMode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Proposals, decisions and statuses against a master that is played. */
@Timeout(120)
class SchedulerLoopTest {

    private static final SchedulerConfig CONFIG =
            SchedulerConfig.of(info("batch")).with(new Limits(4, 0, 60_000));

    private final FakeCluster cluster = new FakeCluster();
    private final RecordingScheduler scheduler = new RecordingScheduler();
    private FakeMaster master;
    private FakeMaster standby;
    private StoaClient client;

    @BeforeEach
    void prepare() throws Exception {
        cluster.add(agent("A1", 4));
        master = FakeMaster.leading(cluster);
        standby = FakeMaster.following(cluster);
        client = StoaClient.connect(
                ClientConfig.of(master.address() + "," + standby.address()).withBackoffMs(5));
    }

    @AfterEach
    void end() {
        client.close();
        master.close();
        standby.close();
    }

    @Test
    void whatIsProposedIsCommittedAndShownWhenItIsToldOf() {
        try (SchedulerLoop loop = start()) {
            scheduler.want(loop, view -> claims(view, "T1"));

            Decision decision = scheduler.awaitDecision();

            assertThat(decision.outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(decision.isDone(0)).isTrue();
            assertThat(scheduler.viewed.get(0)).startsWith("tasks=[T1] cpus=3.0 underWay=false");
            assertThat(cluster.launched).containsExactly("T1");
        }
    }

    @Test
    void whatIsClaimedAlreadyIsNotFreeForTheNextProposal() {
        master.with(() -> master.holdsCommits = true);
        try (SchedulerLoop loop = start()) {
            scheduler.want(loop, view -> claims(view, "T1"));
            scheduler.want(loop, view -> {
                assertThat(view.agent("A1").orElseThrow().free().scalar("cpus")).isEqualTo(3);
                assertThat(view.isUnderWay("T1")).isTrue();
                return claims(view, "T2");
            });
            await().until(() -> proposalsAtTheMaster() == 2);
            master.release();

            scheduler.awaitDecisions(2);

            assertThat(cluster.launched).containsExactly("T1", "T2");
        }
    }

    @Test
    void anAnswerThatIsLostIsAskedForWithTheSameKey() {
        master.with(() -> master.answersToLose = 3);
        try (SchedulerLoop loop = start()) {
            scheduler.want(loop, view -> claims(view, "T1"));

            Decision decision = scheduler.awaitDecision();

            assertThat(decision.outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(decision.repeated()).isTrue();
            assertThat(cluster.launched).containsExactly("T1");
            assertThat(Set.copyOf(master.commitKeys))
                    .containsExactly(decision.proposal().key());
        }
    }

    @Test
    void aMasterWithTooMuchToDoIsAskedLater() {
        master.with(() -> master.commitsToRefuse = 4);
        try (SchedulerLoop loop = start()) {
            scheduler.want(loop, view -> claims(view, "T1"));

            assertThat(scheduler.awaitDecision().outcome()).isEqualTo(Outcome.COMMITTED);

            assertThat(cluster.launched).containsExactly("T1");
            assertThat(master.commitKeys).hasSize(5);
        }
    }

    @Test
    void aConflictComesBackWithAViewThatShowsIt() {
        try (SchedulerLoop loop = start()) {
            scheduler.want(loop, view -> {
                // Behind the scheduler's back, and not in its view yet.
                cluster.add(agent("A1", 1).toBuilder().setAgentId("A1").build());
                return Proposal.on(view)
                        .claim("A1", task("T1", "A1", 1))
                        .claim("A1", task("T2", "A1", 1))
                        .mode(CommitMode.INCREMENTAL)
                        .build();
            });

            Decision decision = scheduler.awaitDecision();

            assertThat(decision.outcome()).isEqualTo(Outcome.COMMITTED);
            assertThat(decision.conflicted()).containsExactly(1);
            assertThat(decision.isDone(0)).isTrue();
            assertThat(decision.isDone(1)).isFalse();
            assertThat(decision.conflicts().get(0).getInsufficientResources().getWantedCount())
                    .isEqualTo(1);
            assertThat(scheduler.viewed.get(0)).startsWith("tasks=[T1] cpus=0.0");
        }
    }

    @Test
    void nothingIsDoneWhereOneConflictsAndAllWereWanted() {
        try (SchedulerLoop loop = start()) {
            scheduler.want(
                    loop,
                    view -> Proposal.on(view)
                            .claim("A1", task("T1", "A1", 1))
                            .claim("gone", task("T2", "gone", 1))
                            .build());

            assertThat(scheduler.awaitDecision().outcome()).isEqualTo(Outcome.CONFLICTED);

            assertThat(cluster.launched).isEmpty();
            assertThat(scheduler.viewed.get(0)).startsWith("tasks=[] cpus=4.0 underWay=false");
        }
    }

    @Test
    void noMoreIsUnderWayThanIsAllowed() {
        cluster.add(agent("A1", 100));
        master.with(() -> master.holdsCommits = true);
        try (SchedulerLoop loop = start()) {
            IntStream.range(0, 10).forEach(i -> scheduler.want(loop, view -> claims(view, "T" + i)));
            await().until(() -> proposalsAtTheMaster() == 4);
            loop.reconcile(List.of()).exceptionally(refused -> null).join();
            assertThat(proposalsAtTheMaster()).isEqualTo(4);

            master.release();

            scheduler.awaitDecisions(10);
            assertThat(cluster.launched).hasSize(10).doesNotHaveDuplicates();
        }
    }

    @Test
    void proposalsUnderWayOutliveTheirLeader() {
        cluster.add(agent("A1", 100));
        try (SchedulerLoop loop = start()) {
            IntStream.range(0, 4).forEach(i -> scheduler.want(loop, view -> claims(view, "T" + i)));
            scheduler.awaitDecisions(4);
            master.with(() -> master.holdsCommits = true);
            IntStream.range(4, 40).forEach(i -> scheduler.want(loop, view -> claims(view, "T" + i)));
            await().until(() -> proposalsAtTheMaster() == 8);

            master.loseTheLeadTo(standby);

            scheduler.awaitDecisions(40);
            assertThat(scheduler.decisions).extracting(Decision::outcome).containsOnly(Outcome.COMMITTED);
            assertThat(cluster.launched).hasSize(40).doesNotHaveDuplicates();
            assertThat(scheduler.generations).hasSize(2).isSorted();
            assertThat(scheduler.disconnections).hasValue(1);
        }
    }

    @Test
    void aSchedulerThatIsBusyWhileItsConnectionIsLostGoesOnBehindThat() {
        CountDownLatch busy = new CountDownLatch(1);
        try (SchedulerLoop loop = start()) {
            scheduler.want(loop, view -> claims(view, "T1"));
            scheduler.awaitDecision();
            CountDownLatch asked = new CountDownLatch(1);
            scheduler.want(loop, view -> {
                asked.countDown();
                awaitOpen(busy);
                return claims(view, "T2");
            });
            awaitOpen(asked);
            cluster.add(agent("A2", 4));
            cluster.add(agent("A3", 4));

            cluster.leader(standby.address());
            master.kill();
            await().until(SchedulerLoopTest::gRpcHasEndedItsThreads);
            busy.countDown();

            scheduler.awaitDecisions(2);
            assertThat(cluster.launched).containsExactly("T1", "T2");
            assertThat(scheduler.generations).hasSize(2);
        }
    }

    @Test
    void aMasterThatTakesConnectionsAndSaysNothingIsLeft() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                StoaClient other = StoaClient.connect(
                        ClientConfig.of("127.0.0.1:" + silent.getLocalPort() + "," + master.address())
                                .withBackoffMs(5)
                                .withCallTimeoutMs(500));
                SchedulerLoop loop = SchedulerLoop.start(other, CONFIG, scheduler)) {
            scheduler.want(loop, view -> claims(view, "T1"));

            assertThat(scheduler.awaitDecision().outcome()).isEqualTo(Outcome.COMMITTED);
        }
    }

    /** A second after the last connection was closed. */
    private static boolean gRpcHasEndedItsThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread ->
                        thread.getName().startsWith("grpc-") && thread.getName().contains("ELG"));
    }

    private static void awaitOpen(CountDownLatch latch) {
        await().until(() -> latch.getCount() == 0);
    }

    @Test
    void whatIsWrongIsHandedBackAndNotProposedAgain() {
        try (SchedulerLoop loop = start()) {
            Proposal[] proposed = new Proposal[1];
            scheduler.want(loop, view -> proposed[0] = claims(view, "T1"));
            scheduler.awaitDecision();
            cluster.refused = proposed[0].key();
            scheduler.want(loop, view -> proposed[0]);

            Decision decision = scheduler.awaitDecisions(2).get(1);

            assertThat(decision.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(decision.message()).isEqualTo("INVALID_ARGUMENT: key: used (expected: a new one)");
        }
    }

    @Test
    void anAgentThatNobodyKnowsCostsTheProposalAndNotTheScheduler() {
        try (SchedulerLoop loop = start()) {
            cluster.refusal = Status.NOT_FOUND.withDescription("operations[0].claim.agent_id: 'A9' is unknown");
            scheduler.want(loop, view -> {
                Proposal proposal = claims(view, "T1");
                cluster.refused = proposal.key();
                return proposal;
            });
            assertThat(scheduler.awaitDecision().outcome()).isEqualTo(Outcome.REFUSED);

            scheduler.want(loop, view -> claims(view, "T2"));

            assertThat(scheduler.awaitDecisions(2))
                    .extracting(Decision::outcome, Decision::message)
                    .containsExactly(
                            tuple(Outcome.REFUSED, "NOT_FOUND: operations[0].claim.agent_id: 'A9' is unknown"),
                            tuple(Outcome.COMMITTED, ""));
            assertThat(cluster.launched).containsExactly("T2");
            assertThat(loop.ended()).isNotDone();
            assertThat(scheduler.generations).hasSize(1);
        }
    }

    @Test
    void aProposalWithoutAnswerEndsWithThePatience() {
        master.with(() -> master.answersToLose = Integer.MAX_VALUE);
        try (SchedulerLoop loop = SchedulerLoop.start(client, CONFIG.with(new Limits(4, 0, 20)), scheduler)) {
            scheduler.want(loop, view -> claims(view, "T1"));

            assertThat(scheduler.awaitDecision().outcome()).isEqualTo(Outcome.UNKNOWN);

            assertThat(cluster.launched).containsExactly("T1");
        }
    }

    @Test
    void statusesAreAcknowledgedTogetherWhenTheyAreDealtWith() {
        try (SchedulerLoop loop = start()) {
            String id = scheduler.id();
            scheduler.left.add("T7");

            master.with(() -> IntStream.range(0, 3_000)
                    .forEach(i -> master.tell(id, Samples.status("T" + i, TaskState.TASK_RUNNING, "u"))));

            await().until(() -> master.read(() -> master.acknowledged.size()) == 2_999);
            assertThat(master.acknowledged).doesNotContain("T7/u").doesNotHaveDuplicates();
            assertThat(master.acknowledgeCalls).isLessThan(1_500);
            loop.acknowledge(Samples.status("T7", TaskState.TASK_RUNNING, "u"));
            await().until(() -> master.read(() -> master.acknowledged.contains("T7/u")));
        }
    }

    @Test
    void whatTheSchedulerThrowsEndsItsLoopAndAcknowledgesNothing() {
        try (SchedulerLoop loop = start()) {
            scheduler.awaitSubscribed();
            scheduler.fault = new IllegalStateException("a fault of the scheduler's");

            master.tell(scheduler.id(), Samples.status("T1", TaskState.TASK_RUNNING, "u"));

            assertThatThrownBy(() -> loop.ended().join()).hasRootCause(scheduler.fault);
            assertThat(master.read(() -> master.acknowledged)).isEmpty();
        }
    }

    @Test
    void whoTearsDownEnds() {
        try (SchedulerLoop loop = start()) {
            scheduler.awaitSubscribed();

            loop.tearDown().join();

            assertThat(loop.ended().join()).isEqualTo(Ending.CLOSED);
            assertThat(cluster.schedulers).isEmpty();
            assertThatThrownBy(() -> loop.reconcile(List.of()).join()).hasMessageContaining("not subscribed");
        }
    }

    @Test
    void whoConflictsWaitsLongerEachTime() {
        SchedulerConfig oneByOne = CONFIG.with(new Limits(1, 0, 60_000));
        try (SchedulerLoop loop = SchedulerLoop.start(client, oneByOne, scheduler)) {
            scheduler.always(view ->
                    Proposal.on(view).claim("gone", task("T1", "gone", 1)).build());
            loop.wake();

            // The 8th comes after 5 + 10 + 20 + ... ms, of which it is at least a half.
            scheduler.awaitDecisions(8);

            assertThat(scheduler.passedMs(0, 7)).isGreaterThanOrEqualTo((5 + 10 + 20 + 40 + 80 + 160 + 320) / 2);
        }
    }

    /** However often each has come: what is held for long is sent again with its key. */
    private int proposalsAtTheMaster() {
        return master.read(() -> Set.copyOf(master.commitKeys).size());
    }

    private SchedulerLoop start() {
        return SchedulerLoop.start(client, CONFIG, scheduler);
    }

    private static Proposal claims(ClusterView view, String id) {
        return Proposal.on(view).claim("A1", task(id, "A1", 1)).build();
    }
}

package io.stoa.client;

import static io.stoa.client.Samples.agent;
import static io.stoa.client.Samples.info;
import static io.stoa.client.Samples.task;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.stoa.client.SchedulerConfig.Entry;
import io.stoa.client.SchedulerLoop.Ending;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Instances of one scheduler, one after the other, against a master that is played. */
@Timeout(120)
class TakeoverTest {

    private final FakeCluster cluster = new FakeCluster();
    private final RecordingScheduler first = new RecordingScheduler();
    private final RecordingScheduler second = new RecordingScheduler();
    private FakeMaster master;
    private StoaClient client;

    @BeforeEach
    void prepare() throws Exception {
        cluster.add(agent("A1", 4));
        master = FakeMaster.leading(cluster);
        client = connect();
    }

    private StoaClient connect() {
        return StoaClient.connect(ClientConfig.of(master.address()).withBackoffMs(5));
    }

    @AfterEach
    void end() {
        client.close();
        master.close();
    }

    @Test
    void anInstanceThatTakesOverEndsTheOneBefore() {
        try (SchedulerLoop one = start(first, Entry.TAKE_OVER)) {
            String id = first.id();
            try (SchedulerLoop two = start(second, Entry.TAKE_OVER)) {
                assertThat(second.id()).isEqualTo(id);
                assertThat(one.ended().join()).isEqualTo(Ending.SUPERSEDED);
                assertThat(first.supersessions).hasValue(1);
                assertThat(two.ended()).isNotDone();
            }
        }
    }

    @Test
    void anIdSaysWhichSchedulerItIs() {
        try (SchedulerLoop one = start(first, Entry.NEW)) {
            String id = first.id();
            SchedulerConfig same = SchedulerConfig.of(info("renamed").toBuilder()
                    .setId(FrameworkID.newBuilder().setValue(id))
                    .build());
            try (SchedulerLoop two = SchedulerLoop.start(client, same, second)) {
                assertThat(second.id()).isEqualTo(id);
                assertThat(one.ended().join()).isEqualTo(Ending.SUPERSEDED);
            }
        }
    }

    @Test
    void anInstanceThatWasCutOffDoesNotPushOutItsSuccessor() {
        master.with(() -> master.silentOnAborts = true);
        try (SchedulerLoop one = start(first, Entry.TAKE_OVER)) {
            first.id();
            try (SchedulerLoop two = start(second, Entry.TAKE_OVER)) {
                second.id();
                // It finds out by what it does next.
                first.want(
                        one,
                        view -> Proposal.on(view)
                                .claim("A1", task("T1", "A1", 1))
                                .build());

                assertThat(one.ended().join()).isEqualTo(Ending.SUPERSEDED);
                assertThat(first.awaitDecision().outcome()).isEqualTo(Decision.Outcome.UNKNOWN);
                assertThat(two.ended()).isNotDone();
                assertThat(second.generations).hasSize(1);
                assertThat(cluster.launched).isEmpty();
            }
        }
    }

    @Test
    void anInstanceWhoseStreamBreaksComesBack() {
        try (SchedulerLoop one = start(first, Entry.NEW)) {
            String id = first.id();
            master.cutSubscriptions();

            await().until(() -> first.generations.size() == 2);

            assertThat(first.id()).isEqualTo(id);
            assertThat(first.disconnections).hasValue(1);
            assertThat(one.ended()).isNotDone();
        }
    }

    @Test
    void anInstanceRecognisesItsSubscriptionWhoseAnswerWasLost() {
        master.with(() -> master.subscriptionsToLose = 3);
        try (SchedulerLoop one = start(first, Entry.NEW)) {
            assertThat(first.id()).isEqualTo("S1");
            assertThat(cluster.schedulers).containsOnlyKeys("S1");

            master.with(() -> {
                master.subscriptionsToLose = 3;
                master.cutSubscriptions();
            });

            await().until(() -> first.generations.size() == 2);
            assertThat(first.id()).isEqualTo("S1");
            assertThat(one.ended()).isNotDone();
        }
    }

    @Test
    void newSchedulersMayHaveTheSameName() {
        try (SchedulerLoop one = start(first, Entry.NEW);
                SchedulerLoop two = start(second, Entry.NEW)) {
            assertThat(first.id()).isNotEqualTo(second.id());
            assertThat(one.ended()).isNotDone();
            assertThat(two.ended()).isNotDone();
        }
    }

    @Test
    void whoIsToBeOneOfTwoOfTheSameNameFails() {
        cluster.admit(info("batch"), 0);
        cluster.admit(info("batch"), 0);

        try (SchedulerLoop one = start(first, Entry.TAKE_OVER)) {
            assertThatThrownBy(() -> one.ended().join())
                    .hasMessageContaining("schedulers named 'batch': [S1, S2] (expected: one, or an id to be given)");
        }
    }

    @Test
    void whoStandsByWaitsUntilThePlaceIsFree() {
        StoaClient others = connect();
        SchedulerLoop one =
                SchedulerLoop.start(others, SchedulerConfig.of(info("batch")).with(Entry.STAND_BY), first);
        String id = first.id();
        RecordingScheduler third = new RecordingScheduler();
        try (SchedulerLoop two = start(second, Entry.STAND_BY);
                SchedulerLoop three = start(third, Entry.STAND_BY)) {
            // Its view is there, while it waits.
            await().until(() -> second.replaced.get() == 1 && third.replaced.get() == 1);
            assertThat(second.generations).isEmpty();

            one.close();
            others.close();

            await().until(() -> second.generations.size() + third.generations.size() == 1);
            assertThat(second.generations.isEmpty() ? third.id() : second.id()).isEqualTo(id);
            assertThat(two.ended()).isNotDone();
            assertThat(three.ended()).isNotDone();
            assertThat(first.supersessions).hasValue(0);
        }
    }

    @Test
    void aSchedulerThatWasRemovedIsNotMadeAnew() {
        try (SchedulerLoop one = start(first, Entry.TAKE_OVER)) {
            first.id();
            master.with(() -> {
                cluster.schedulers.clear();
                master.cutSubscriptions();
            });

            assertThatThrownBy(() -> one.ended().join())
                    .hasRootCauseMessage(Status.NOT_FOUND.getCode() + ": scheduler: S1");
        }
    }

    private SchedulerLoop start(Scheduler scheduler, Entry entry) {
        return SchedulerLoop.start(client, SchedulerConfig.of(info("batch")).with(entry), scheduler);
    }
}

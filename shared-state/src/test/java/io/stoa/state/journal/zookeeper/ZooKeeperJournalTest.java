package io.stoa.state.journal.zookeeper;

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
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stoa.state.ReplicatedState;
import io.stoa.state.StateConfig;
import io.stoa.state.journal.JournalWriter;
import io.stoa.state.journal.ReadResult;
import io.stoa.state.transaction.CommitResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZooKeeperJournalTest {

    /** As long as the server grants: no test but one is about a session's end. */
    private static final int SESSION_TIMEOUT_MS = 40_000;

    private static final int SHORT_SESSION_TIMEOUT_MS = 6_000;

    @TempDir
    Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();
    private EmbeddedZooKeeper zooKeeper;
    private StallingProxy proxy;

    @BeforeEach
    void start() throws Exception {
        zooKeeper = EmbeddedZooKeeper.start(directory, 0);
        proxy = new StallingProxy(port(zooKeeper));
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        proxy.close();
        zooKeeper.close();
    }

    @Test
    void entriesAreReadInOrderAndAcrossReads() throws Exception {
        ZooKeeperJournal journal = direct();
        JournalWriter writer = journal.takeOver();
        List<CompletableFuture<Void>> appends = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            appends.add(writer.append(i, ("entry " + i).getBytes(UTF_8)));
        }
        CompletableFuture.allOf(appends.toArray(new CompletableFuture<?>[0])).get();

        List<String> read = new ArrayList<>(texts(journal.read(1)));
        read.addAll(texts(journal.read(read.size() + 1)));

        assertThat(read).hasSize(100).startsWith("entry 1", "entry 2").endsWith("entry 100");
        assertThat(texts(journal.read(101))).isEmpty();
    }

    @Test
    void appendOfDeposedWriterFailsAsAWhole() throws Exception {
        JournalWriter deposed = direct().takeOver();
        deposed.append(1, bytes("first")).get();
        ZooKeeperJournal journal = direct();
        journal.takeOver();

        CompletableFuture<Void> second = deposed.append(2, bytes("second"));
        CompletableFuture<Void> third = deposed.append(3, bytes("third"));

        assertThatThrownBy(() -> second.get()).hasMessageContaining("epoch 1 has ended");
        assertThatThrownBy(() -> third.get()).hasMessageContaining("epoch 1 has ended");
        assertThat(texts(journal.read(1))).containsExactly("first");
        assertThatThrownBy(() -> deposed.compact(1, out -> out.write(1))).hasMessageContaining("BadVersion");
        assertThat(journal.newestSnapshot()).isEmpty();
    }

    @Test
    void deposedLeaderLosesWhatItHadUnderWayAndFollows() throws Exception {
        ReplicatedState first = leader(direct());
        commit(first, agent(HOST, "cpus:4"), framework(MARATHON));
        ReplicatedState second = leader(direct());

        CompletableFuture<CommitResult> lost = first.commit(allOrNothing(claim("lost", "cpus:1")));
        commit(second, claim("kept", "cpus:1"));

        assertThat(reason(lost)).isEqualTo(CommitResult.Reason.OUTCOME_UNKNOWN);
        await().until(() -> first.snapshot().equals(second.snapshot()));
        assertThat(first.snapshot().task(key("lost"))).isEmpty();
        assertThat(first.snapshot().task(key("kept"))).isPresent();
    }

    @Test
    void connectionLossCostsNothingAndDoublesNothing() throws Exception {
        ReplicatedState state = leader(throughProxy());
        commit(state, agent(HOST, "cpus:1000"), framework(MARATHON));
        List<CompletableFuture<CommitResult>> results = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            results.add(state.commit(allOrNothing(claim("task" + i, "cpus:1"))));
            if (i % 100 == 50) {
                // What was asked until now is written, but nobody is told so.
                proxy.swallowAnswers();
                results.add(state.commit(allOrNothing(claim("unanswered" + i, "cpus:1"))));
                await().until(() -> storedTasks() > state.snapshot().taskCount());
                proxy.cut();
            }
        }

        for (CompletableFuture<CommitResult> result : results) {
            assertThat(result.get()).isInstanceOf(CommitResult.Committed.class);
        }
        assertThat(state.isLeading()).isTrue();
        assertThat(leader(direct()).snapshot()).isEqualTo(state.snapshot());
    }

    @Test
    void slowZooKeeperFillsTheQueueAndItsOverflowIsRefused() throws Exception {
        ReplicatedState state = ReplicatedState.leading(throughProxy(), new StateConfig(10, 1, 1 << 16, 1000, 1 << 30));
        open.add(state);
        commit(state, agent(HOST, "cpus:1000"), framework(MARATHON));
        proxy.stall();
        List<CompletableFuture<CommitResult>> results = new ArrayList<>();

        await().until(() -> {
            CompletableFuture<CommitResult> result =
                    state.commit(allOrNothing(claim("task" + results.size(), "cpus:1")));
            results.add(result);
            return result.isDone() && reason(result) == CommitResult.Reason.QUEUE_FULL;
        });
        proxy.flow();

        for (CompletableFuture<CommitResult> result : results.subList(0, results.size() - 1)) {
            assertThat(result.get()).isInstanceOf(CommitResult.Committed.class);
        }
    }

    @Test
    void lostSessionEndsLeadershipAndLeavesTheOutcomeOpen() throws Exception {
        ZooKeeperJournal journal = throughProxy();
        ReplicatedState state = leader(journal);
        CountDownLatch lost = new CountDownLatch(1);
        state.onLeadershipLost(lost::countDown);
        commit(state, agent(HOST, "cpus:4"), framework(MARATHON));
        proxy.swallowAnswers();
        CompletableFuture<CommitResult> underWay = state.commit(allOrNothing(claim("open", "cpus:1")));
        assertThat(storedTasks()).isEqualTo(1);

        // Nobody comes back before his session has ended, or he would keep it.
        proxy.stall();
        expire(journal.session());
        proxy.cut();
        proxy.flow();

        assertThat(underWay.get()).isInstanceOf(CommitResult.Refused.class);
        assertThat(reason(underWay)).isEqualTo(CommitResult.Reason.OUTCOME_UNKNOWN);
        lost.await();
        assertThat(state.snapshot().agent(HOST)).isPresent();
        await().ignoreExceptions().until(() -> {
            state.lead();
            return true;
        });
        assertThat(commit(state, claim("again", "cpus:1"))).isInstanceOf(CommitResult.Committed.class);
    }

    @Test
    void leaderThatIsCutOffCeasesToLeadByItself() throws Exception {
        ReplicatedState state = leader(opened(proxied(), SHORT_SESSION_TIMEOUT_MS));
        proxy.stall();

        assertThat(state.commit(allOrNothing(framework(MARATHON))).get()).isInstanceOf(CommitResult.Refused.class);
        await().until(() -> !state.isLeading());
    }

    @Test
    void serverThatRestartsOnItsDataKeepsEverything() throws Exception {
        ReplicatedState state = leader(throughProxy());
        commit(state, agent(HOST, "cpus:4"), framework(MARATHON));
        commit(state, claim("web", "cpus:1"));

        zooKeeper.close();
        CompletableFuture<CommitResult> meanwhile = state.commit(allOrNothing(claim("meanwhile", "cpus:1")));
        zooKeeper = EmbeddedZooKeeper.start(directory, 0);
        proxy.leadTo(port(zooKeeper));

        assertThat(meanwhile.get()).isInstanceOf(CommitResult.Committed.class);
        assertThat(leader(direct()).snapshot()).isEqualTo(state.snapshot());
    }

    @Test
    void compactionKeepsTheStateAndFollowersFindIt() throws Exception {
        ReplicatedState state = ReplicatedState.leading(direct(), new StateConfig(100, 2, 1 << 16, 5, 1 << 30));
        open.add(state);
        commit(state, agent(HOST, "cpus:4"), framework(MARATHON));
        // Commits do not wait for a compaction: many may pass while there is one.
        for (int i = 0; i < 30 || state.counters().compactions() <= 2; i++) {
            commit(state, claim("task" + i, "cpus:1"));
            commit(state, update("task" + i, TaskState.TASK_FINISHED, 1));
        }
        ZooKeeperJournal journal = direct();
        await().until(() -> journal.read(1) instanceof ReadResult.Compacted);

        ReplicatedState follower = ReplicatedState.follow(direct(), StateConfig.STANDARD);
        open.add(follower);

        await().until(() -> follower.snapshot().equals(state.snapshot()));
        commit(state, claim("last", "cpus:1"));
        await().until(() -> follower.snapshot().equals(state.snapshot()));
    }

    @Test
    void snapshotLargerThanAZnodeIsStoredInPieces() throws Exception {
        ZooKeeperJournal journal = direct();
        JournalWriter writer = journal.takeOver();
        writer.append(1, bytes("first")).get();
        byte[] content = new byte[3 << 20];
        new Random(7).nextBytes(content);

        writer.compact(1, out -> out.write(content));

        assertThat(journal.newestSnapshot().orElseThrow().index()).isEqualTo(1);
        assertThat(journal.newestSnapshot().orElseThrow().content()).hasBinaryContent(content);
    }

    @Test
    void portInUseIsSaidSo() {
        assertThatThrownBy(() -> EmbeddedZooKeeper.start(directory.resolve("other"), port(zooKeeper)))
                .hasMessageContaining("127.0.0.1:" + port(zooKeeper));
    }

    private int storedTasks() throws Exception {
        ReplicatedState reader = ReplicatedState.follow(direct(), StateConfig.STANDARD);
        try {
            await().until(() -> reader.snapshot().taskCount() > 0);
            return reader.snapshot().taskCount();
        } finally {
            reader.close();
        }
    }

    /** As the server does with one that was silent for too long. */
    private void expire(ZooKeeper session) throws Exception {
        CountDownLatch taken = new CountDownLatch(1);
        ZooKeeper other = new ZooKeeper(
                zooKeeper.connectString(),
                SESSION_TIMEOUT_MS,
                event -> taken.countDown(),
                session.getSessionId(),
                session.getSessionPasswd());
        taken.await();
        other.close();
    }

    private ZooKeeperJournal direct() throws Exception {
        return opened(zooKeeper.url("/mesos"), SESSION_TIMEOUT_MS);
    }

    private ZooKeeperJournal throughProxy() throws Exception {
        return opened(proxied(), SESSION_TIMEOUT_MS);
    }

    private ZooKeeperUrl proxied() {
        return ZooKeeperUrl.parse("zk://" + proxy.connectString() + "/mesos");
    }

    private ZooKeeperJournal opened(ZooKeeperUrl url, int sessionTimeoutMs) throws Exception {
        ZooKeeperJournal journal = ZooKeeperJournal.open(url, sessionTimeoutMs);
        open.add(journal);
        return journal;
    }

    private ReplicatedState leader(ZooKeeperJournal journal) throws Exception {
        ReplicatedState state = ReplicatedState.leading(journal, StateConfig.STANDARD);
        open.add(state);
        return state;
    }

    private static int port(EmbeddedZooKeeper server) {
        return Integer.parseInt(
                server.connectString().substring(server.connectString().indexOf(':') + 1));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static List<String> texts(ReadResult result) {
        return ((ReadResult.Entries) result)
                .entries().stream().map(entry -> new String(entry, UTF_8)).toList();
    }

    private static CommitResult.Reason reason(CompletableFuture<CommitResult> result) {
        return ((CommitResult.Refused) result.join()).reason();
    }
}

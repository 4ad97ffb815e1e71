package io.stoa.master.election;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.detector.LeaderNodes;
import io.stoa.state.journal.zookeeper.EmbeddedZooKeeper;
import io.stoa.state.journal.zookeeper.ZooKeeperClients;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LeaderContenderTest {

    private static final int SESSION_TIMEOUT_MS = 10_000;
    private static final String DEPOSED = "deposed";

    private EmbeddedZooKeeper zooKeeper;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        zooKeeper = EmbeddedZooKeeper.start(directory, 0);
    }

    @AfterEach
    void stop() {
        zooKeeper.close();
    }

    @Test
    void theFirstLeadsAndTheSecondTakesOver() {
        Log first = new Log();
        Log second = new Log();
        LeaderContender leader = contend(first);
        await().until(() -> first.entries.size() == 1);
        try (LeaderContender standby = contend(second)) {
            assertThat(second.entries).isEmpty();

            leader.close();

            await().until(() -> second.entries.size() == 1);
            assertThat(second.entries).doesNotContainAnyElementsOf(first.entries);
        }
    }

    @Test
    void whoWithdrawsStandsAgainUnderAnotherId() {
        Log log = new Log();
        try (LeaderContender contender = contend(log)) {
            await().until(() -> log.entries.size() == 1);

            contender.withdraw();

            await().until(() -> log.entries.size() == 3);
            assertThat(log.entries.get(1)).isEqualTo(DEPOSED);
            assertThat(log.entries.get(2)).isNotEqualTo(log.entries.get(0));
        }
    }

    @Test
    void whoWithdrawsGoesBehindTheOthers() {
        Log first = new Log();
        Log second = new Log();
        try (LeaderContender leader = contend(first)) {
            await().until(() -> first.entries.size() == 1);
            try (LeaderContender standby = contend(second)) {
                await().until(() -> candidates().size() == 2);

                leader.withdraw();

                await().until(() -> second.entries.size() == 1);
                await().until(() -> candidates().size() == 2);
                assertThat(first.entries).hasSize(2).endsWith(DEPOSED);
            }
        }
    }

    @Test
    void whoLosesHisZnodeLeadsNoMoreAndStandsAgain() throws Exception {
        Log log = new Log();
        try (LeaderContender contender = contend(log);
                CuratorFramework operator = client()) {
            await().until(() -> log.entries.size() == 1);

            operator.delete().forPath("/mesos/" + candidates().get(0));

            await().until(() -> log.entries.size() == 3);
            assertThat(log.entries.get(1)).isEqualTo(DEPOSED);
            assertThat(log.entries.get(2)).isNotEqualTo(log.entries.get(0));
        }
    }

    @Test
    void whoLosesHisZnodeForOldClientsLeadsNoMoreAndStandsAgain() throws Exception {
        Log log = new Log();
        try (LeaderContender contender = contend(log);
                CuratorFramework operator = client()) {
            await().until(() -> log.entries.size() == 1);
            String before = candidates().get(0);

            operator.delete().forPath("/mesos/" + LeaderNodes.oldOf(before));

            await().until(() -> log.entries.size() == 3);
            assertThat(log.entries.get(1)).isEqualTo(DEPOSED);
            assertThat(candidates()).hasSize(1).doesNotContain(before);
            assertThat(oldCandidates(operator))
                    .containsExactly(LeaderNodes.oldOf(candidates().get(0)));
        }
    }

    @Test
    void oldClientsReadOfTheSameMaster() throws Exception {
        Log first = new Log();
        Log second = new Log();
        try (LeaderContender leader = contend(first);
                CuratorFramework client = client()) {
            await().until(() -> first.entries.size() == 1);
            try (LeaderContender standby = contend(second)) {
                await().until(() -> candidates().size() == 2);

                byte[] read = client.getData()
                        .forPath("/mesos/" + oldCandidates(client).get(0));

                assertThat(org.apache.mesos.Protos.MasterInfo.parseFrom(read).getId())
                        .isEqualTo(first.entries.get(0));
                assertThat(oldCandidates(client))
                        .containsExactlyElementsOf(candidates().stream()
                                .sorted()
                                .map(LeaderNodes::oldOf)
                                .toList());
            }
        }
    }

    @Test
    void nobodyEverSeesOneZnodeOfAMasterWithoutTheOther() throws Exception {
        Log log = new Log();
        List<List<String>> halves = new CopyOnWriteArrayList<>();
        AtomicInteger looks = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        try (LeaderContender contender = contend(log);
                CuratorFramework client = client()) {
            await().until(() -> log.entries.size() == 1);
            CompletableFuture<Void> observer = CompletableFuture.runAsync(() -> {
                while (!done.get()) {
                    List<String> seen = sortedCandidacies(client);
                    looks.incrementAndGet();
                    if (!isWhole(seen)) {
                        halves.add(seen);
                    }
                }
            });
            for (int i = 0; i < 20; i++) {
                int entries = log.entries.size();
                contender.withdraw();
                await().until(() -> log.entries.size() == entries + 2);
            }
            await().until(() -> looks.get() > 20);
            done.set(true);
            observer.join();
        }
        assertThat(halves).isEmpty();
    }

    @Test
    void aCandidacyWhoseAnswerWasLostIsTakenBack() throws Exception {
        Log log = new Log();
        try (LosingProxy proxy = new LosingProxy(zooKeeper.connectString(), LeaderNodes.PREFIX);
                CuratorFramework client = client()) {
            client.create().forPath("/mesos");
            try (LeaderContender contender = LeaderContender.open(
                    proxy.url("/mesos"), SESSION_TIMEOUT_MS, LeaderContenderTest::candidate, log)) {
                await().until(() -> log.entries.size() == 1);

                assertThat(proxy.hasLost()).isTrue();
                await().until(() -> sortedCandidacies(client).size() == 2);
                assertThat(isWhole(sortedCandidacies(client))).isTrue();
                assertThat(candidates()).as("the second one").containsExactly("json.info_0000000002");
                assertThat(log.entries).hasSize(1);
            }
        }
    }

    @Test
    void withdrawalOfWhoDoesNotLeadChangesNothing() throws Exception {
        Log first = new Log();
        Log second = new Log();
        try (LeaderContender leader = contend(first)) {
            await().until(() -> first.entries.size() == 1);
            try (LeaderContender standby = contend(second)) {
                await().until(() -> candidates().size() == 2);
                List<String> before = candidates();

                standby.withdraw();

                assertThat(candidates()).isEqualTo(before);
                assertThat(second.entries).isEmpty();
            }
        }
    }

    @Test
    void whoOwnsZooKeeperDoesNotWaitForTheSessionOfItsPredecessor() throws Exception {
        Log dead = new Log();
        Log next = new Log();
        try (LeaderContender predecessor = contend(dead);
                CuratorFramework client = client()) {
            await().until(() -> dead.entries.size() == 1);
            client.create().forPath("/mesos/log_replicas");
            String left = candidates().get(0);

            FormerCandidates.remove(zooKeeper.url("/mesos"), SESSION_TIMEOUT_MS);

            assertThat(candidates()).doesNotContain(left);
            assertThat(client.checkExists().forPath("/mesos/" + LeaderNodes.oldOf(left)))
                    .isNull();
            assertThat(client.checkExists().forPath("/mesos/log_replicas")).isNotNull();
            await().until(() -> dead.entries.contains(DEPOSED));
        }
        FormerCandidates.remove(zooKeeper.url("/nobody/was/here"), SESSION_TIMEOUT_MS);
        try (LeaderContender successor = contend(next)) {
            await().until(() -> next.entries.size() == 1);
        }
    }

    private LeaderContender contend(Log log) {
        return LeaderContender.open(zooKeeper.url("/mesos"), SESSION_TIMEOUT_MS, LeaderContenderTest::candidate, log);
    }

    private static MasterInfo candidate() {
        return MasterInfo.newBuilder()
                .setId(UUID.randomUUID().toString())
                .setIp(0)
                .setPort(5050)
                .build();
    }

    private static List<String> oldCandidates(CuratorFramework client) {
        return sortedCandidacies(client).stream()
                .filter(name -> name.startsWith(LeaderNodes.OLD_PREFIX))
                .toList();
    }

    private static List<String> sortedCandidacies(CuratorFramework client) {
        try {
            return client.getChildren().forPath("/mesos").stream()
                    .filter(LeaderNodes::isCandidacy)
                    .sorted()
                    .toList();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isWhole(List<String> candidacies) {
        List<String> json = candidacies.stream()
                .filter(name -> name.startsWith(LeaderNodes.PREFIX))
                .toList();
        return candidacies.size() == 2 * json.size()
                && candidacies.containsAll(json.stream().map(LeaderNodes::oldOf).toList());
    }

    private List<String> candidates() throws Exception {
        try (CuratorFramework client = client()) {
            return client.getChildren().forPath("/mesos").stream()
                    .filter(name -> name.startsWith(LeaderNodes.PREFIX))
                    .toList();
        }
    }

    private CuratorFramework client() {
        return ZooKeeperClients.open(zooKeeper.url("/mesos"), SESSION_TIMEOUT_MS);
    }

    /** The ids under which a master was elected, and when it was deposed. */
    private static final class Log implements CandidacyListener {

        final List<String> entries = new CopyOnWriteArrayList<>();

        @Override
        public void elected(MasterInfo info) {
            entries.add(info.getId());
        }

        @Override
        public void deposed() {
            entries.add(DEPOSED);
        }
    }
}

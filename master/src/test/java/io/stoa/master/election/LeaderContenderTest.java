package io.stoa.master.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stoa.detector.LeaderNodes;
import io.stoa.state.journal.zookeeper.EmbeddedZooKeeper;
import io.stoa.state.journal.zookeeper.ZooKeeperClients;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
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
            assertThat(client.checkExists().forPath("/mesos/log_replicas")).isNotNull();
            await().until(() -> dead.entries.contains(DEPOSED));
        }
        FormerCandidates.remove(zooKeeper.url("/nobody/was/here"), SESSION_TIMEOUT_MS);
        try (LeaderContender successor = contend(next)) {
            await().until(() -> next.entries.size() == 1);
        }
    }

    private LeaderContender contend(Log log) {
        Supplier<MasterInfo> candidate = () -> MasterInfo.newBuilder()
                .setId(UUID.randomUUID().toString())
                .setIp(0)
                .setPort(5050)
                .build();
        return LeaderContender.open(zooKeeper.url("/mesos"), SESSION_TIMEOUT_MS, candidate, log);
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

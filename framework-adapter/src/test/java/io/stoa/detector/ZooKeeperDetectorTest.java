package io.stoa.detector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.state.journal.zookeeper.ZooKeeperClients;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ZooKeeperDetectorTest {

    private static final String RECORDED = """
            {"address":{"hostname":"localhost","ip":"127.0.0.1","port":%1$d},"capabilities":[{"type":"AGENT_UPDATE"},\
            {"type":"AGENT_DRAINING"},{"type":"QUOTA_V2"}],"hostname":"localhost",\
            "id":"cdb73207-b65e-4f13-ba81-1539e5e883fd","ip":16777343,"pid":"master@127.0.0.1:%1$d","port":%1$d,\
            "version":"1.12.0"}""";

    private final BlockingQueue<Optional<LeadingMaster>> told = new LinkedBlockingQueue<>();
    private TestZooKeeper zooKeeper;
    private CuratorFramework masters;

    @BeforeEach
    void startZooKeeper(@TempDir Path directory) throws Exception {
        zooKeeper = new TestZooKeeper(directory);
        masters = ZooKeeperClients.open(zooKeeper.url("/mesos"), 60_000);
    }

    @AfterEach
    void stopZooKeeper() {
        masters.close();
        zooKeeper.close();
    }

    @Test
    void theLeaderIsFoundWhenItComesAfterTheDetector() throws Exception {
        try (MasterDetector detector = open()) {
            assertThat(told.take()).isEmpty();
            contend(5050);

            LeadingMaster leader = told.take().orElseThrow();

            assertThat(leader.address()).isEqualTo("127.0.0.1:5050");
            assertThat(leader.hostname()).isEqualTo("localhost");
            assertThat(leader.info().orElseThrow().getPid()).isEqualTo("master@127.0.0.1:5050");
        }
    }

    @Test
    void theLowestSequenceLeadsAndTheNextTakesOver() throws Exception {
        masters.create().creatingParentsIfNeeded().forPath("/mesos/log_replicas");
        String first = contend(5050);
        contend(5060);
        try (MasterDetector detector = open()) {
            assertThat(told.take()).map(LeadingMaster::port).contains(5050);

            masters.delete().forPath(first);

            assertThat(told.take()).map(LeadingMaster::port).contains(5060);
        }
    }

    @Test
    void nobodyIsToldTwiceOfTheSameLeader() throws Exception {
        contend(5050);
        try (MasterDetector detector = open()) {
            assertThat(told.take()).isPresent();
            String second = contend(5060);
            masters.delete().forPath(second);

            assertThat(told.poll(300, TimeUnit.MILLISECONDS)).isNull();
        }
    }

    @Test
    void aLeaderThatIsGoneLeavesNobody() throws Exception {
        String only = contend(5050);
        try (MasterDetector detector = open()) {
            assertThat(told.take()).isPresent();

            masters.delete().forPath(only);

            assertThat(told.take()).isEmpty();
        }
    }

    @Test
    void whatIsNotMasterInfoIsNobody() throws Exception {
        masters.create()
                .creatingParentsIfNeeded()
                .withMode(CreateMode.EPHEMERAL_SEQUENTIAL)
                .forPath("/mesos/json.info_", "{\"id\":7".getBytes(UTF_8));
        try (MasterDetector detector = open()) {
            assertThat(told.take()).isEmpty();
        }
    }

    private MasterDetector open() {
        return ZooKeeperDetector.open(zooKeeper.url("/mesos"), 60_000, told::add);
    }

    private String contend(int port) throws Exception {
        return masters.create()
                .creatingParentsIfNeeded()
                .withMode(CreateMode.EPHEMERAL_SEQUENTIAL)
                .forPath("/mesos/json.info_", RECORDED.formatted(port).getBytes(UTF_8));
    }
}

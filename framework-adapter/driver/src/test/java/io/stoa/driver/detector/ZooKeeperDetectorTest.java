package io.stoa.driver.detector;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.testing.FreePorts;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a real ZooKeeper. */
@Timeout(120)
class ZooKeeperDetectorTest {

    private static final DetectorTimes QUICK = new DetectorTimes(1_000, 50);
    /** Loses no connection because this machine has other things to do. */
    private static final DetectorTimes PATIENT = new DetectorTimes(TestZooKeeper.SESSION_TIMEOUT_MS, 50);

    @TempDir
    Path directory;

    private final HeardLeaders heard = new HeardLeaders();
    private MasterDetector detector = new FixedDetector(new Leader("unused", 1, null));

    @AfterEach
    void close() {
        detector.close();
    }

    @Test
    void leadersAreToldAsTheyComeAndGo() throws Exception {
        try (TestZooKeeper zooKeeper = new TestZooKeeper(directory, 0)) {
            detect("zk://" + zooKeeper.address() + "/mesos");
            assertThat(heard.next()).as("the path does not exist").isEqualTo("none");
            zooKeeper.createPath("/mesos", ZooDefs.Ids.OPEN_ACL_UNSAFE);
            String first = zooKeeper.join("/mesos", 5050);
            assertThat(heard.next()).isEqualTo("127.0.0.1:5050");

            zooKeeper.join("/mesos", 5060);
            zooKeeper.leave(first);
            assertThat(heard.next()).isEqualTo("127.0.0.1:5060");

            String third = zooKeeper.join("/mesos", 5070);
            zooKeeper.leave(third);
            assertThat(heard.isEmpty()).as("no other leader, nothing told").isTrue();
        }
    }

    @Test
    void theLastMasterLeavesNone() throws Exception {
        try (TestZooKeeper zooKeeper = new TestZooKeeper(directory, 0)) {
            zooKeeper.createPath("/mesos", ZooDefs.Ids.OPEN_ACL_UNSAFE);
            String node = zooKeeper.join("/mesos", 5050);
            detect("zk://" + zooKeeper.address() + "/mesos");
            assertThat(heard.next()).isEqualTo("127.0.0.1:5050");

            zooKeeper.leave(node);
            assertThat(heard.next()).isEqualTo("none");
            zooKeeper.join("/mesos", 5050);
            assertThat(heard.next()).isEqualTo("127.0.0.1:5050");
        }
    }

    @Test
    void credentialsOpenAPathThatIsClosedToOthers() throws Exception {
        try (TestZooKeeper zooKeeper = new TestZooKeeper(directory, 0)) {
            zooKeeper.authenticate("mesos:secret");
            zooKeeper.createPath("/mesos", ZooDefs.Ids.CREATOR_ALL_ACL);
            zooKeeper.join("/mesos", 5050);
            detect("zk://mesos:secret@" + zooKeeper.address() + "/mesos");
            assertThat(heard.next()).isEqualTo("127.0.0.1:5050");

            HeardLeaders stranger = new HeardLeaders();
            MasterDetector other = MasterAddress.detector("zk://" + zooKeeper.address() + "/mesos", QUICK);
            other.start(stranger);
            assertThat(stranger.next()).startsWith("failed ZooKeeper does not let this user read");
            other.close();
        }
    }

    @Test
    void whoLedLeadsOnWhileZooKeeperIsAway() throws Exception {
        int port = FreePorts.next();
        try (TestZooKeeper zooKeeper = new TestZooKeeper(directory, port)) {
            zooKeeper.createPath("/mesos", ZooDefs.Ids.OPEN_ACL_UNSAFE);
            zooKeeper.join("/mesos", 5050);
            detect("zk://127.0.0.1:" + port + "/mesos");
            assertThat(heard.next()).isEqualTo("127.0.0.1:5050");
        }
        try (TestZooKeeper again = new TestZooKeeper(directory, port)) {
            // The old node is gone with its master's session; what is heard first is of the server that is back.
            again.join("/mesos", 5060);
            String next = heard.next();
            assertThat(next.equals("none") ? heard.next() : next).isEqualTo("127.0.0.1:5060");
        }
    }

    @Test
    void aSessionThatExpiresIsReplacedByOneThatHearsOfTheNextLeader() throws Exception {
        try (TestZooKeeper zooKeeper = new TestZooKeeper(directory, 0)) {
            zooKeeper.createPath("/mesos", ZooDefs.Ids.OPEN_ACL_UNSAFE);
            String first = zooKeeper.join("/mesos", 5050);
            detect("zk://" + zooKeeper.address() + "/mesos", PATIENT);
            assertThat(heard.next()).isEqualTo("127.0.0.1:5050");

            for (int next = 5060; next < 5090; next += 10) {
                zooKeeper.expireOther();
                // The expired session has no watch any more: another one must hear of this.
                String second = zooKeeper.join("/mesos", next);
                zooKeeper.leave(first);
                assertThat(heard.next())
                        .as("who led leads on meanwhile: nothing else is told")
                        .isEqualTo("127.0.0.1:" + next);
                first = second;
            }
        }
    }

    /** It knows less than the client has seen, which it does not let in. */
    @Test
    void aServerThatWasBuiltAnewIsUsed() throws Exception {
        int port = FreePorts.next();
        try (TestZooKeeper zooKeeper = new TestZooKeeper(directory.resolve("old"), port)) {
            zooKeeper.createPath("/mesos", ZooDefs.Ids.OPEN_ACL_UNSAFE);
            for (int i = 0; i < 50; i++) {
                zooKeeper.leave(zooKeeper.join("/mesos", 1));
            }
            zooKeeper.join("/mesos", 5050);
            detect("zk://127.0.0.1:" + port + "/mesos");
            assertThat(lastOf("127.0.0.1:5050")).isTrue();
        }
        try (TestZooKeeper rebuilt = new TestZooKeeper(directory.resolve("new"), port)) {
            rebuilt.createPath("/mesos", ZooDefs.Ids.OPEN_ACL_UNSAFE);
            rebuilt.join("/mesos", 5060);
            assertThat(lastOf("127.0.0.1:5060")).isTrue();
        }
    }

    @Test
    void aServerThatHangsIsPassedOver() throws Exception {
        try (ServerSocket hung = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                TestZooKeeper zooKeeper = new TestZooKeeper(directory, 0)) {
            zooKeeper.createPath("/mesos", ZooDefs.Ids.OPEN_ACL_UNSAFE);
            zooKeeper.join("/mesos", 5050);
            detect("zk://127.0.0.1:" + hung.getLocalPort() + "," + zooKeeper.address() + "/mesos");

            assertThat(heard.next()).isEqualTo("127.0.0.1:5050");
        }
    }

    @Test
    void aZooKeeperThatCannotBeReachedIsToldOfInTheDriversOwnWords() throws Exception {
        int port = FreePorts.next();
        try (HeardLog log = new HeardLog()) {
            detect("zk://127.0.0.1:" + port + "/mesos", PATIENT);
            await().until(() -> log.lines("ZooKeeper cannot be reached") >= 3);
            assertThat(log.linesOf(ZooKeeper.class.getPackage().getName())).isZero();

            try (TestZooKeeper zooKeeper = new TestZooKeeper(directory, port)) {
                assertThat(zooKeeper.address()).isNotEmpty();
                assertThat(heard.next()).isEqualTo("none");
            }
            assertThat(log.lines("ZooKeeper is reached")).isOne();
        }
    }

    @Test
    void nothingIsToldAfterTheClose() throws Exception {
        try (TestZooKeeper zooKeeper = new TestZooKeeper(directory, 0)) {
            zooKeeper.createPath("/mesos", ZooDefs.Ids.OPEN_ACL_UNSAFE);
            detect("zk://" + zooKeeper.address() + "/mesos");
            assertThat(heard.next()).isEqualTo("none");
            detector.close();
            zooKeeper.join("/mesos", 5050);
            HeardLeaders other = new HeardLeaders();
            MasterDetector later = MasterAddress.detector("zk://" + zooKeeper.address() + "/mesos", QUICK);
            later.start(other);

            assertThat(other.next()).isEqualTo("127.0.0.1:5050");
            assertThat(heard.isEmpty()).isTrue();
            later.close();
        }
    }

    private boolean lastOf(String expected) {
        List<String> seen = new java.util.ArrayList<>();
        while (!seen.contains(expected) && !seen.contains("nothing")) {
            seen.add(heard.next());
        }
        return seen.contains(expected);
    }

    private void detect(String master) {
        detect(master, QUICK);
    }

    private void detect(String master, DetectorTimes times) {
        detector = MasterAddress.detector(master, times);
        detector.start(heard);
    }
}

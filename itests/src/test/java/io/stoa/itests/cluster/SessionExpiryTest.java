package io.stoa.itests.cluster;

import static io.stoa.itests.Fixtures.framework;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stoa.agent.Agent;
import io.stoa.agent.AgentConfig;
import io.stoa.detector.LeaderNodes;
import io.stoa.detector.LeadingMaster;
import io.stoa.detector.MasterDetector;
import io.stoa.master.MasterMain;
import io.stoa.state.journal.zookeeper.EmbeddedZooKeeper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class SessionExpiryTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern ADDRESS = Pattern.compile("Master started address=/(127\\.0\\.0\\.1:\\d+)");

    @TempDir
    Path directory;

    private volatile Optional<LeadingMaster> leader = Optional.empty();

    /**
     * The leader keeps the session of its journal; that of its candidacy ends, first of one master, then of the other.
     */
    @Test
    void aLeaderWhoseSessionExpiresGivesWayWithEverythingItAcknowledged() throws Exception {
        StartedTasks started = StartedTasks.in(directory);
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"), 0);
                MasterDetector detector =
                        MasterDetector.open(zooKeeper.url("/mesos").toString(), seen -> leader = seen);
                StoaProcess first = master("first", zooKeeper)) {
            String firstAddress = awaitLeaderOtherThan("nobody");
            try (StoaProcess second = master("second", zooKeeper);
                    Agent agent = Agent.start(agentConfig(zooKeeper));
                    RestlessFramework framework = new RestlessFramework("survivor", firstAddress, started, 3)) {
                String secondAddress = awaitAddress(second);
                await().atMost(PATIENCE).until(() -> second.said().contains("Contending"));
                awaitLaunches(framework);

                expireLeader(zooKeeper);

                assertThat(awaitLeaderOtherThan(firstAddress)).isEqualTo(secondAddress);
                await().atMost(PATIENCE).until(() -> framework.subscriptions() == 2);
                assertThat(first.said()).contains("Leading no more", "stepping down");
                awaitLaunches(framework);
                await().atMost(PATIENCE).until(() -> first.said().split("Contending", -1).length == 3);

                expireLeader(zooKeeper);

                assertThat(awaitLeaderOtherThan(secondAddress)).isEqualTo(firstAddress);
                await().atMost(PATIENCE).until(() -> framework.subscriptions() == 3);
                assertThat(second.said()).contains("Leading no more", "stepping down");
                awaitLaunches(framework);
                framework.rest();
                framework.reconcile();
                framework.assertThatWhatWasSeenIsKnown();
                assertThat(framework.ids()).hasSize(1);
                assertThat(started.ids()).doesNotHaveDuplicates().isSubsetOf(framework.launched());
                framework.tearDown();
                await().atMost(PATIENCE)
                        .untilAsserted(() ->
                                assertThat(started.orphans()).allMatch(process -> process.contains("MasterMain")));
            }
        }
    }

    private static void awaitLaunches(RestlessFramework framework) {
        long before = framework.finished();
        await().atMost(PATIENCE).until(() -> framework.finished() > before + 5);
    }

    private static void expireLeader(EmbeddedZooKeeper zooKeeper) throws Exception {
        String lowest;
        try (ZooKeeper client = new ZooKeeper(zooKeeper.connectString(), 10_000, event -> {})) {
            lowest = LeaderNodes.lowest(client.getChildren("/mesos", false)).orElseThrow();
        }
        ZooKeeperSession.expireOwnerOf(zooKeeper.connectString(), "/mesos/" + lowest);
    }

    private StoaProcess master(String name, EmbeddedZooKeeper zooKeeper) throws IOException {
        return StoaProcess.start(
                directory.resolve(name + ".log"),
                MasterMain.class,
                "--zk=" + zooKeeper.url("/mesos"),
                "--zk_session_timeout=4secs",
                "--ip=127.0.0.1",
                "--hostname=127.0.0.1",
                "--port=0",
                "--work_dir=" + directory.resolve(name));
    }

    private AgentConfig agentConfig(EmbeddedZooKeeper zooKeeper) {
        return new AgentConfig(
                zooKeeper.url("/mesos").toString(),
                directory.resolve("agent"),
                directory.resolve("agent-run"),
                new AgentConfig.Address(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "127.0.0.1", 0, "127.0.0.1"),
                new AgentConfig.Offer("cpus:4;mem:4096;disk:1024;ports:[31000-31099]", "*", List.of()),
                new AgentConfig.Running(List.of("mesos"), Path.of("/var/run/docker.sock"), false, 5_000, Map.of()),
                0);
    }

    private String awaitAddress(StoaProcess master) {
        return await().atMost(PATIENCE)
                .until(
                        () -> {
                            Matcher matcher = ADDRESS.matcher(master.said());
                            return matcher.find() ? Optional.of(matcher.group(1)) : Optional.<String>empty();
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    private String awaitLeaderOtherThan(String last) {
        return await().atMost(PATIENCE)
                .until(
                        () -> leader.map(LeadingMaster::address),
                        address -> address.filter(other -> !other.equals(last)).isPresent())
                .orElseThrow();
    }
}

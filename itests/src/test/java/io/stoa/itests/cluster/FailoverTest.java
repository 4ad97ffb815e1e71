package io.stoa.itests.cluster;

import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.shellTask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stoa.agent.Agent;
import io.stoa.agent.AgentConfig;
import io.stoa.cli.Stoa;
import io.stoa.detector.LeadingMaster;
import io.stoa.detector.MasterDetector;
import io.stoa.itests.SchedulerClient;
import io.stoa.master.MasterMain;
import io.stoa.state.journal.zookeeper.EmbeddedZooKeeper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class FailoverTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern ADDRESS = Pattern.compile("Master started address=/(127\\.0\\.0\\.1:\\d+)");

    @TempDir
    Path directory;

    private volatile Optional<LeadingMaster> leader = Optional.empty();

    @Test
    void aSecondMasterTakesOverWhereAKilledOneStopped() throws Exception {
        Path written = directory.resolve("written");
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"), 0);
                MasterDetector detector =
                        MasterDetector.open(zooKeeper.url("/mesos").toString(), seen -> leader = seen);
                StoaProcess first = master("first", zooKeeper)) {
            String firstAddress = awaitLeaderOtherThan("nobody");
            try (StoaProcess second = master("second", zooKeeper);
                    Agent agent = Agent.start(agentConfig(zooKeeper));
                    SchedulerClient before =
                            subscribed(firstAddress, framework("survivor").build())) {
                assertThatItSendsClientsTo(firstAddress, awaitAddress(second));
                Offer offer = before.awaitOffer(any -> true);
                before.launch(
                        offer,
                        List.of(shellTask("kept", offer.getAgentId(), "echo ran >> " + written + "; sleep 1000")));
                before.awaitState("kept", TaskState.TASK_RUNNING);

                first.kill();

                String secondAddress = awaitLeaderOtherThan(firstAddress);
                try (SchedulerClient after = subscribed(
                        secondAddress, framework("survivor").setId(before.id()).build())) {
                    Offer next = after.awaitOffer(any -> true);
                    assertThat(next.getAgentId()).isEqualTo(offer.getAgentId());
                    after.launch(next, List.of(shellTask("later", next.getAgentId(), "true")));
                    after.awaitState("later", TaskState.TASK_FINISHED);
                    after.call(kill("kept"));
                    after.awaitState("kept", TaskState.TASK_KILLED);
                }
                assertThat(Files.readAllLines(written)).containsExactly("ran");
            }
        }
    }

    @Test
    void aRunGoesOnWithTheNextLeaderAndEveryCommandFindsIt() throws Exception {
        Path go = directory.resolve("go");
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"), 0);
                MasterDetector detector =
                        MasterDetector.open(zooKeeper.url("/mesos").toString(), seen -> leader = seen);
                StoaProcess first = master("first", zooKeeper)) {
            String firstAddress = awaitLeaderOtherThan("nobody");
            String byZooKeeper = "--master=" + zooKeeper.url("/mesos");
            try (StoaProcess second = master("second", zooKeeper);
                    Agent agent = Agent.start(agentConfig(zooKeeper));
                    StoaProcess run = stoa(
                            "run",
                            byZooKeeper,
                            "echo before; while ! [ -e " + go + " ]; do sleep 0.1; done; echo after; exit 9")) {
                await().atMost(PATIENCE).until(() -> run.said().contains("before\n"));
                assertThatItLists("--master=" + awaitAddress(second), "RUNNING");

                first.kill();

                awaitLeaderOtherThan(firstAddress);
                await().atMost(PATIENCE).until(() -> run.said().contains("subscribing again"));
                await().atMost(PATIENCE).untilAsserted(() -> assertThatItLists(byZooKeeper, "RUNNING"));
                assertThat(go.toFile().createNewFile()).isTrue();
                assertThat(run.await()).as(run.said()).isEqualTo(9);
                assertThat(run.said()).contains("after\n");
            }
        }
    }

    private void assertThatItLists(String master, String expected) throws Exception {
        try (StoaProcess tasks = stoa("tasks", master)) {
            assertThat(tasks.await()).as(tasks.said()).isZero();
            assertThat(tasks.said()).contains(expected);
        }
    }

    private StoaProcess stoa(String command, String... arguments) throws IOException {
        Path said = Files.createTempFile(directory, command, ".said");
        return StoaProcess.start(
                said,
                Stoa.class,
                Stream.concat(Stream.of(command), Stream.of(arguments)).toArray(String[]::new));
    }

    private void assertThatItSendsClientsTo(String expected, String standby) throws Exception {
        HttpResponse<Void> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + standby + "/state?x=1"))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
        assertThat(response.statusCode()).isEqualTo(307);
        assertThat(response.headers().firstValue("Location")).contains("//" + expected + "/master/state?x=1");
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

    /** Subscribes as soon as the master, which has just been elected, serves. */
    private static SchedulerClient subscribed(String master, FrameworkInfo info) {
        return await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> SchedulerClient.subscribe(master, info), client -> true);
    }
}

package io.stoa.itests.cluster;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.examples.service.ServiceMain;
import io.stoa.itests.cluster.RunningTasks.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service scheduler of the examples on agents of several zones, which come and go; what runs is what agents say.
 */
@Timeout(300)
@Tag("long")
@SuppressWarnings("NullAway.Init") // Each test begins with start(), with flags of its own.
class ServiceExampleTest {

    private static final String WAIT = "exec sleep 1000";

    /** Uses all of a processor that it gets. */
    private static final String BURN = "while true; do true; done";

    @TempDir
    Path directory;

    private ProcessCluster cluster;
    private int instances;

    private void start(String... flags) throws Exception {
        cluster = ProcessCluster.start(directory, flags);
    }

    @AfterEach
    void end() throws Exception {
        cluster.close();
    }

    /** An agent named as its zone, and a number where it is not the first there. */
    private StoaProcess agent(String name, double cpus) throws IOException {
        return cluster.agent(
                name,
                "--resources=cpus:" + cpus + ";mem:512",
                "--hostname=" + name,
                "--attributes=zone:" + name.charAt(0));
    }

    private void awaitAgents(int count) {
        await().until(() ->
                cluster.get("/metrics/snapshot").path("master/slaves_active").asInt() == count);
    }

    private static String service(String name, String command, double cpus, int count, int priority) {
        return "{\"name\": \"%s\", \"command\": \"%s\", \"cpus\": %s, \"memMb\": 32, \"instances\": %d, \"priority\": %d}"
                .formatted(name, command, cpus, count, priority);
    }

    private StoaProcess run(String... services) throws IOException {
        Path file = Files.writeString(directory.resolve("services.json"), "[" + String.join(",\n", services) + "]");
        return StoaProcess.start(
                directory.resolve("service-" + instances++ + ".log"),
                ServiceMain.class,
                "--master=" + cluster.address(),
                "--name=services",
                "--measure-every=300",
                "--restart-delay=100",
                file.toString());
    }

    /** How many of which service run where: {@code web@a}. */
    private Map<String, Long> places() throws IOException, InterruptedException {
        return RunningTasks.of(cluster).stream()
                .collect(Collectors.groupingBy(
                        task -> task.name() + "@" + task.agent(), TreeMap::new, Collectors.counting()));
    }

    private void awaitPlaces(StoaProcess scheduler, Map<String, Long> expected) {
        await().ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> assertThat(places()).as(scheduler.said()).isEqualTo(expected));
    }

    /** No instance runs twice, whichever tries of it there were. */
    private void assertNothingIsDoubled() throws Exception {
        assertThat(RunningTasks.of(cluster).stream().map(Running::instance)).doesNotHaveDuplicates();
    }

    @Test
    void instancesAreSpreadOverZonesAndAgentsThatComeAndGo() throws Exception {
        // One that ends is to be given up soon; where none does, none is.
        start("--agent_ping_timeout=1secs", "--max_agent_ping_timeouts=3");
        StoaProcess a = agent("a", 4);
        agent("b", 4);
        awaitAgents(2);
        StoaProcess scheduler = run(service("web", WAIT, 0.5, 6, 0));
        awaitPlaces(scheduler, Map.of("web@a", 3L, "web@b", 3L));

        agent("c", 4);
        awaitPlaces(scheduler, Map.of("web@a", 2L, "web@b", 2L, "web@c", 2L));
        assertNothingIsDoubled();

        a.kill();
        awaitPlaces(scheduler, Map.of("web@b", 3L, "web@c", 3L));

        // It comes back with what it had, which was replaced meanwhile.
        agent("a", 4);
        awaitPlaces(scheduler, Map.of("web@a", 2L, "web@b", 2L, "web@c", 2L));
        assertNothingIsDoubled();
        scheduler.kill();
    }

    @Test
    void whatIsMoreImportantGetsTheRoomOfWhatIsLess() throws Exception {
        start();
        agent("a", 1);
        agent("b", 1);
        awaitAgents(2);
        StoaProcess first = run(service("low", WAIT, 0.5, 4, 1));
        awaitPlaces(first, Map.of("low@a", 2L, "low@b", 2L));
        first.kill();

        StoaProcess second = run(service("low", WAIT, 0.5, 4, 1), service("high", WAIT, 0.5, 2, 2));

        awaitPlaces(second, Map.of("low@a", 1L, "low@b", 1L, "high@a", 1L, "high@b", 1L));
        assertThat(second.said()).contains("PREEMPTED");
        assertNothingIsDoubled();
        second.kill();
    }

    @Test
    void whatUsesTooMuchLeavesTheHostOfWhatIsMoreImportant() throws Exception {
        start();
        // A part of a processor is enough to be too busy there, and all of one is not on the other.
        agent("a", 0.2);
        awaitAgents(1);
        StoaProcess scheduler = run(service("high", WAIT, 0.1, 1, 2), service("low", BURN, 0.1, 1, 1));
        awaitPlaces(scheduler, Map.of("high@a", 1L, "low@a", 1L));

        agent("b", 64);

        awaitPlaces(scheduler, Map.of("high@a", 1L, "low@b", 1L));
        assertThat(scheduler.said()).contains("stop low.0.0 RELIEF");
        scheduler.kill();
    }

    @Test
    void whatEndsIsStartedAgainLaterEachTime() throws Exception {
        start();
        agent("a", 1);
        awaitAgents(1);
        StoaProcess scheduler = run(service("crash", "exit 1", 0.5, 1, 0), service("web", WAIT, 0.5, 1, 0));
        await().until(() -> scheduler.said().contains("crash.0.4 TASK_FAILED"));
        awaitPlaces(scheduler, Map.of("web@a", 1L));
        scheduler.kill();
    }

    @Test
    void anAgentIsDrainedThoughNothingElseHasRoomForWhatRanThere() throws Exception {
        start();
        agent("a", 2);
        agent("b", 1);
        awaitAgents(2);
        StoaProcess scheduler = run(service("large", WAIT, 1.5, 1, 1), service("web", WAIT, 0.2, 2, 0));
        awaitPlaces(scheduler, Map.of("large@a", 1L, "web@a", 1L, "web@b", 1L));

        cluster.drain("a");

        awaitPlaces(scheduler, Map.of("web@b", 2L));
        cluster.stoa("agents", "reactivate", "a");
        awaitPlaces(scheduler, Map.of("large@a", 1L, "web@a", 1L, "web@b", 1L));
        // What was tried before is forgotten, and its id was taken again.
        assertThat(RunningTasks.of(cluster)).contains(new Running("large.0.0", "a"));
        assertNothingIsDoubled();
        scheduler.kill();
    }

    @Test
    void killedSchedulersAndAKilledMasterCostNoInstanceAndDoubleNone() throws Exception {
        start();
        agent("a", 4);
        agent("b", 4);
        awaitAgents(2);
        StoaProcess first = run(service("web", WAIT, 0.2, 10, 0));
        awaitPlaces(first, Map.of("web@a", 5L, "web@b", 5L));
        List<Running> before = RunningTasks.of(cluster);

        first.kill();
        cluster.killMaster();
        cluster.restartMaster();
        StoaProcess second = run(service("web", WAIT, 0.2, 20, 0));
        await().until(() -> second.said().contains("TASK_RUNNING"));
        second.kill();
        StoaProcess third = run(service("web", WAIT, 0.2, 20, 0));

        awaitPlaces(third, Map.of("web@a", 10L, "web@b", 10L));
        assertNothingIsDoubled();
        assertThat(RunningTasks.of(cluster)).containsAll(before);
        third.kill();
    }
}

package io.stoa.itests.cluster;

import static io.stoa.itests.Calls.accept;
import static io.stoa.itests.Calls.launch;
import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.kill;
import static io.stoa.itests.Fixtures.shellTask;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.itests.SchedulerClient;
import io.stoa.state.resources.Resources;
import io.stoa.testing.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real agent that comes back, but not as it went: with other flags, after a reboot, with damage on its disk. */
@Timeout(180)
@SuppressWarnings("NullAway.Init") // Each test begins with startATask(), with flags of its own.
class ChangedAgentTest {

    private static final String RESOURCES = "--resources=cpus:4;mem:1024;disk:1024";
    private static final String MORE = "--resources=cpus:6;mem:1024;disk:1024";

    private static final byte[] DAMAGE = {-1, -1, -1};

    private static final AtomicInteger AGENTS = new AtomicInteger();

    @TempDir
    private static Path directory;

    private static ProcessCluster patient;
    /** Gives an agent up soon. */
    private static ProcessCluster hasty;

    @TempDir
    Path own;

    private final int port = FreePorts.next();
    private final String name = "agent-" + AGENTS.incrementAndGet();
    private ProcessCluster cluster;
    private Path home;
    private StartedTasks started;
    private StoaProcess agent;
    private SchedulerClient client;
    private AgentID id;

    @BeforeAll
    static void start() throws Exception {
        patient = ProcessCluster.start(Files.createDirectory(directory.resolve("patient")));
        hasty = ProcessCluster.start(
                Files.createDirectory(directory.resolve("hasty")),
                "--agent_ping_timeout=1secs",
                "--max_agent_ping_timeouts=5");
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            patient.close();
        } finally {
            hasty.close();
        }
    }

    private void startATask(ProcessCluster on) throws Exception {
        cluster = on;
        home = directory.resolve(on == hasty ? "hasty" : "patient").resolve(name);
        started = StartedTasks.in(own);
        agent = startAgent(RESOURCES);
        client = cluster.subscribe(framework("f"));
        Offer offer = client.awaitOpenOffer(any -> true);
        id = offer.getAgentId();
        client.call(accept(offer, launch(shellTask("t", id, started.noteOf("t") + "; exec sleep 1000"))));
        client.awaitState("t", TaskState.TASK_RUNNING);
        await().until(() -> started.running().containsKey("t"));
    }

    @AfterEach
    void end() throws Exception {
        cluster.end(client);
        agent.kill();
        // Or the next test would be offered what is left of it.
        await().untilAsserted(() -> assertThat(cluster.get("/slaves").path("slaves"))
                .noneMatch(known -> known.path("active").asBoolean()));
    }

    private StoaProcess startAgent(String... flags) throws IOException {
        return cluster.agent(
                name,
                Stream.concat(Stream.of("--port=" + port), Stream.of(flags)).toArray(String[]::new));
    }

    @Test
    void moreResourcesAreRefusedUnlessThePolicySaysAdditive() throws Exception {
        startATask(patient);
        agent.terminate();

        StoaProcess refused = startAgent(MORE);
        assertThat(refused.await()).isEqualTo(1);
        assertThat(refused.said())
                .contains("Failed to perform recovery: Configuration change not permitted under 'equal' policy:"
                        + " Resources changed from cpus:4; mem:1024; disk:1024;")
                .contains("to cpus:6; mem:1024; disk:1024;")
                .contains("try --reconfiguration_policy=additive")
                .doesNotContain("\tat ");
        assertThat(started.running()).containsKey("t");

        agent = startAgent(MORE, "--attributes=rack:r1", "--reconfiguration_policy=additive");
        Offer offer = client.awaitOpenOffer(
                some -> Resources.of(some.getResourcesList()).scalarMilli("cpus") == 5_900);
        assertThat(offer.getAgentId()).isEqualTo(id);
        assertThat(offer.getAttributes(0).getText().getValue()).isEqualTo("r1");
        client.call(kill("t"));
        client.awaitState("t", TaskState.TASK_KILLED);
        await().until(() -> client.openOffers().stream()
                        .mapToLong(some -> Resources.of(some.getResourcesList()).scalarMilli("cpus"))
                        .sum()
                == 6_000);
    }

    @Test
    void afterARebootTheAgentIsTheSameAndSaysThatItsTasksAreGone() throws Exception {
        startATask(patient);
        reboot();

        agent = startAgent(RESOURCES);

        TaskStatus failed = client.awaitState("t", TaskState.TASK_FAILED);
        assertThat(failed.getReason()).isEqualTo(TaskStatus.Reason.REASON_EXECUTOR_TERMINATED);
        assertThat(failed.getSource()).isEqualTo(TaskStatus.Source.SOURCE_AGENT);
        assertThat(client.awaitOpenOffer(any -> true).getAgentId()).isEqualTo(id);
        assertThat(started.ids()).containsExactly("t");
    }

    @Test
    void anAgentThatTheRebootChangedIsANewOne() throws Exception {
        startATask(hasty);
        reboot();

        agent = startAgent(MORE);

        client.awaitState("t", TaskState.TASK_LOST);
        Offer offer = client.awaitOpenOffer(
                some -> Resources.of(some.getResourcesList()).scalarMilli("cpus") == 6_000);
        assertThat(offer.getAgentId()).isNotEqualTo(id);
        assertThat(agent.said()).contains("The host was restarted, and the agent is a new one");
    }

    /** What one leaves: no process of the agent's, nothing in memory, no groups, and another number of the kernel. */
    private void reboot() throws Exception {
        agent.kill();
        List<String> pids = new ArrayList<>(List.of("-9"));
        shims().forEach(shim -> {
            shim.descendants().forEach(process -> pids.add(Long.toString(process.pid())));
            pids.add(Long.toString(shim.pid()));
        });
        assertThat(pids).hasSizeGreaterThan(2);
        pids.add(0, "kill");
        new ProcessBuilder(pids).start().waitFor();
        await().untilAsserted(() -> assertThat(shims()).isEmpty());
        await().ignoreExceptions().until(() -> {
            for (Path group : StartedTasks.groups(home)) {
                Files.deleteIfExists(group);
            }
            return true;
        });
        new ProcessBuilder("rm", "-r", home + "-run").start().waitFor();
        Files.writeString(home.resolve("meta/boot_id"), "00000000-0000-0000-0000-000000000000");
    }

    private List<ProcessHandle> shims() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(home + "-run/"))
                .toList();
    }

    @Test
    void aDamagedCheckpointEndsAnAgentThatIsStrict() throws Exception {
        startATask(patient);
        agent.kill();
        Path damaged = checkpoint();
        byte[] sound = Files.readAllBytes(damaged);
        damage(damaged);

        StoaProcess refused = startAgent(RESOURCES);

        assertThat(refused.await()).isEqualTo(1);
        assertThat(refused.said())
                .contains("Failed to recover " + damaged)
                .contains("With --strict=false the agent goes on without what cannot be read");
        assertThat(started.running()).containsKey("t");

        Files.write(damaged, sound);
        agent = startAgent(RESOURCES);
        client.call(kill("t"));
        client.awaitState("t", TaskState.TASK_KILLED);
    }

    @Test
    void anAgentThatIsNotSaysWhatItLostAndLeavesNothingOfIt() throws Exception {
        startATask(patient);
        agent.kill();
        Path damaged = checkpoint();
        damage(damaged);

        agent = startAgent(RESOURCES, "--no-strict");

        TaskStatus lost = client.awaitState("t", TaskState.TASK_LOST);
        assertThat(lost.getReason()).isEqualTo(TaskStatus.Reason.REASON_RECONCILIATION);
        assertThat(agent.said()).contains("Not recovered file=" + damaged);
        assertThat(cluster.ask("127.0.0.1:" + port, "/metrics/snapshot").body())
                .contains("\"slave/recovery_errors\":1.0");
        await().untilAsserted(() -> assertThat(started.running()).isEmpty());
        assertThat(client.awaitOpenOffer(
                                some -> Resources.of(some.getResourcesList()).scalarMilli("cpus") == 4_000)
                        .getAgentId())
                .isEqualTo(id);

        Path meta = home.resolve("meta");
        assertThat(meta.resolve("damaged").resolve(meta.relativize(damaged))).hasBinaryContent(DAMAGE);
        agent.terminate();
        agent = startAgent(RESOURCES);
        await().failFast(() -> assertThat(agent.isAlive()).as(agent.said()).isTrue())
                .until(() -> agent.said().contains("Registered agent=" + id.getValue()));
    }

    private Path checkpoint() throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve("meta"))) {
            return files.filter(file -> file.endsWith("tasks/t/task.info"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void damage(Path file) throws IOException {
        Files.write(file, DAMAGE);
    }

    @Test
    void cleaningUpEndsTheTasksAndTheAgentThatWas() throws Exception {
        startATask(hasty);
        agent.kill();

        StoaProcess cleaning = startAgent(RESOURCES, "--recover=cleanup");

        assertThat(cleaning.await()).isZero();
        assertThat(started.running()).isEmpty();
        client.awaitState("t", TaskState.TASK_LOST);
        agent = startAgent(MORE);
        assertThat(client.awaitOpenOffer(
                                some -> Resources.of(some.getResourcesList()).scalarMilli("cpus") == 6_000)
                        .getAgentId())
                .isNotEqualTo(id);
    }
}

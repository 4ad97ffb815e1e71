package io.stoa.itests.cluster;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Frameworks that accept, refuse, suppress, revive, kill and change roles at random, while weights and limits change
 * and the master and agents are killed. {@code stoa.fickle.rounds} says how often, {@code stoa.fickle.seed} how.
 */
@Timeout(900)
class FickleClusterTest {

    private static final int ROUNDS = Integer.getInteger("stoa.fickle.rounds", 15);
    private static final long SEED = Long.getLong("stoa.fickle.seed", System.nanoTime());
    private static final int FRAMEWORKS = 5;
    private static final int AGENTS = 3;
    private static final String RESOURCES = "cpus:4;mem:1024";

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);
    private final List<FickleFramework> frameworks = new ArrayList<>();
    private final List<StoaProcess> agents = new ArrayList<>();

    @Test
    @Tag("long")
    void whatFrameworksWereToldIsWhatRunsLimitsHoldAndNobodyStarves(TestReporter reporter) throws Exception {
        reporter.publishEntry("seed", Long.toString(SEED));
        StartedTasks started = StartedTasks.in(directory);
        try (ProcessCluster cluster = ProcessCluster.start(directory);
                Samples roles = Samples.of(cluster, "/roles", FickleClusterTest::assertThatLimitsHold);
                Samples slaves =
                        Samples.of(cluster, "/slaves", (before, answer) -> assertThatNoMoreIsUsedThanThereIs(answer))) {
            for (int i = 0; i < AGENTS; i++) {
                agents.add(startAgent(cluster, i));
            }
            for (int i = 0; i < FRAMEWORKS; i++) {
                frameworks.add(new FickleFramework(cluster, "f" + i, started, new Random(random.nextLong())));
            }
            for (int round = 0; round < ROUNDS; round++) {
                disturb(cluster);
                int launched = launched();
                await().until(() -> launched() > launched);
            }
            frameworks.forEach(FickleFramework::wantNothing);
            for (FickleFramework framework : frameworks) {
                await().ignoreExceptionsInstanceOf(IOException.class).until(framework::isReconciled);
            }
            await().untilAsserted(() -> assertThatAllAgree(cluster, started));
            assertThatEverybodyIsOfferedEverything(cluster);
            assertThat(roles.count()).isPositive();
            assertThat(slaves.count()).isPositive();
            for (FickleFramework framework : frameworks) {
                framework.close();
                assertThat(framework.complaints()).as("seed %d", SEED).isEmpty();
            }
        }
    }

    private int launched() {
        return frameworks.stream().mapToInt(FickleFramework::launched).sum();
    }

    private StoaProcess startAgent(ProcessCluster cluster, int number) throws Exception {
        return cluster.agent("agent-" + number, "--resources=" + RESOURCES + ";disk:0;ports:[]");
    }

    private void disturb(ProcessCluster cluster) throws Exception {
        switch (random.nextInt(6)) {
            case 0, 1 -> {
                cluster.killMaster();
                cluster.restartMaster();
            }
            case 2 -> {
                int number = random.nextInt(AGENTS);
                agents.get(number).kill();
                agents.set(number, startAgent(cluster, number));
            }
            case 3 -> cluster.stoa("weights", "set", anyRole() + "=" + (1 + random.nextInt(4)));
            default -> setLimit(cluster);
        }
    }

    private String anyRole() {
        return random.nextBoolean() ? "eng" : "ops";
    }

    /** Refused where the role has more already. */
    private void setLimit(ProcessCluster cluster) throws Exception {
        String limit = "--limit=cpus:" + (2 + random.nextInt(6));
        cluster.tryStoa("quota", "set", anyRole(), limit);
    }

    private static void assertThatLimitsHold(JsonNode before, JsonNode answer) {
        Set<JsonNode> rolesBefore = new HashSet<>();
        before.path("roles").forEach(rolesBefore::add);
        for (JsonNode role : answer.path("roles")) {
            JsonNode limit = role.at("/quota/limit/cpus");
            if (!limit.isMissingNode()) {
                // Offers are counted a moment after tasks: only what stays is true of both together.
                String what = rolesBefore.contains(role) ? "/resources/cpus" : "/allocated/cpus";
                assertThat(role.at(what).asDouble())
                        .as("seed %d: %s", SEED, role)
                        .isLessThanOrEqualTo(limit.asDouble());
            }
        }
    }

    private static void assertThatNoMoreIsUsedThanThereIs(JsonNode answer) {
        for (JsonNode agent : answer.path("slaves")) {
            assertThat(agent.at("/used_resources/cpus").asDouble())
                    .as("seed %d: %s", SEED, agent)
                    .isLessThanOrEqualTo(agent.at("/resources/cpus").asDouble());
        }
    }

    /** The frameworks, the master and the host. */
    private void assertThatAllAgree(ProcessCluster cluster, StartedTasks started) throws Exception {
        Set<String> told = new TreeSet<>();
        frameworks.forEach(framework -> told.addAll(framework.alive()));
        Set<String> known = new TreeSet<>();
        for (JsonNode task : cluster.get("/tasks?limit=1000").path("tasks")) {
            if (Set.of("TASK_STAGING", "TASK_STARTING", "TASK_RUNNING")
                    .contains(task.path("state").asText())) {
                known.add(task.path("id").asText());
            }
        }
        assertThat(started.ids()).as("seed %d", SEED).doesNotHaveDuplicates();
        assertThat(known).as("seed %d", SEED).isEqualTo(started.running().keySet());
        assertThat(told).as("seed %d", SEED).isEqualTo(known);
    }

    /** One after the other, when nothing runs and no quota is in the way. */
    private void assertThatEverybodyIsOfferedEverything(ProcessCluster cluster) throws Exception {
        for (JsonNode quota : cluster.get("/quota").path("configs")) {
            cluster.stoa("quota", "remove", quota.path("role").asText());
        }
        for (FickleFramework framework : frameworks) {
            framework.killAll();
        }
        Resources all = Resources.EMPTY;
        for (int i = 0; i < AGENTS; i++) {
            all = all.plus(Resources.parse(RESOURCES));
        }
        Resources everything = all;
        for (FickleFramework framework : frameworks) {
            framework.wantEverything();
            await().untilAsserted(() ->
                    assertThat(framework.offered()).as("seed %d", SEED).isEqualTo(everything));
            framework.wantNothing();
        }
    }
}

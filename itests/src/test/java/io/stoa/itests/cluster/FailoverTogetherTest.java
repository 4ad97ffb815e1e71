package io.stoa.itests.cluster;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Masters that are killed while a framework and a scheduler over RPC launch, hear of and kill tasks. */
@Timeout(300)
@Tag("long")
class FailoverTogetherTest {

    private static final int ROUNDS = Integer.getInteger("stoa.together.rounds", 1);
    private static final long SEED = Long.getLong("stoa.together.seed", 7);
    private static final int MAX_UPDATES = 40;

    @TempDir
    Path directory;

    @Test
    void noTaskOfEitherIsLostOrStartedTwice() throws Exception {
        Random random = new Random(SEED);
        StartedTasks started = StartedTasks.in(directory);
        try (ProcessCluster cluster = ProcessCluster.start(directory)) {
            cluster.agent("one", "--resources=cpus:4;mem:2048;disk:0;ports:[]");
            cluster.agent("two", "--resources=cpus:4;mem:2048;disk:0;ports:[]");
            try (RestlessFramework web = new RestlessFramework("web", cluster.address(), started, random.nextLong());
                    RestlessScheduler batch =
                            new RestlessScheduler("batch", cluster.address(), started, random.nextLong())) {
                for (int round = 1; round <= ROUNDS; round++) {
                    awaitUpdates(web, batch, 1 + random.nextInt(MAX_UPDATES));
                    cluster.killMaster();
                    cluster.restartMaster();
                    int subscriptions = round + 1;
                    await().until(() -> web.subscriptions() >= subscriptions && batch.subscriptions() >= subscriptions);
                }
                awaitUpdates(web, batch, MAX_UPDATES);
                web.rest();
                batch.rest();
                web.reconcile();
                await().until(batch::isSettled);
                assertThat(batch.complaints()).isEmpty();
                assertThat(web.ids()).hasSize(1);
                assertThat(batch.ids()).hasSize(1);
                assertThat(started.ids()).as("started tasks, seed %d", SEED).doesNotHaveDuplicates();
                web.assertThatWhatWasSeenIsKnown();
                Set<String> ran = new HashSet<>(started.ids());
                batch.assertThatItWasToldWhatCameTrue(ran);
                ran.removeAll(web.launched());
                assertThat(batch.committed()).containsAll(ran);
                await().untilAsserted(() -> {
                    Set<String> running = started.running().keySet();
                    assertThat(known(cluster)).isEqualTo(running);
                    assertThat(running).containsAll(batch.alive());
                });
            }
        }
        await().untilAsserted(() -> assertThat(started.orphans()).isEmpty());
    }

    private static void awaitUpdates(RestlessFramework web, RestlessScheduler batch, int many) {
        int ofWeb = web.updates() + many;
        int ofBatch = batch.updates() + many;
        await().failFast(() -> assertThat(batch.complaints()).isEmpty())
                .until(() -> web.updates() >= ofWeb && batch.updates() >= ofBatch);
    }

    /** Tasks that have not ended, of both. */
    private static Set<String> known(ProcessCluster cluster) throws Exception {
        Set<String> known = new TreeSet<>();
        for (JsonNode task : cluster.get("/tasks?limit=100000").path("tasks")) {
            if (Set.of("TASK_STAGING", "TASK_STARTING", "TASK_RUNNING")
                    .contains(task.path("state").asText())) {
                known.add(task.path("id").asText());
            }
        }
        return known;
    }
}

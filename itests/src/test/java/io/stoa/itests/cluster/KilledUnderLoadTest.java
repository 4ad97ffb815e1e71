package io.stoa.itests.cluster;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.testing.FreePorts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole cluster, killed again and again while two frameworks launch, hear of and kill tasks. {@code stoa.kill.rounds}
 * says how often, {@code stoa.kill.seed} when.
 */
@Timeout(1_200)
class KilledUnderLoadTest {

    private static final int ROUNDS = Integer.getInteger("stoa.kill.rounds", 3);
    private static final long SEED = Long.getLong("stoa.kill.seed", 7);
    private static final int MAX_UPDATES = 120;

    @TempDir
    Path directory;

    private StartedTasks started;
    private int port;

    @BeforeEach
    void prepare() throws IOException {
        started = StartedTasks.in(directory);
        port = FreePorts.inARow(3);
    }

    @Test
    @Tag("long")
    void whatWasSeenStaysAndNothingIsStartedTwice() throws Exception {
        Random random = new Random(SEED);
        String master = "127.0.0.1:" + port;
        try (RestlessFramework one = new RestlessFramework("one", master, started, random.nextLong());
                RestlessFramework two = new RestlessFramework("two", master, started, random.nextLong())) {
            for (int round = 0; round < ROUNDS; round++) {
                try (StoaProcess cluster = start()) {
                    awaitSubscriptions(round + 1, one, two);
                    int until = one.updates() + two.updates() + random.nextInt(MAX_UPDATES);
                    await().until(() -> one.updates() + two.updates() > until);
                    cluster.kill();
                }
            }
            try (StoaProcess cluster = start()) {
                awaitSubscriptions(ROUNDS + 1, one, two);
                one.rest();
                two.rest();
                one.reconcile();
                two.reconcile();
                one.assertThatWhatWasSeenIsKnown();
                two.assertThatWhatWasSeenIsKnown();
                assertThat(started.ids())
                        .as("started tasks, seed %d", SEED)
                        .doesNotHaveDuplicates()
                        .isSubsetOf(union(one.launched(), two.launched()));

                assertThat(cluster.terminate()).isEqualTo(143);
                assertThat(cluster.said()).doesNotContain("Some tasks still run");
            }
        }
        await().untilAsserted(() -> assertThat(started.orphans()).isEmpty());
    }

    /** Ctrl-C before the cluster has come up: what the last one left behind must not stay. */
    @Test
    void anEndDuringTheStartEndsTheTasksThatTheStartFinds() throws Exception {
        try (RestlessFramework framework = new RestlessFramework("one", "127.0.0.1:" + port, started, SEED)) {
            try (StoaProcess cluster = start()) {
                await().until(() -> framework.updates() > MAX_UPDATES);
                framework.rest();
                cluster.kill();
            }
            assertThat(started.orphans()).isNotEmpty();
            try (StoaProcess cluster = start()) {
                await().until(() -> cluster.said().contains("Removed the candidacy of a master that is no more"));
                assertThat(cluster.terminate()).isEqualTo(143);
                assertThat(cluster.said()).doesNotContain("Some tasks still run");
            }
        }
        await().untilAsserted(() -> assertThat(started.orphans()).isEmpty());
    }

    private StoaProcess start() throws IOException {
        return StoaProcess.dev(directory, port);
    }

    private static void awaitSubscriptions(int count, RestlessFramework... frameworks) {
        for (RestlessFramework framework : frameworks) {
            await().until(() -> framework.subscriptions() >= count);
            assertThat(framework.ids()).hasSize(1);
        }
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        Set<String> all = new HashSet<>(some);
        all.addAll(others);
        return all;
    }
}

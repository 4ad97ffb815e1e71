package io.stoa.itests.cluster;

import static io.stoa.itests.Fixtures.framework;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.agent.Agent;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class SessionExpiryTest {

    @TempDir
    Path directory;

    /**
     * The leader keeps the session of its journal; that of its candidacy ends, first of one master, then of the other.
     */
    @Test
    void aLeaderWhoseSessionExpiresGivesWayWithEverythingItAcknowledged() throws Exception {
        StartedTasks started = StartedTasks.in(directory);
        try (Candidates candidates = Candidates.at(directory);
                StoaProcess first = candidates.master("first")) {
            String firstAddress = candidates.awaitLeader();
            try (StoaProcess second = candidates.master("second");
                    Agent agent = candidates.agent();
                    RestlessFramework framework = new RestlessFramework("survivor", firstAddress, started, 3)) {
                String secondAddress = Candidates.awaitAddress(second);
                await().until(() -> second.said().contains("Contending"));
                awaitLaunches(framework);

                expireLeader(candidates.zooKeeper().connectString());

                assertThat(candidates.awaitLeaderOtherThan(firstAddress)).isEqualTo(secondAddress);
                await().until(() -> framework.subscriptions() == 2);
                awaitEndOfTerm(first);
                awaitLaunches(framework);
                await().until(() -> first.said().split("Contending", -1).length == 3);

                expireLeader(candidates.zooKeeper().connectString());

                assertThat(candidates.awaitLeaderOtherThan(secondAddress)).isEqualTo(firstAddress);
                await().until(() -> framework.subscriptions() == 3);
                awaitEndOfTerm(second);
                awaitLaunches(framework);
                framework.rest();
                framework.reconcile();
                framework.assertThatWhatWasSeenIsKnown();
                assertThat(framework.ids()).hasSize(1);
                assertThat(started.ids()).doesNotHaveDuplicates().isSubsetOf(framework.launched());
                framework.tearDown();
                await().untilAsserted(() ->
                        assertThat(started.orphans()).allMatch(process -> process.contains("MasterMain")));
            }
        }
    }

    private static void expireLeader(String zooKeeper) throws Exception {
        ZooKeeperSession.expire(zooKeeper, ZooKeeperSession.ofLeader(zooKeeper));
    }

    /** It learns that its session is over, or that its epoch is, whatever comes first; others may lead by then. */
    private static void awaitEndOfTerm(StoaProcess master) {
        await().until(() -> master.said().contains("Leading no more"));
    }

    private static void awaitLaunches(RestlessFramework framework) {
        long before = framework.finished();
        await().until(() -> framework.finished() > before + 5);
    }
}

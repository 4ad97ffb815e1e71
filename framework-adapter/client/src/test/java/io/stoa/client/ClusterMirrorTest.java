package io.stoa.client;

import static io.stoa.client.Samples.agent;
import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.stoa.proto.v1.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ClusterMirrorTest {

    private final FakeCluster cluster = new FakeCluster();
    private final Heard heard = new Heard();
    private FakeMaster master;
    private FakeMaster standby;
    private StoaClient client;
    private ClusterMirror mirror;

    @BeforeEach
    void start() throws Exception {
        cluster.add(agent("A1", 4));
        master = FakeMaster.leading(cluster);
        standby = FakeMaster.following(cluster);
        client = StoaClient.connect(
                ClientConfig.of(standby.address() + "," + master.address()).withBackoffMs(5));
        mirror = ClusterMirror.open(client, heard);
        awaitAgents("A1");
        await().until(() -> master.read(() -> !master.watchedFrom.isEmpty()));
    }

    @AfterEach
    void stop() {
        mirror.close();
        client.close();
        master.close();
        standby.close();
    }

    @Test
    void whatChangesIsShownWithoutAnotherSnapshot() {
        cluster.add(agent("A2", 2));
        awaitAgents("A1", "A2");

        cluster.remove("A1");
        awaitAgents("A2");

        assertThat(master.read(() -> master.snapshots)).isEqualTo(1);
    }

    @Test
    void aWatchThatBreaksIsResumedBehindItsVersion() {
        long seen = cluster.version();
        cutWatches(Status.UNAVAILABLE);
        cluster.add(agent("A2", 2));

        awaitAgents("A1", "A2");

        assertThat(master.read(() -> List.copyOf(master.watchedFrom))).startsWith(seen, seen);
        assertThat(master.read(() -> master.snapshots)).isEqualTo(1);
    }

    @Test
    void whatIsTooOldIsReplacedByASnapshot() {
        master.with(() -> {
            cutWatches(Status.UNAVAILABLE);
            cluster.add(agent("A2", 2));
            cluster.compact();
        });

        awaitAgents("A1", "A2");

        assertThat(master.read(() -> master.snapshots)).isEqualTo(2);
    }

    @Test
    void whoWasTooSlowTakesASnapshot() {
        master.with(() -> {
            cutWatches(Status.RESOURCE_EXHAUSTED);
            cluster.add(agent("A2", 2));
        });

        awaitAgents("A1", "A2");

        assertThat(master.read(() -> master.snapshots)).isEqualTo(2);
        assertThat(heard.replaced).hasSize(2);
    }

    @Test
    void aGapIsNotBelieved() {
        cluster.skip();
        cluster.add(agent("A2", 2));

        awaitAgents("A1", "A2");

        assertThat(master.read(() -> master.snapshots)).isEqualTo(2);
    }

    @Test
    void aSnapshotThatEndsBeforeItIsCompleteIsTakenAgain() {
        master.with(() -> {
            master.snapshotsToCut = 2;
            cutWatches(Status.RESOURCE_EXHAUSTED);
            cluster.add(agent("A2", 2));
        });

        awaitAgents("A1", "A2");

        assertThat(master.read(() -> master.snapshots)).isEqualTo(4);
        assertThat(heard.replaced).hasSize(2);
    }

    @Test
    void theWatchGoesOnWithTheNextLeader() {
        long seen = cluster.version();
        master.loseTheLeadTo(standby);
        cluster.add(agent("A2", 2));

        awaitAgents("A1", "A2");

        assertThat(standby.read(() -> List.copyOf(standby.watchedFrom))).contains(seen);
        assertThat(standby.read(() -> standby.snapshots)).isZero();
    }

    @Test
    void whoMayNotLookIsToldSoOnce() {
        cutWatches(Status.PERMISSION_DENIED.withDescription("principal: 'nobody' (expected: 'ops')"));

        assertThat(heard.failure.join()).hasMessageContaining("principal: 'nobody' (expected: 'ops')");
    }

    @Test
    void aListenerThatThrowsEndsItsMirror() {
        heard.fault = new IllegalStateException("a fault of the listener's");
        cluster.add(agent("A2", 2));

        assertThat(heard.failure.join()).isSameAs(heard.fault);
    }

    private void cutWatches(Status how) {
        master.cutWatches(how.asRuntimeException());
    }

    private void awaitAgents(String... ids) {
        await().untilAsserted(() -> assertThat(
                        ask(view -> view.agents().stream().map(AgentView::id).toList()))
                .hasValueSatisfying(seen -> assertThat(seen).containsExactlyInAnyOrder(ids)));
    }

    private <T> Optional<T> ask(Function<ClusterView, T> question) {
        return mirror.ask(view -> view.map(question)).join();
    }

    private static final class Heard implements ClusterMirror.Listener {

        final List<Long> replaced = new ArrayList<>();
        final CompletableFuture<Throwable> failure = new CompletableFuture<>();
        volatile @Nullable RuntimeException fault;

        @Override
        public void replaced(ClusterView view) {
            replaced.add(view.version());
        }

        @Override
        public void changed(ClusterView view, List<Change> changes) {
            RuntimeException thrown = fault;
            if (thrown != null) {
                throw thrown;
            }
        }

        @Override
        public void failed(Throwable why) {
            failure.complete(why);
        }
    }
}

package io.stoa.rpc.cluster;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.stoa.proto.v1.Agent;
import io.stoa.proto.v1.Change;
import io.stoa.proto.v1.Changes;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.Kind;
import io.stoa.proto.v1.Selection;
import io.stoa.proto.v1.WatchRequest;
import io.stoa.rpc.RpcDoor;
import io.stoa.state.model.AgentId;
import io.stoa.state.transaction.StateMutation;
import io.stoa.time.ManualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchTest {

    private static final int RING = 16;

    private final Cluster cluster =
            new Cluster().with(Cluster.agent("a1", "cpus:1000;mem:1000"), Cluster.framework("s1", "web"));
    private final ManualTime time = new ManualTime(1_000);
    private final RpcServer server = new RpcServer(time);
    private final ManagedChannel channel = server.channel();

    @AfterEach
    void close() {
        server.close();
        cluster.close();
    }

    private long version() {
        return cluster.snapshot().version().value();
    }

    private Reader<WatchRequest, Changes> watch(long version, Reader<WatchRequest, Changes> reader) {
        return watch(WatchRequest.newBuilder().setVersion(version).build(), reader);
    }

    private Reader<WatchRequest, Changes> watch(WatchRequest request, Reader<WatchRequest, Changes> reader) {
        ClusterServiceGrpc.newStub(channel).watch(request, reader);
        return reader;
    }

    @Test
    void itBeginsWithTheVersionAndGoesOnWithWhatChanges() throws Exception {
        server.leading(cluster);
        long start = version();
        Reader<WatchRequest, Changes> reader = watch(start, Reader.eager());
        assertThat(reader.next())
                .isEqualTo(
                        Changes.newBuilder().setSince(start).setVersion(start).build());
        cluster.with(Cluster.task("s1", "t1", "a1", "web", "cpus:1;mem:1"));
        Changes claimed = reader.next();
        assertThat(claimed.getSince()).isEqualTo(start);
        assertThat(claimed.getVersion()).isEqualTo(start + 1);
        assertThat(claimed.getChangesList())
                .extracting(Change::getChangeCase)
                .containsExactly(Change.ChangeCase.TASK, Change.ChangeCase.AGENT_RESOURCES);
        cluster.with(Cluster.status("s1", "t1", TaskState.TASK_RUNNING));
        Changes moved = reader.next();
        assertThat(moved.getSince()).isEqualTo(start + 1);
        assertThat(moved.getChanges(0).getTaskMoved().getStatus().getMessage()).isEqualTo("because");
    }

    @Test
    void anAgentsResourcesAreToldWhereSomethingWasFreedOnly() throws Exception {
        cluster.with(Cluster.task("s1", "t1", "a1", "web", "cpus:1;mem:1"))
                .with(Cluster.task("s1", "t2", "a1", "web", "cpus:1;mem:1"));
        server.leading(cluster);
        Reader<WatchRequest, Changes> reader = watch(version(), Reader.eager());
        reader.next();
        cluster.with(Cluster.status("s1", "t1", TaskState.TASK_FINISHED));
        assertThat(reader.next().getChangesList())
                .extracting(Change::getChangeCase)
                .containsExactly(Change.ChangeCase.TASK_MOVED, Change.ChangeCase.AGENT_RESOURCES);
        cluster.with(new StateMutation.RemoveTask(Cluster.key("s1", "t1")));
        assertThat(reader.next().getChangesList())
                .extracting(Change::getChangeCase)
                .containsExactly(Change.ChangeCase.TASK_REMOVED);
        cluster.with(new StateMutation.RemoveTask(Cluster.key("s1", "t2")));
        assertThat(reader.next().getChangesList())
                .extracting(Change::getChangeCase)
                .containsExactly(Change.ChangeCase.TASK_REMOVED, Change.ChangeCase.AGENT_RESOURCES);
    }

    @Test
    void whatIsNotSelectedIsToldAsAVersionOnly() throws Exception {
        server.leading(cluster);
        Reader<WatchRequest, Changes> reader = watch(
                WatchRequest.newBuilder()
                        .setVersion(version())
                        .setSelection(Selection.newBuilder().addKinds(Kind.AGENTS))
                        .build(),
                Reader.eager());
        reader.next();
        cluster.with(Cluster.framework("s2", "web"));
        Changes changes = reader.next();
        assertThat(changes.getVersion()).isEqualTo(version());
        assertThat(changes.getChangesCount()).isZero();
        cluster.with(Cluster.task("s2", "t1", "a1", "web", "cpus:1"));
        assertThat(reader.next().getChangesList())
                .extracting(Change::getChangeCase)
                .containsExactly(Change.ChangeCase.AGENT_RESOURCES);
    }

    @Test
    void whatOperatorsWantOfAnAgentIsTold() throws Exception {
        server.leading(cluster);
        Reader<WatchRequest, Changes> reader = watch(version(), Reader.eager());
        reader.next();
        cluster.with(new StateMutation.DeactivateAgent(new AgentId("a1")));
        Agent deactivated = reader.next().getChanges(0).getAgent();
        assertThat(deactivated.getActivation()).isEqualTo(Agent.Activation.DEACTIVATED);
        assertThat(deactivated.getState()).isEqualTo(Agent.State.REGISTERED);
        assertThat(deactivated.getFreeList()).isEmpty();
        assertThat(deactivated.hasDrainingSinceMs()).isFalse();
        cluster.with(new StateMutation.DrainAgent(new AgentId("a1"), OptionalLong.empty(), false, 7));
        Agent draining = reader.next().getChanges(0).getAgent();
        assertThat(draining.getActivation()).isEqualTo(Agent.Activation.DRAINING);
        assertThat(draining.getDrainingSinceMs()).isEqualTo(7);
        cluster.with(new StateMutation.FinishDrain(new AgentId("a1")));
        assertThat(reader.next().getChanges(0).getAgent().getActivation()).isEqualTo(Agent.Activation.DRAINED);
        cluster.with(new StateMutation.ReactivateAgent(new AgentId("a1")));
        Agent active = reader.next().getChanges(0).getAgent();
        assertThat(active.getActivation()).isEqualTo(Agent.Activation.ACTIVE);
        assertThat(active.getFreeList()).isNotEmpty();
    }

    @Test
    void whatIsNotKeptOrYetToComeIsOutOfRange() {
        server.leading(cluster);
        assertThat(watch(version() - 1, Reader.eager()).code()).isEqualTo(Status.Code.OUT_OF_RANGE);
        assertThat(watch(version() + 1, Reader.eager()).error()).hasMessageContaining("at most " + version());
        assertThat(watch(WatchRequest.getDefaultInstance(), Reader.eager()).error())
                .hasMessage("INVALID_ARGUMENT: version: missing (expected: >= 0)");
    }

    @Test
    void theVersionIsSaidAgainWhereNothingHappens() throws Exception {
        server.leading(cluster);
        Reader<WatchRequest, Changes> reader = watch(version(), Reader.eager());
        Changes first = reader.next();
        await().until(() -> {
            time.advance(WatchPump.REMINDER_MS);
            return !reader.received.isEmpty();
        });
        assertThat(reader.next()).isEqualTo(first);
    }

    @Test
    void whoReadsTooSlowlyIsCut() throws Exception {
        server.leading(cluster, new WatchLog(server.watchLog(), RING, 64 << 20));
        Reader<WatchRequest, Changes> slow = new Reader<>(1);
        ClusterServiceGrpc.newStub(server.channel())
                .watch(WatchRequest.newBuilder().setVersion(version()).build(), slow);
        slow.next();
        Reader<WatchRequest, Changes> fast = watch(version(), Reader.eager());
        awaitCut(fast);
        slow.ask(Integer.MAX_VALUE);
        assertThat(slow.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(slow.error()).hasMessageContaining("take a new snapshot");
        assertThat(fast.completed).isNotDone();
    }

    /** So much happens, as fast as one of the readers reads it, that another one is cut. */
    private void awaitCut(Reader<WatchRequest, Changes> fast) throws InterruptedException {
        String padding = "x".repeat(20_000);
        for (int i = 0; server.figure("watchers_cut") == 0; i++) {
            cluster.with(Cluster.framework("s" + i % 10, padding + i));
            while (fast.next().getVersion() < version()) {
                assertThat(fast.completed).isNotDone();
            }
        }
    }

    /** Not even the end. */
    @Test
    void whoIsCutAndReadsNothingDoesNotKeepItsPlace() throws Exception {
        server.leading(cluster, new WatchLog(server.watchLog(), RING, 64 << 20));
        Reader<WatchRequest, Changes> deaf = new Reader<>(1);
        ClusterServiceGrpc.newStub(server.narrowChannel())
                .watch(WatchRequest.newBuilder().setVersion(version()).build(), deaf);
        deaf.next();
        awaitCut(watch(version(), Reader.eager()));
        assertThat(server.figure("watchers")).isEqualTo(2);
        await().until(() -> {
            time.advance(1_000);
            return server.figure("watchers") == 1;
        });
        deaf.ask(Integer.MAX_VALUE);
        assertThat(deaf.code()).isEqualTo(Status.Code.CANCELLED);
    }

    @Test
    void manyVersionsAreToldTogetherToWhoIsBehind() throws Exception {
        WatchLog log = new WatchLog(server.watchLog());
        server.leading(cluster, log);
        long start = version();
        for (int i = 0; i < 100; i++) {
            cluster.with(Cluster.task("s1", "t" + i, "a1", "web", "cpus:1"));
        }
        // Who is ahead of the log is told one by one.
        await().until(() -> log.version() == version());
        Reader<WatchRequest, Changes> reader = watch(start, Reader.eager());
        List<Changes> received = new ArrayList<>(List.of(reader.next()));
        while (received.get(received.size() - 1).getVersion() < version()) {
            received.add(reader.next());
        }
        assertThat(received).hasSizeLessThan(20);
        assertThat(received.stream()
                        .flatMap(changes -> changes.getChangesList().stream())
                        .filter(Change::hasTask))
                .hasSize(100);
    }

    @Test
    void itEndsWithTheLeadAndNamesTheNextLeader() throws Exception {
        server.leading(cluster);
        Reader<WatchRequest, Changes> reader = watch(version(), Reader.eager());
        reader.next();
        server.cluster.follow(Optional.of("10.0.0.7:5050"));
        assertThat(reader.code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(reader.error().getTrailers().get(RpcDoor.LEADER)).isEqualTo("10.0.0.7:5050");
    }
}

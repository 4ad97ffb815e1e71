package io.stoa.rpc.cluster;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.Kind;
import io.stoa.proto.v1.Selection;
import io.stoa.proto.v1.SnapshotChunk;
import io.stoa.proto.v1.SnapshotRequest;
import io.stoa.proto.v1.View;
import io.stoa.rpc.RpcDoor;
import io.stoa.state.transaction.StateMutation;
import io.stoa.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotTest {

    private static final int AGENTS = 200;
    private static final int TASKS = 5_000;

    private final Cluster cluster = new Cluster()
            .with(many(AGENTS, i -> Cluster.agent("a" + i, "cpus:100;mem:1000")))
            .with(Cluster.framework("s1", "web"), Cluster.framework("s2", "web"))
            .with(many(TASKS, i -> Cluster.task("s" + (1 + i % 2), "t" + i, "a" + i % AGENTS, "web", "cpus:1;mem:1")));
    private final ManualTime time = new ManualTime(1_000);
    private final RpcServer server = new RpcServer(time).leading(cluster);

    private static StateMutation[] many(int count, IntFunction<StateMutation> each) {
        return IntStream.range(0, count).mapToObj(each).toArray(StateMutation[]::new);
    }

    @AfterEach
    void close() {
        server.close();
        cluster.close();
    }

    @Test
    void everythingComesOnceInBoundedChunksAgentsFirst() {
        List<SnapshotChunk> chunks = take(SnapshotRequest.getDefaultInstance());
        Picture picture = new Picture();
        chunks.forEach(picture::add);
        assertThat(picture.agents).hasSize(AGENTS);
        assertThat(picture.schedulers).hasSize(2);
        assertThat(picture.tasks).hasSize(TASKS);
        assertThat(picture.version).isEqualTo(cluster.snapshot().version().value());
        assertThat(chunks)
                .hasSizeGreaterThan(5)
                .allMatch(chunk -> chunk.getSerializedSize() <= SnapshotReader.MAX_CHUNK_BYTES)
                .allMatch(chunk -> chunk.getVersion() == picture.version);
        assertThat(chunks.stream().filter(SnapshotChunk::getLast)).containsExactly(chunks.get(chunks.size() - 1));
        List<SnapshotChunk> withTasks = chunks.stream()
                .dropWhile(chunk -> chunk.getTasksCount() == 0)
                .skip(1)
                .toList();
        assertThat(withTasks).isNotEmpty().allMatch(chunk -> chunk.getAgentsCount() + chunk.getSchedulersCount() == 0);
    }

    @Test
    void whatIsNotSelectedDoesNotCome() {
        Picture picture = new Picture();
        take(SnapshotRequest.newBuilder()
                        .setSelection(Selection.newBuilder()
                                .addKinds(Kind.TASKS)
                                .addKinds(Kind.AGENTS)
                                .addSchedulerIds("s2")
                                .addSchedulerIds("nobody")
                                .addAgentIds("a1")
                                .addAgentIds("a2"))
                        .setView(View.FULL)
                        .build())
                .forEach(picture::add);
        assertThat(picture.agents).containsOnlyKeys("a1", "a2");
        assertThat(picture.schedulers).isEmpty();
        assertThat(picture.tasks.values())
                .hasSize(TASKS / AGENTS)
                .allMatch(task -> task.getSchedulerId().equals("s2")
                        && task.getAgentId().equals("a1")
                        && task.getInfo().hasCommand());
    }

    @Test
    void itIsCompressedWhereThatIsWanted() {
        assertThat(encoding(true)).isEqualTo("gzip");
        assertThat(encoding(false)).isEqualTo("identity");
    }

    private String encoding(boolean compressed) {
        AtomicReference<Metadata> headers = new AtomicReference<>();
        Iterator<SnapshotChunk> chunks = ClusterServiceGrpc.newBlockingStub(ClientInterceptors.intercept(
                        server.channel(),
                        MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>())))
                .snapshot(SnapshotRequest.newBuilder().setCompressed(compressed).build());
        Picture picture = new Picture();
        chunks.forEachRemaining(picture::add);
        assertThat(picture.tasks).hasSize(TASKS);
        return headers.get().get(Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER));
    }

    @Test
    void whoDoesNotReadIsWaitedForAndCutAfterAMinute() throws Exception {
        Reader<SnapshotRequest, SnapshotChunk> reader = new Reader<>(1);
        ClusterServiceGrpc.newStub(server.narrowChannel()).snapshot(SnapshotRequest.getDefaultInstance(), reader);
        reader.next();
        awaitCut();
        reader.ask(Integer.MAX_VALUE);
        assertThat(reader.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(reader.received)
                .as("chunks after the first")
                .hasSizeLessThan(8)
                .noneMatch(SnapshotChunk::getLast);
        await().until(() -> server.figure("snapshots") == 0);
    }

    /** Not even the end. */
    @Test
    void whoIsCutAndReadsNothingDoesNotKeepItsPlace() throws Exception {
        Reader<SnapshotRequest, SnapshotChunk> reader = new Reader<>(1);
        ClusterServiceGrpc.newStub(server.narrowChannel()).snapshot(SnapshotRequest.getDefaultInstance(), reader);
        reader.next();
        awaitCut();
        await().until(() -> {
            time.advance(1_000);
            return server.figure("snapshots") == 0;
        });
        reader.ask(Integer.MAX_VALUE);
        assertThat(reader.code()).isEqualTo(Status.Code.CANCELLED);
    }

    /** In steps so small that nobody is taken for deaf meanwhile. */
    private void awaitCut() {
        await().pollInterval(Duration.ofMillis(2)).until(() -> {
            time.advance(SnapshotStream.MAX_PAUSE_MS / 60);
            return server.figure("snapshots_cut") == 1;
        });
    }

    @Test
    void itEndsWithTheLead() throws Exception {
        Reader<SnapshotRequest, SnapshotChunk> reader = new Reader<>(1);
        ClusterServiceGrpc.newStub(server.narrowChannel()).snapshot(SnapshotRequest.getDefaultInstance(), reader);
        reader.next();
        server.cluster.follow(Optional.of("10.0.0.7:5050"));
        reader.ask(Integer.MAX_VALUE);
        assertThat(reader.code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(reader.error().getTrailers().get(RpcDoor.LEADER)).isEqualTo("10.0.0.7:5050");
    }

    private List<SnapshotChunk> take(SnapshotRequest request) {
        List<SnapshotChunk> chunks = new ArrayList<>();
        server.blocking().snapshot(request).forEachRemaining(chunks::add);
        return chunks;
    }
}

package io.stoa.benchmarks;

import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.stoa.proto.v1.Agent;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.Kind;
import io.stoa.proto.v1.Selection;
import io.stoa.proto.v1.SnapshotChunk;
import io.stoa.proto.v1.SnapshotRequest;
import io.stoa.state.model.AgentId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Somebody who reads the cluster on the bare stubs, over a connection of his own. */
final class ClusterReader implements AutoCloseable {

    private static final int WINDOW_BYTES = 4 << 20;

    private final ManagedChannel channel;

    ClusterReader(int port) {
        channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .flowControlWindow(WINDOW_BYTES)
                .build();
    }

    /**
     * A snapshot as it came.
     *
     * @param wireBytes as they were received, compressed where they were
     */
    record Read(long version, int agents, int tasks, long wireBytes, long tookNanos) {}

    List<AgentId> agents() {
        Iterator<SnapshotChunk> chunks = ClusterServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(1, TimeUnit.MINUTES)
                .snapshot(SnapshotRequest.newBuilder()
                        .setSelection(Selection.newBuilder().addKinds(Kind.AGENTS))
                        .build());
        List<AgentId> agents = new ArrayList<>();
        while (chunks.hasNext()) {
            for (Agent agent : chunks.next().getAgentsList()) {
                agents.add(new AgentId(agent.getAgentId()));
            }
        }
        return agents;
    }

    Read snapshot(boolean compressed) {
        AtomicLong bytes = new AtomicLong();
        long beginNanos = System.nanoTime();
        Iterator<SnapshotChunk> chunks = ClientCalls.blockingServerStreamingCall(
                channel,
                ClusterServiceGrpc.getSnapshotMethod(),
                CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.MINUTES).withStreamTracerFactory(counting(bytes)),
                SnapshotRequest.newBuilder().setCompressed(compressed).build());
        long version = 0;
        int agents = 0;
        int tasks = 0;
        while (chunks.hasNext()) {
            SnapshotChunk chunk = chunks.next();
            version = chunk.getVersion();
            agents += chunk.getAgentsCount();
            tasks += chunk.getTasksCount();
        }
        return new Read(version, agents, tasks, bytes.get(), System.nanoTime() - beginNanos);
    }

    ManagedChannel channel() {
        return channel;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private static ClientStreamTracer.Factory counting(AtomicLong bytes) {
        return new ClientStreamTracer.Factory() {
            @Override
            public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
                return new ClientStreamTracer() {
                    @Override
                    public void inboundWireSize(long count) {
                        bytes.addAndGet(count);
                    }
                };
            }
        };
    }
}

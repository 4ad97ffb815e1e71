package io.stoa.rpc.cluster;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.stoa.proto.v1.Changes;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.DescribeAgentsRequest;
import io.stoa.proto.v1.DescribeAgentsResponse;
import io.stoa.proto.v1.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostileReadersTest {

    private static final int WATCHERS = 1_000;
    private static final int CALLS_A_CONNECTION = 100;

    private final Cluster cluster = new Cluster().with(Cluster.agent("a1", "cpus:1000"));
    private final RpcServer server = new RpcServer().leading(cluster);

    @AfterEach
    void close() {
        server.close();
        cluster.close();
    }

    @Test
    void aRequestThatIsTooLargeIsRefusedAndTheConnectionGoesOn() {
        ManagedChannel channel = server.channel();
        Reader<DescribeAgentsRequest, DescribeAgentsResponse> reader = Reader.eager();
        ClusterServiceGrpc.newStub(channel)
                .describeAgents(
                        DescribeAgentsRequest.newBuilder()
                                .addAgentIds("x".repeat(8 * RpcServer.MAX_REQUEST_BYTES))
                                .build(),
                        reader);
        StatusRuntimeException error = reader.error();
        assertThat(error.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(error).hasMessageContaining("expected: at most 1048576");
        assertThat(ClusterServiceGrpc.newBlockingStub(channel)
                        .describeAgents(DescribeAgentsRequest.newBuilder()
                                .addAgentIds("a1")
                                .build())
                        .getAgentsCount())
                .isEqualTo(1);
    }

    @Test
    void aThousandWatchersAreAllTold() throws Exception {
        long start = cluster.snapshot().version().value();
        List<Reader<WatchRequest, Changes>> readers = new ArrayList<>();
        for (int i = 0; i < WATCHERS / CALLS_A_CONNECTION; i++) {
            ManagedChannel channel = server.channel();
            for (int j = 0; j < CALLS_A_CONNECTION; j++) {
                Reader<WatchRequest, Changes> reader = Reader.eager();
                ClusterServiceGrpc.newStub(channel)
                        .watch(WatchRequest.newBuilder().setVersion(start).build(), reader);
                readers.add(reader);
            }
        }
        await().until(() -> server.figure("watchers") == WATCHERS);
        for (int i = 0; i < 20; i++) {
            cluster.with(Cluster.framework("s" + i, "web"));
        }
        long target = cluster.snapshot().version().value();
        for (Reader<WatchRequest, Changes> reader : readers) {
            Picture picture = new Picture();
            picture.version = start;
            while (picture.version < target) {
                picture.apply(reader.next());
            }
            assertThat(picture.schedulers).hasSize(20);
        }
        readers.forEach(Reader::cancel);
        await().until(() -> server.figure("watchers") == 0);
    }
}

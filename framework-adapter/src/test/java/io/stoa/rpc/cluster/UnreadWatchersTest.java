package io.stoa.rpc.cluster;

import static io.stoa.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.proto.v1.Changes;
import io.stoa.proto.v1.ClusterServiceGrpc;
import io.stoa.proto.v1.WatchRequest;
import io.stoa.rpc.UnreadBytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Watchers that are sent more than they read, though none of it falls off the log. */
class UnreadWatchersTest {

    private static final int MAX_UNREAD_BYTES = 50_000;
    private static final int MESSAGE_BYTES = 20_000;
    private static final int DEAF = 4;

    private final Cluster cluster =
            new Cluster().with(Cluster.agent("a1", "cpus:1000;mem:1000"), Cluster.framework("s1", "web"));
    private final UnreadBytes unread = new UnreadBytes(MAX_UNREAD_BYTES);
    private final RpcServer server = new RpcServer(null, unread).leading(cluster);

    @AfterEach
    void close() {
        server.close();
        cluster.close();
    }

    @Test
    void theSlowestGoWhereAllTogetherHaveTooMuchUnread() throws Exception {
        for (int i = 0; i < DEAF; i++) {
            watch(new Reader<>(1), true).next();
        }
        Reader<WatchRequest, Changes> fast = watch(Reader.eager(), false);
        String padding = "x".repeat(MESSAGE_BYTES);
        for (int i = 0; server.figure("watchers_dropped") == 0; i++) {
            cluster.with(Cluster.framework("s" + i % 10, padding + i));
            while (fast.next().getVersion() < version()) {
                assertThat(fast.completed).isNotDone();
            }
        }
        await().until(() -> server.figure("watchers") < 1 + DEAF && unread.bytes() <= MAX_UNREAD_BYTES);
        assertThat(server.figure("watchers_cut")).isZero();
        cluster.with(Cluster.framework("last", "web"));
        while (fast.next().getVersion() < version()) {
            assertThat(fast.completed).isNotDone();
        }
    }

    private long version() {
        return cluster.snapshot().version().value();
    }

    private Reader<WatchRequest, Changes> watch(Reader<WatchRequest, Changes> reader, boolean narrow) {
        ClusterServiceGrpc.newStub(narrow ? server.narrowChannel() : server.channel())
                .watch(WatchRequest.newBuilder().setVersion(version()).build(), reader);
        return reader;
    }
}

package io.stoa.detector;

import io.stoa.state.journal.zookeeper.ZooKeeperUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

/** A ZooKeeper of the test's own, on a free port. */
final class TestZooKeeper implements AutoCloseable {

    private static final int TICK_MS = 100;
    private static final int MAX_SESSION_TIMEOUT_MS = 60_000;

    private final ServerCnxnFactory connections;

    TestZooKeeper(Path directory) throws IOException, InterruptedException {
        connections = ServerCnxnFactory.createFactory(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ZooKeeperServer server = new ZooKeeperServer(directory.toFile(), directory.toFile(), TICK_MS);
        // Else its ticks, which are short, would limit what is asked for.
        server.setMaxSessionTimeout(MAX_SESSION_TIMEOUT_MS);
        connections.startup(server);
    }

    ZooKeeperUrl url(String path) {
        return ZooKeeperUrl.parse("zk://127.0.0.1:" + connections.getLocalPort() + path);
    }

    @Override
    public void close() {
        connections.shutdown();
    }
}

package io.stoa.state.journal.zookeeper;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;

/**
 * A ZooKeeper server inside this process, alone and durable: what is acknowledged has been forced to disk. It speaks to
 * everybody who can reach its address; unless told otherwise that is this machine only.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {

    private static final int START_TIMEOUT_MS = 30_000;

    private final ZooKeeperServerEmbedded server;
    private final String connectString;

    private EmbeddedZooKeeper(ZooKeeperServerEmbedded server, String connectString) {
        this.server = server;
        this.connectString = connectString;
    }

    /** Starts a server for this machine only. */
    public static EmbeddedZooKeeper start(Path directory, int port) throws IOException {
        return start(directory, "127.0.0.1", port);
    }

    /**
     * Starts a server, or goes on with what the directory holds. Returns when it answers.
     *
     * @param directory of its own; created where it does not exist
     * @param address to listen at
     * @param port 0 = any free one
     * @throws IOException where the port is taken or the directory cannot be used
     */
    public static EmbeddedZooKeeper start(Path directory, String address, int port) throws IOException {
        Files.createDirectories(directory);
        checkFree(address, port);
        Properties properties = new Properties();
        properties.setProperty("dataDir", directory.resolve("data").toString());
        properties.setProperty("clientPortAddress", address);
        properties.setProperty("clientPort", Integer.toString(port));
        properties.setProperty("admin.enableServer", "false");
        properties.setProperty("4lw.commands.whitelist", "srvr");
        properties.setProperty("tickTime", "2000");
        properties.setProperty("maxClientCnxns", "1000");
        properties.setProperty("autopurge.snapRetainCount", "3");
        properties.setProperty("autopurge.purgeInterval", "1");
        // A snapshot of its own for every 256 MB of log, so that compacting the journal frees the disk as well.
        properties.setProperty("snapSizeLimitInKb", "262144");
        ZooKeeperServerEmbedded server = null;
        try {
            server = ZooKeeperServerEmbedded.builder()
                    .baseDir(directory)
                    .configuration(properties)
                    .exitHandler(ExitHandler.LOG_ONLY)
                    .build();
            server.start(START_TIMEOUT_MS);
            return new EmbeddedZooKeeper(server, server.getConnectionString());
        } catch (Exception e) {
            if (server != null) {
                server.close();
            }
            throw new IOException("ZooKeeper at " + address + ":" + port + " does not start: " + e.getMessage(), e);
        }
    }

    /** The server itself says that a port is taken only after its start has timed out. */
    private static void checkFree(String address, int port) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(address, port));
        } catch (IOException e) {
            throw new IOException("ZooKeeper cannot listen at " + address + ":" + port + ": " + e.getMessage(), e);
        }
    }

    /** {@code host:port}. */
    public String connectString() {
        return connectString;
    }

    /** A place in it. */
    public ZooKeeperUrl url(String path) {
        return ZooKeeperUrl.parse(ZooKeeperUrl.SCHEME + connectString + path);
    }

    @Override
    public void close() {
        server.close();
    }
}

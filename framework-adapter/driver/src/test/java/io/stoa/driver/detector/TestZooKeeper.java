package io.stoa.driver.detector;

import static io.stoa.testing.Patience.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;

/** A real ZooKeeper in this process, and a client as masters are. */
final class TestZooKeeper implements AutoCloseable {

    /** No session of a master ends because this machine has other things to do; a server allows 20 ticks otherwise. */
    static final int SESSION_TIMEOUT_MS = 60_000;

    /** From which a server makes the password of every session; the same in every release. */
    private static final long SUPER_SECRET = 0xB3415C00L;

    private static final int PASSWORD_BYTES = 16;

    private final ZooKeeperServerEmbedded server;
    private final ZooKeeper client;

    /** @param port 0: any */
    TestZooKeeper(Path directory, int port) throws Exception {
        Files.createDirectories(directory);
        Properties properties = new Properties();
        properties.setProperty("dataDir", directory.resolve("data").toString());
        properties.setProperty("clientPortAddress", "127.0.0.1");
        properties.setProperty("clientPort", Integer.toString(port));
        properties.setProperty("admin.enableServer", "false");
        properties.setProperty("tickTime", "100");
        properties.setProperty("maxSessionTimeout", Integer.toString(SESSION_TIMEOUT_MS));
        properties.setProperty("4lw.commands.whitelist", "cons");
        server = ZooKeeperServerEmbedded.builder()
                .baseDir(directory)
                .configuration(properties)
                .exitHandler(ExitHandler.LOG_ONLY)
                .build();
        server.start(30_000);
        CountDownLatch connected = new CountDownLatch(1);
        client = new ZooKeeper(server.getConnectionString(), SESSION_TIMEOUT_MS, event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        if (!connected.await(30, TimeUnit.SECONDS)) {
            throw new IOException("no connection to " + server.getConnectionString());
        }
    }

    String address() throws Exception {
        return server.getConnectionString();
    }

    void createPath(String path, List<ACL> acl) throws KeeperException, InterruptedException {
        client.create(path, new byte[0], acl, CreateMode.PERSISTENT);
    }

    void authenticate(String credentials) {
        client.addAuthInfo("digest", credentials.getBytes(StandardCharsets.UTF_8));
    }

    /** A master comes. Returns its node's path. */
    String join(String path, int port) throws KeeperException, InterruptedException {
        byte[] info = ("{\"id\":\"m" + port + "\",\"ip\":16777343,\"port\":" + port + ",\"pid\":\"master@127.0.0.1:"
                        + port + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        return client.create(path + "/json.info_", info, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL_SEQUENTIAL);
    }

    void leave(String node) throws KeeperException, InterruptedException {
        client.delete(node, -1);
    }

    /**
     * Ends the one session beside that of the masters, as a server does with those that were silent for too long: who
     * had it learns of it when he has connected again.
     */
    void expireOther() throws Exception {
        // It may be connecting.
        long session = await().until(this::others, others -> others.size() == 1).get(0);
        byte[] password = new byte[PASSWORD_BYTES];
        new Random(session ^ SUPER_SECRET).nextBytes(password);
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper taken =
                new ZooKeeper(address(), SESSION_TIMEOUT_MS, event -> connected.countDown(), session, password);
        if (!connected.await(30, TimeUnit.SECONDS)) {
            throw new IOException("no connection to " + address());
        }
        taken.close();
    }

    /** Those that are connected. */
    private List<Long> others() throws Exception {
        String[] place = address().split(":", -1);
        try (Socket socket = new Socket(place[0], Integer.parseInt(place[1]))) {
            socket.getOutputStream().write("cons".getBytes(StandardCharsets.UTF_8));
            String said = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Pattern.compile("sid=0x([1-9a-f][0-9a-f]*)")
                    .matcher(said)
                    .results()
                    .map(found -> Long.parseUnsignedLong(found.group(1), 16))
                    .filter(session -> session != client.getSessionId())
                    .toList();
        }
    }

    @Override
    public void close() throws InterruptedException {
        client.close();
        server.close();
    }
}

package io.stoa.driver.detector;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
        properties.setProperty("4lw.commands.whitelist", "cons");
        server = ZooKeeperServerEmbedded.builder()
                .baseDir(directory)
                .configuration(properties)
                .exitHandler(ExitHandler.LOG_ONLY)
                .build();
        server.start(30_000);
        CountDownLatch connected = new CountDownLatch(1);
        client = new ZooKeeper(server.getConnectionString(), 10_000, event -> {
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
     * Ends all sessions but that of the masters, as a server does with those that were silent for too long: who had
     * them learns of it when he has connected again. Returns how many.
     */
    int expireOthers() throws Exception {
        List<Long> others = sessions();
        others.remove(client.getSessionId());
        for (long session : others) {
            byte[] password = new byte[PASSWORD_BYTES];
            new Random(session ^ SUPER_SECRET).nextBytes(password);
            CountDownLatch connected = new CountDownLatch(1);
            ZooKeeper taken = new ZooKeeper(address(), 10_000, event -> connected.countDown(), session, password);
            if (!connected.await(30, TimeUnit.SECONDS)) {
                throw new IOException("no connection to " + address());
            }
            taken.close();
        }
        return others.size();
    }

    /** Those that are connected. */
    private List<Long> sessions() throws Exception {
        String[] place = address().split(":", -1);
        try (Socket socket = new Socket(place[0], Integer.parseInt(place[1]))) {
            socket.getOutputStream().write("cons".getBytes(StandardCharsets.UTF_8));
            String said = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Pattern.compile("sid=0x([1-9a-f][0-9a-f]*)")
                    .matcher(said)
                    .results()
                    .map(found -> Long.parseUnsignedLong(found.group(1), 16))
                    .collect(Collectors.toCollection(ArrayList::new));
        }
    }

    @Override
    public void close() throws InterruptedException {
        client.close();
        server.close();
    }
}

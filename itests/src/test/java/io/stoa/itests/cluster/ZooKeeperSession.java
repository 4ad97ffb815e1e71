package io.stoa.itests.cluster;

import io.stoa.detector.LeaderNodes;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/** Ends sessions of others, as ZooKeeper does with one that was silent for too long. */
final class ZooKeeperSession {

    /** From which a server makes the password of every session; the same in every release. */
    private static final long SUPER_SECRET = 0xB3415C00L;

    private static final int PASSWORD_BYTES = 16;
    private static final int TIMEOUT_MS = 10_000;

    private ZooKeeperSession() {}

    /** Ends the session of the master that leads, or led last. */
    static void expireLeader(String connectString) throws Exception {
        String lowest;
        try (ZooKeeper client = connected(connectString, 0, new byte[PASSWORD_BYTES])) {
            lowest = LeaderNodes.lowest(client.getChildren("/mesos", false)).orElseThrow();
        }
        expireOwnerOf(connectString, "/mesos/" + lowest);
    }

    /** Ends the session to which an ephemeral znode belongs; its owner learns of it when he has connected again. */
    static void expireOwnerOf(String connectString, String path) throws Exception {
        long session;
        try (ZooKeeper client = connected(connectString, 0, new byte[PASSWORD_BYTES])) {
            Stat stat = client.exists(path, false);
            session = stat.getEphemeralOwner();
        }
        byte[] password = new byte[PASSWORD_BYTES];
        new Random(session ^ SUPER_SECRET).nextBytes(password);
        connected(connectString, session, password).close();
    }

    private static ZooKeeper connected(String connectString, long session, byte[] password) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        Watcher watcher = event -> {
            if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                connected.countDown();
            }
        };
        ZooKeeper client = session == 0
                ? new ZooKeeper(connectString, TIMEOUT_MS, watcher)
                : new ZooKeeper(connectString, TIMEOUT_MS, watcher, session, password);
        if (!connected.await(TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
            client.close();
            throw new AssertionError("no session at " + connectString);
        }
        return client;
    }
}

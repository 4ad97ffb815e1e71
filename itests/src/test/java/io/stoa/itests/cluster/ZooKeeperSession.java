package io.stoa.itests.cluster;

import io.stoa.detector.LeaderNodes;
import io.stoa.testing.Patience;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.awaitility.core.ConditionTimeoutException;

/** Ends sessions of others, as ZooKeeper does with one that was silent for too long. */
final class ZooKeeperSession {

    /** From which a server makes the password of every session; the same in every release. */
    private static final long SUPER_SECRET = 0xB3415C00L;

    private static final int PASSWORD_BYTES = 16;
    private static final int TIMEOUT_MS = 10_000;

    private ZooKeeperSession() {}

    /** That of the candidacy of the master that leads. */
    static long ofLeader(String connectString) throws Exception {
        try (ZooKeeper client = connected(connectString, 0, new byte[PASSWORD_BYTES])) {
            String lowest =
                    LeaderNodes.lowest(client.getChildren("/mesos", false)).orElseThrow();
            return client.exists("/mesos/" + lowest, false).getEphemeralOwner();
        }
    }

    /** Ends one, if ZooKeeper has not yet; its owner learns of it when he has connected again. */
    static void expire(String connectString, long session) throws Exception {
        byte[] password = new byte[PASSWORD_BYTES];
        new Random(session ^ SUPER_SECRET).nextBytes(password);
        connected(connectString, session, password).close();
    }

    /** @return connected, unless the session is over already */
    private static ZooKeeper connected(String connectString, long session, byte[] password) throws Exception {
        CompletableFuture<Watcher.Event.KeeperState> answer = new CompletableFuture<>();
        Watcher watcher = event -> {
            if (event.getState() == Watcher.Event.KeeperState.SyncConnected
                    || event.getState() == Watcher.Event.KeeperState.Expired) {
                answer.complete(event.getState());
            }
        };
        ZooKeeper client = session == 0
                ? new ZooKeeper(connectString, TIMEOUT_MS, watcher)
                : new ZooKeeper(connectString, TIMEOUT_MS, watcher, session, password);
        try {
            Patience.join(answer);
        } catch (ConditionTimeoutException e) {
            client.close();
            throw new AssertionError("no session at " + connectString, e);
        }
        return client;
    }
}

package io.stoa.state.journal.zookeeper;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.curator.RetryPolicy;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;

/** Sessions with ZooKeeper, as the journal, election and detection need them. */
public final class ZooKeeperClients {

    private static final int CONNECTION_TIMEOUT_MS = 10_000;
    private static final int RETRY_MS = 500;

    private ZooKeeperClients() {}

    /** Opens a session as election and detection need it: its requests are repeated until they are answered. */
    public static CuratorFramework open(ZooKeeperUrl url, int sessionTimeoutMs) {
        return open(url, sessionTimeoutMs, new RetryForever(RETRY_MS));
    }

    /**
     * Opens a session; it need not be there yet when this returns. What is created in it has the {@link #acl} of the
     * URL.
     */
    static CuratorFramework open(ZooKeeperUrl url, int sessionTimeoutMs, RetryPolicy retries) {
        CuratorFrameworkFactory.Builder builder = CuratorFrameworkFactory.builder()
                .connectString(url.servers())
                .sessionTimeoutMs(sessionTimeoutMs)
                .connectionTimeoutMs(CONNECTION_TIMEOUT_MS)
                .retryPolicy(retries)
                .dontUseContainerParents()
                .aclProvider(new SameAcl(acl(url)));
        url.credentials().ifPresent(pair -> builder.authorization("digest", pair.getBytes(StandardCharsets.UTF_8)));
        CuratorFramework client = builder.build();
        client.start();
        return client;
    }

    /** Open to everybody, or with credentials to their owner only, as Mesos does it. */
    static List<ACL> acl(ZooKeeperUrl url) {
        return url.credentials().isPresent() ? ZooDefs.Ids.CREATOR_ALL_ACL : ZooDefs.Ids.OPEN_ACL_UNSAFE;
    }

    /** Sends a request that is answered in the background; while the session is closing it is dropped. */
    public static void background(CuratorFramework client, Request request) {
        if (client.getState() != CuratorFrameworkState.STARTED) {
            return;
        }
        try {
            request.send();
        } catch (Exception e) {
            throw new IllegalStateException("ZooKeeper refuses a request before sending it", e);
        }
    }

    /** Hands one request to Curator. */
    @FunctionalInterface
    public interface Request {

        void send() throws Exception;
    }

    private record SameAcl(List<ACL> acl) implements ACLProvider {

        @Override
        public List<ACL> getDefaultAcl() {
            return acl;
        }

        @Override
        public List<ACL> getAclForPath(String path) {
            return acl;
        }
    }
}

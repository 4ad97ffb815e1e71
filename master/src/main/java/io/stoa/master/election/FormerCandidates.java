package io.stoa.master.election;

import io.stoa.detector.LeaderNodes;
import io.stoa.state.journal.zookeeper.ZooKeeperClients;
import io.stoa.state.journal.zookeeper.ZooKeeperUrl;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a killed master leaves in its own ZooKeeper: a candidacy that lives as long as its session, and keeps the master
 * that comes after it waiting for nobody.
 */
public final class FormerCandidates {

    private static final Logger LOG = LoggerFactory.getLogger(FormerCandidates.class);

    private FormerCandidates() {}

    /**
     * Removes every candidacy. Only for who knows that no other master can be there, since ZooKeeper runs in this very
     * process. Blocks.
     */
    public static void remove(ZooKeeperUrl url, int sessionTimeoutMs) {
        try (CuratorFramework client = ZooKeeperClients.open(url, sessionTimeoutMs)) {
            for (String name : client.getChildren().forPath(url.path())) {
                if (LeaderNodes.isCandidacy(name)) {
                    client.delete().quietly().forPath(url.path() + "/" + name);
                    LOG.info("Removed the candidacy of a master that is no more znode={}", name);
                }
            }
        } catch (KeeperException.NoNodeException e) {
            LOG.debug("The first start: there was no master before path={}", url.path());
        } catch (Exception e) {
            LOG.warn("Waiting for the session of the last master to end path={}", url.path(), e);
        }
    }
}

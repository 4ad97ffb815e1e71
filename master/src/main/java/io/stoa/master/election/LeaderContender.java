package io.stoa.master.election;

import io.stoa.detector.LeaderNodes;
import io.stoa.state.journal.zookeeper.ZooKeeperClients;
import io.stoa.state.journal.zookeeper.ZooKeeperUrl;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Contends for leadership until it is closed: after a lost session or a withdrawal it stands again, under a new id, so
 * that what one term gave out is never given out again.
 */
public final class LeaderContender implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LeaderContender.class);

    private final CuratorFramework client;
    private final String path;
    private final CandidateNodes nodes;
    private final Supplier<MasterInfo> candidates;
    private final CandidacyListener listener;
    private final Watcher watcher = event -> {
        if (event.getType() != Watcher.Event.EventType.None) {
            look();
        }
    };

    private @Nullable MasterInfo candidate;
    private @Nullable String node;
    private boolean leads;

    private LeaderContender(
            CuratorFramework client, String path, Supplier<MasterInfo> candidates, CandidacyListener listener) {
        this.client = client;
        this.path = path;
        nodes = new CandidateNodes(client, path);
        this.candidates = candidates;
        this.listener = listener;
    }

    /**
     * Begins to contend, in a session of its own.
     *
     * @param candidates gives what is published of this master, with a new id each time
     */
    public static LeaderContender open(
            ZooKeeperUrl url, int sessionTimeoutMs, Supplier<MasterInfo> candidates, CandidacyListener listener) {
        LeaderContender contender =
                new LeaderContender(ZooKeeperClients.open(url, sessionTimeoutMs), url.path(), candidates, listener);
        contender.client.getConnectionStateListenable().addListener((session, state) -> contender.changed(state));
        contender.stand();
        return contender;
    }

    /** Gives up the lead and stands again behind everybody else; without effect where this master does not lead. */
    public void withdraw() {
        String given;
        synchronized (this) {
            given = leads ? resign() : null;
        }
        if (given != null) {
            nodes.delete(given, this::stand);
        }
    }

    private void changed(ConnectionState state) {
        if (state == ConnectionState.LOST) {
            LOG.warn("ZooKeeper session lost");
            resign();
        } else if (state == ConnectionState.RECONNECTED) {
            if (isStanding()) {
                look();
            } else {
                stand();
            }
        }
    }

    private synchronized boolean isStanding() {
        return candidate != null;
    }

    private void stand() {
        MasterInfo next = candidates.get();
        synchronized (this) {
            if (candidate != null) {
                return;
            }
            candidate = next;
        }
        nodes.create(next, (code, name) -> stood(next, code, name));
    }

    private void stood(MasterInfo info, Code code, String name) {
        if (code == Code.OK) {
            synchronized (this) {
                if (!info.equals(candidate)) {
                    return;
                }
                node = name;
            }
            LOG.info("Contending id={} znode={}", info.getId(), name);
            look();
        } else if (client.getState() == CuratorFrameworkState.STARTED) {
            LOG.error("Cannot contend at {}: {}", path, code);
        }
    }

    private void look() {
        background(() -> client.getChildren()
                .usingWatcher(watcher)
                .inBackground(this::children)
                .forPath(path));
    }

    private void children(CuratorFramework session, CuratorEvent event) {
        String own;
        synchronized (this) {
            own = node;
        }
        if (own == null || Code.get(event.getResultCode()) != Code.OK) {
            return;
        }
        Optional<String> lowest = LeaderNodes.lowest(event.getChildren());
        if (!event.getChildren().containsAll(List.of(own, LeaderNodes.oldOf(own)))) {
            LOG.warn("Znode vanished name={}", own);
            resign();
            nodes.delete(own, this::stand);
        } else if (lowest.filter(own::equals).isPresent()) {
            win(own);
        } else {
            lowest.ifPresent(this::removeIfOwn);
        }
    }

    /**
     * A create whose answer was lost is sent again by Curator: the first znodes, which nobody knows of, would keep this
     * master from leading as long as its session lives.
     */
    private void removeIfOwn(String lowest) {
        background(() -> client.checkExists()
                .inBackground((session, event) -> {
                    if (event.getStat() != null
                            && event.getStat().getEphemeralOwner()
                                    == client.getZookeeperClient()
                                            .getZooKeeper()
                                            .getSessionId()) {
                        nodes.delete(lowest, () -> {});
                    }
                })
                .forPath(path + "/" + lowest));
    }

    private void win(String own) {
        MasterInfo info;
        synchronized (this) {
            if (leads || !own.equals(node) || candidate == null) {
                return;
            }
            leads = true;
            info = candidate;
        }
        LOG.info("Elected id={} znode={}", info.getId(), own);
        listener.elected(info);
    }

    /** Gives the znode that this master stood with. */
    private @Nullable String resign() {
        String given;
        boolean led;
        synchronized (this) {
            given = node;
            led = leads;
            node = null;
            candidate = null;
            leads = false;
        }
        if (led) {
            listener.deposed();
        }
        return given;
    }

    /** Failures of the connection are repeated by Curator; there are no others that could be mended here. */
    private void background(ZooKeeperClients.Request request) {
        ZooKeeperClients.background(client, request);
    }

    /** Ends the session, and the candidacy with it, at once. */
    @Override
    public void close() {
        client.close();
    }
}

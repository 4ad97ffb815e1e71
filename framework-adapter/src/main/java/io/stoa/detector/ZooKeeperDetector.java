package io.stoa.detector;

import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import io.stoa.state.journal.zookeeper.ZooKeeperClients;
import io.stoa.state.journal.zookeeper.ZooKeeperUrl;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads who leads as Mesos' detectors do: of the children {@code json.info_<sequence>} the lowest is the leader's. Runs
 * on ZooKeeper's event thread only; a lost session means that nobody is known to lead.
 */
public final class ZooKeeperDetector implements MasterDetector {

    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperDetector.class);

    private final CuratorFramework client;
    private final String path;
    private final Consumer<Optional<LeadingMaster>> listener;
    private final Watcher watcher = event -> {
        if (event.getType() != Watcher.Event.EventType.None) {
            look();
        }
    };

    private @Nullable String leadingNode;
    private Optional<LeadingMaster> leader = Optional.empty();
    private boolean toldOnce;

    private ZooKeeperDetector(CuratorFramework client, String path, Consumer<Optional<LeadingMaster>> listener) {
        this.client = client;
        this.path = path;
        this.listener = listener;
    }

    /** Begins to watch in a session of its own. */
    public static ZooKeeperDetector open(
            ZooKeeperUrl url, int sessionTimeoutMs, Consumer<Optional<LeadingMaster>> listener) {
        ZooKeeperDetector detector =
                new ZooKeeperDetector(ZooKeeperClients.open(url, sessionTimeoutMs), url.path(), listener);
        detector.start();
        return detector;
    }

    private void start() {
        client.getConnectionStateListenable().addListener((session, state) -> connectionChanged(state));
        look();
    }

    private void connectionChanged(ConnectionState state) {
        if (state == ConnectionState.RECONNECTED) {
            look();
        } else if (state == ConnectionState.LOST) {
            forget();
        }
    }

    private void look() {
        background(() -> client.getChildren()
                .usingWatcher(watcher)
                .inBackground(this::children)
                .forPath(path));
    }

    private void children(CuratorFramework session, CuratorEvent event) {
        Code code = Code.get(event.getResultCode());
        if (code == Code.NONODE) {
            forget();
            background(() -> client.checkExists()
                    .usingWatcher(watcher)
                    .inBackground(this::existence)
                    .forPath(path));
        } else if (code == Code.OK) {
            Optional<String> lowest = LeaderNodes.lowest(event.getChildren());
            if (lowest.isEmpty()) {
                forget();
            } else if (isNews(lowest.get())) {
                read(lowest.get());
            }
        }
    }

    /** The parent may have come to be between the two looks. */
    private void existence(CuratorFramework session, CuratorEvent event) {
        if (Code.get(event.getResultCode()) == Code.OK) {
            look();
        }
    }

    private void read(String node) {
        background(() -> client.getData()
                .inBackground((session, event) -> data(node, event))
                .forPath(path + "/" + node));
    }

    private void data(String node, CuratorEvent event) {
        Code code = Code.get(event.getResultCode());
        if (code == Code.OK) {
            tell(node, parse(node, event.getData()));
        } else if (code == Code.NONODE) {
            look();
        }
    }

    private static Optional<LeadingMaster> parse(String node, byte[] data) {
        try {
            return Optional.of(LeadingMaster.of(
                    MesosJson.parse(data, MasterInfo.newBuilder()).build()));
        } catch (MesosJsonException e) {
            LOG.warn("Leader's znode is not a MasterInfo node={} reason={}", node, e.getMessage());
            return Optional.empty();
        }
    }

    private synchronized boolean isNews(String node) {
        return !node.equals(leadingNode);
    }

    private void forget() {
        tell(null, Optional.empty());
    }

    private synchronized void tell(@Nullable String node, Optional<LeadingMaster> newest) {
        leadingNode = node;
        if (!toldOnce || !newest.equals(leader)) {
            toldOnce = true;
            leader = newest;
            listener.accept(newest);
        }
    }

    /** Failures of the connection are repeated by Curator; there are no others that could be mended here. */
    private void background(ZooKeeperClients.Request request) {
        ZooKeeperClients.background(client, request);
    }

    @Override
    public void close() {
        client.close();
    }
}

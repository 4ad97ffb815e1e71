package io.stoa.driver.detector;

import io.stoa.driver.loop.EventLoop;
import io.stoa.driver.loop.Timer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.logging.Level;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ConnectStringParser;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads who leads from ZooKeeper. While ZooKeeper is away, who led goes on leading. A client that has not been
 * connected for as long as its session may last is given up for a new one, since it may never get in again: the servers
 * can have other addresses by now, or be new ones that know less than it has seen.
 *
 * <p>All fields but {@code closed} belong to the detector's own loop.
 */
final class ZooKeeperDetector implements MasterDetector {

    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperDetector.class);

    /** Held, so that its level is. */
    private static final java.util.logging.Logger OF_CLIENT =
            java.util.logging.Logger.getLogger(ZooKeeper.class.getPackage().getName());

    static {
        // It tells the whole environment otherwise, and for each attempt, every second, a stack. What matters of it is
        // told here; who wants to see it all sets a level of its own.
        if (OF_CLIENT.getLevel() == null) {
            OF_CLIENT.setLevel(Level.OFF);
        }
    }

    private static final long LONGEST_RETRY_MS = 60_000;

    private final ZooKeeperUrl url;
    private final DetectorTimes times;
    private final EventLoop loop = new EventLoop("stoa-detector", this::beginAnewAfter);
    private final UnreachableNotice unreachable;
    private volatile boolean closed;
    private @Nullable LeaderListener listener;
    private @Nullable ZooKeeper client;
    private @Nullable Timer deadline;
    private @Nullable Timer retry;
    private long retryMs;
    /** What comes from earlier clients, or answers earlier questions, is of no interest. */
    private long round;

    /** Whether the listener has been told anything. */
    private boolean hasTold;

    private @Nullable LeaderNode told;

    /** @throws IllegalArgumentException if the servers cannot be understood */
    ZooKeeperDetector(ZooKeeperUrl url, DetectorTimes times) {
        this.url = url;
        this.times = times;
        retryMs = times.retryMs();
        unreachable = new UnreachableNotice(url, loop, times.retryMs());
        try {
            if (new ConnectStringParser(url.servers()).getServerAddresses().isEmpty()) {
                throw new IllegalArgumentException("servers in '" + url + "': none (expected: host:port,...)");
            }
        } catch (RuntimeException e) {
            loop.close();
            throw new IllegalArgumentException("Failed to parse '" + url + "': " + e.getMessage(), e);
        }
    }

    @Override
    public void start(LeaderListener listener) {
        loop.deliver(() -> {
            this.listener = listener;
            connect();
        });
    }

    @Override
    public void close() {
        closed = true;
        loop.deliver(() -> {
            giveUpClient();
            loop.close();
        });
    }

    private void connect() {
        giveUpClient();
        long mine = round;
        try {
            ZooKeeper made = new ZooKeeper(
                    url.servers(), times.sessionTimeoutMs(), event -> onEvent(mine, event), new PlainClientConfig());
            client = made;
            String credentials = url.credentials();
            if (credentials != null) {
                made.addAuthInfo("digest", credentials.getBytes(StandardCharsets.UTF_8));
            }
            expectConnection();
        } catch (IOException e) {
            beginAnewAfter(e);
        }
    }

    private void onEvent(long of, WatchedEvent event) {
        loop.deliver(() -> {
            if (of == round) {
                handle(event);
            }
        });
    }

    private void handle(WatchedEvent event) {
        if (event.getType() != EventType.None) {
            list();
            return;
        }
        switch (event.getState()) {
            case SyncConnected:
                stopWaiting();
                unreachable.reached();
                retryMs = times.retryMs();
                list();
                return;
            case Disconnected:
                LOG.info("disconnected from ZooKeeper url={}", url);
                expectConnection();
                return;
            case Expired:
                beginAnew("the session has expired");
                return;
            case AuthFailed:
                fail("ZooKeeper refused the credentials for " + url);
                return;
            default:
                return;
        }
    }

    private void expectConnection() {
        stopWaiting();
        unreachable.begin();
        deadline = loop.schedule(times.sessionTimeoutMs() * 3L / 2, this::beginAnew);
    }

    private void stopWaiting() {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }

    private void list() {
        ZooKeeper asked = client;
        if (asked != null) {
            long mine = round;
            asked.getChildren(
                    url.path(),
                    true,
                    (code, path, context, names) -> answered(mine, () -> onList(asked, Code.get(code), names)),
                    null);
        }
    }

    private void answered(long of, Runnable then) {
        loop.deliver(() -> {
            if (of == round) {
                then.run();
            }
        });
    }

    private void onList(ZooKeeper asked, Code code, @Nullable List<String> names) {
        if (code == Code.NONODE) {
            tellNone("the path does not exist");
            long mine = round;
            asked.exists(
                    url.path(),
                    true,
                    (exists, path, context, stat) -> answered(mine, () -> onExists(Code.get(exists))),
                    null);
        } else if (code != Code.OK || names == null) {
            onFailure(code);
        } else {
            String first = LeaderNode.leading(names);
            if (first == null) {
                tellNone("no master is a candidate");
            } else {
                read(asked, first);
            }
        }
    }

    private void onExists(Code code) {
        if (code == Code.OK) {
            list();
        } else if (code != Code.NONODE) {
            onFailure(code);
        }
    }

    private void read(ZooKeeper asked, String name) {
        long mine = round;
        asked.getData(
                url.path() + "/" + name,
                false,
                (code, path, context, data, stat) -> answered(mine, () -> onData(name, Code.get(code), data)),
                null);
    }

    private void onData(String name, Code code, byte @Nullable [] data) {
        if (code == Code.NONODE) {
            list();
        } else if (code != Code.OK || data == null) {
            onFailure(code);
        } else {
            tell(new LeaderNode(name, data));
        }
    }

    private void onFailure(Code code) {
        switch (code) {
            case CONNECTIONLOSS:
            case SESSIONEXPIRED:
                // An event says the same, and what is done next.
                return;
            case NOAUTH:
            case AUTHFAILED:
            case INVALIDACL:
                fail("ZooKeeper does not let this user read " + url + ": " + code);
                return;
            default:
                beginAnew("ZooKeeper answers " + code);
        }
    }

    private void tellNone(String reason) {
        LeaderListener to = listener;
        if (!closed && to != null && (told != null || !hasTold)) {
            hasTold = true;
            told = null;
            LOG.info("no master leads url={} reason={}", url, reason);
            to.detected(null);
        }
    }

    private void tell(LeaderNode node) {
        LeaderListener to = listener;
        if (closed || to == null || node.equals(told)) {
            return;
        }
        hasTold = true;
        told = node;
        try {
            Leader leader = node.leader();
            LOG.info("a master leads url={} node={} address={}", url, node.name(), leader);
            to.detected(leader);
        } catch (IOException | RuntimeException e) {
            LOG.warn("not understood: url={} node={}", url, node.name(), e);
            to.detected(null);
        }
    }

    private void fail(String reason) {
        giveUpClient();
        unreachable.end();
        if (!closed && listener != null) {
            listener.failed(reason);
        }
    }

    private void beginAnewAfter(Throwable failure) {
        beginAnew();
        LOG.warn("detection fails, another ZooKeeper client is begun url={}", url, failure);
    }

    private void beginAnew(String reason) {
        beginAnew();
        LOG.info("another ZooKeeper client is begun url={} reason={}", url, reason);
    }

    /** First of all there is a next time: without memory or threads there may be no line in the log, nor an end. */
    private void beginAnew() {
        if (!closed) {
            long wait = retryMs;
            retryMs = Math.min(2 * retryMs, Math.max(LONGEST_RETRY_MS, times.retryMs()));
            stopRetrying();
            retry = loop.schedule(ThreadLocalRandom.current().nextLong(wait / 8, wait + 1), this::connect);
        }
        giveUpClient();
    }

    private void stopRetrying() {
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
    }

    /** Closing waits for the server, which may hang. */
    private void giveUpClient() {
        stopWaiting();
        round++;
        ZooKeeper old = client;
        if (old != null) {
            Thread closing = new Thread(() -> close(old), "stoa-detector-close");
            closing.setDaemon(true);
            // Where there is no thread to be had, the client is given up the next time.
            closing.start();
            client = null;
        }
    }

    private static void close(ZooKeeper client) {
        try {
            client.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

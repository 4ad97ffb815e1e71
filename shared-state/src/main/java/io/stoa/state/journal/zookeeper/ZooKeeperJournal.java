package io.stoa.state.journal.zookeeper;

import io.stoa.state.journal.Journal;
import io.stoa.state.journal.JournalException;
import io.stoa.state.journal.JournalWriter;
import io.stoa.state.journal.ReadResult;
import io.stoa.state.journal.StoredSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.retry.RetryNTimes;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;

/**
 * A journal in a ZooKeeper ensemble: one znode an entry.
 *
 * <p>Curator keeps the session. Appends and reads of entries go to ZooKeeper's own client below it, since they are sent
 * without waiting for each other and must stay in order: Curator's background operations are retried one by one, and
 * one that is retried overtakes nobody but is overtaken.
 */
public final class ZooKeeperJournal implements Journal {

    /** Well under ZooKeeper's 1 MB for a whole request. */
    static final int MAX_ENTRY_BYTES = 768 << 10;

    private static final int READ_AHEAD = 64;
    private static final int RETRIES = 5;
    private static final int RETRY_MS = 200;
    private static final long READ_TIMEOUT_S = 60;

    private final CuratorFramework client;
    private final List<ACL> acl;
    private final JournalPaths paths;
    private final SnapshotStore snapshots;
    private final Semaphore news = new Semaphore(0);
    /** One object for all watches, so that asking again does not add another one. */
    private final Watcher watcher = event -> news.release();

    private ZooKeeperJournal(CuratorFramework client, JournalPaths paths, List<ACL> acl) {
        this.client = client;
        this.paths = paths;
        this.acl = acl;
        this.snapshots = new SnapshotStore(client, paths);
    }

    /**
     * Opens a session with its own connection; what is created is open to everybody, or with credentials to their owner
     * only.
     *
     * @param sessionTimeoutMs how long ZooKeeper may be out of reach before this process ceases to lead
     * @throws JournalException where ZooKeeper cannot be reached
     */
    public static ZooKeeperJournal open(ZooKeeperUrl url, int sessionTimeoutMs) throws JournalException {
        CuratorFramework client = ZooKeeperClients.open(url, sessionTimeoutMs, new RetryNTimes(RETRIES, RETRY_MS));
        JournalPaths paths = new JournalPaths(url.path() + "/stoa");
        try {
            for (String path : List.of(paths.epoch(), paths.entries(), paths.snapshots())) {
                createIfAbsent(client, path);
            }
            return new ZooKeeperJournal(client, paths, ZooKeeperClients.acl(url));
        } catch (JournalException e) {
            client.close();
            throw e;
        }
    }

    private static void createIfAbsent(CuratorFramework client, String path) throws JournalException {
        try {
            client.create().creatingParentsIfNeeded().forPath(path, new byte[0]);
        } catch (KeeperException.NodeExistsException e) {
            // As it should be, after the first start.
        } catch (Exception e) {
            throw unreachable(e);
        }
    }

    @Override
    public int maxEntryBytes() {
        return MAX_ENTRY_BYTES;
    }

    @Override
    public Optional<StoredSnapshot> newestSnapshot() throws JournalException {
        return snapshots.newest();
    }

    @Override
    public ReadResult read(long fromIndex) throws JournalException {
        ZooKeeper zooKeeper = session();
        List<CompletableFuture<Optional<byte[]>>> ahead = new ArrayList<>(READ_AHEAD);
        for (int i = 0; i < READ_AHEAD; i++) {
            ahead.add(readEntry(zooKeeper, fromIndex + i));
        }
        List<byte[]> entries = new ArrayList<>();
        for (CompletableFuture<Optional<byte[]>> each : ahead) {
            Optional<byte[]> entry = waitFor(each);
            if (entry.isEmpty()) {
                break;
            }
            entries.add(entry.get());
        }
        // Entries are removed only after the snapshot that holds them is complete.
        return entries.isEmpty() && snapshots.newestIndex() >= fromIndex
                ? new ReadResult.Compacted()
                : new ReadResult.Entries(entries);
    }

    /** Empty where there is no such entry. */
    private CompletableFuture<Optional<byte[]>> readEntry(ZooKeeper zooKeeper, long index) {
        CompletableFuture<Optional<byte[]>> result = new CompletableFuture<>();
        zooKeeper.getData(
                paths.entry(index),
                false,
                (code, path, context, data, stat) -> {
                    if (code == Code.OK.intValue()) {
                        result.complete(Optional.of(data));
                    } else if (code == Code.NONODE.intValue()) {
                        result.complete(Optional.empty());
                    } else {
                        result.completeExceptionally(KeeperException.create(Code.get(code), path));
                    }
                },
                null);
        return result;
    }

    private static <T> T waitFor(CompletableFuture<T> future) throws JournalException {
        try {
            return future.get(READ_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw unreachable(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw unreachable(e);
        }
    }

    @Override
    public void awaitEntry(long index, long timeoutMs) throws JournalException, InterruptedException {
        news.drainPermits();
        try {
            if (session().exists(paths.entry(index), watcher) != null) {
                return;
            }
        } catch (KeeperException e) {
            throw unreachable(e);
        }
        boolean unused = news.tryAcquire(timeoutMs, TimeUnit.MILLISECONDS);
    }

    @Override
    public JournalWriter takeOver() throws JournalException {
        try {
            // Whatever version results is the newest one: of several who take over at once the last one writes.
            int epoch = client.setData().forPath(paths.epoch(), new byte[0]).getVersion();
            return new ZooKeeperJournalWriter(client, session(), paths, acl, epoch, snapshots);
        } catch (JournalException e) {
            throw e;
        } catch (Exception e) {
            throw unreachable(e);
        }
    }

    ZooKeeper session() throws JournalException {
        try {
            return client.getZookeeperClient().getZooKeeper();
        } catch (Exception e) {
            throw unreachable(e);
        }
    }

    static JournalException unreachable(Throwable cause) {
        if (cause instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return new JournalException("ZooKeeper: " + cause.getMessage(), cause);
    }

    @Override
    public void close() {
        client.close();
    }
}

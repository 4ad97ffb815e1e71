package io.stoa.state.journal.zookeeper;

import io.stoa.state.journal.JournalException;
import io.stoa.state.journal.JournalWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * Appends within one epoch and one session. Each append is one multi: the epoch must be ours still, the entry before
 * must be there, and this one must not be. So an append of a deposed leader fails as a whole, and there is never a gap,
 * whatever was lost on the way.
 *
 * <p>A lost connection loses what was under way or its answers. Once all of that is known and the connection is back,
 * everything unanswered is sent again in order; an entry that is there already is ours if its content is. A lost
 * session ends the writer.
 */
final class ZooKeeperJournalWriter implements JournalWriter {

    /** An append that has not been acknowledged. */
    private static final class Pending {
        final long index;
        final byte[] entry;
        final CompletableFuture<Void> durable = new CompletableFuture<>();
        boolean done;

        Pending(long index, byte[] entry) {
            this.index = index;
            this.entry = entry;
        }
    }

    private final CuratorFramework client;
    private final ZooKeeper zooKeeper;
    private final JournalPaths paths;
    private final List<ACL> acl;
    private final int epoch;
    private final SnapshotStore snapshots;
    private final ConnectionStateListener connectionListener = (source, state) -> connectionChanged(state);

    /** Oldest first; guarded by this. */
    private final Deque<Pending> pending = new ArrayDeque<>();
    /** Requests whose answer, or loss, is still to come. */
    private int unanswered;
    /** True where something must be sent again before anything new. */
    private boolean interrupted;

    private @Nullable JournalException failure;

    ZooKeeperJournalWriter(
            CuratorFramework client,
            ZooKeeper zooKeeper,
            JournalPaths paths,
            List<ACL> acl,
            int epoch,
            SnapshotStore snapshots) {
        this.client = client;
        this.zooKeeper = zooKeeper;
        this.paths = paths;
        this.acl = acl;
        this.epoch = epoch;
        this.snapshots = snapshots;
        client.getConnectionStateListenable().addListener(connectionListener);
    }

    @Override
    public synchronized CompletableFuture<Void> append(long index, byte[] entry) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        Pending append = new Pending(index, entry);
        pending.add(append);
        if (!interrupted) {
            send(append);
        }
        return append.durable;
    }

    private void send(Pending append) {
        unanswered++;
        List<Op> operations = new ArrayList<>(3);
        operations.add(Op.check(paths.epoch(), epoch));
        if (append.index > 1) {
            operations.add(Op.check(paths.entry(append.index - 1), -1));
        }
        operations.add(Op.create(paths.entry(append.index), append.entry, acl, CreateMode.PERSISTENT));
        zooKeeper.multi(operations, (code, path, context, results) -> answered(append, Code.get(code)), null);
    }

    private synchronized void answered(Pending append, Code code) {
        unanswered--;
        switch (code) {
            case OK -> append.done = true;
            case CONNECTIONLOSS -> interrupted = true;
            case NODEEXISTS -> compareWithStored(append);
            case NONODE -> {
                // Behind a lost one this is what the check is for; the oldest one's predecessor is durable, however.
                if (append == pending.peekFirst()) {
                    fail("entry " + (append.index - 1) + " is gone");
                }
                interrupted = true;
            }
            case BADVERSION -> fail("epoch " + epoch + " has ended: another master has taken over");
            default -> fail("append of entry " + append.index + ": " + code);
        }
        acknowledge();
        sendAgain();
    }

    /** The answer to an earlier sending may have been lost; then the entry is there, and it is this one. */
    private void compareWithStored(Pending append) {
        unanswered++;
        zooKeeper.getData(
                paths.entry(append.index),
                false,
                (code, path, context, data, stat) -> stored(append, Code.get(code), data),
                null);
    }

    private synchronized void stored(Pending append, Code code, byte @Nullable [] data) {
        unanswered--;
        if (code == Code.OK && Arrays.equals(data, append.entry)) {
            append.done = true;
        } else if (code == Code.CONNECTIONLOSS) {
            interrupted = true;
        } else {
            fail("entry " + append.index + " is somebody else's (" + code + ")");
        }
        acknowledge();
        sendAgain();
    }

    private void acknowledge() {
        while (!pending.isEmpty() && pending.getFirst().done) {
            pending.removeFirst().durable.complete(null);
        }
    }

    private synchronized void connectionChanged(ConnectionState state) {
        switch (state) {
            case LOST -> fail("the session is lost");
            case CONNECTED, RECONNECTED -> sendAgain();
            case SUSPENDED, READ_ONLY -> {
                // What is under way will be answered with its loss.
            }
        }
    }

    private void sendAgain() {
        if (interrupted
                && unanswered == 0
                && failure == null
                && zooKeeper.getState().isConnected()) {
            interrupted = false;
            for (Pending append : pending) {
                if (!append.done) {
                    send(append);
                }
            }
        }
    }

    private void fail(String reason) {
        if (failure == null) {
            JournalException lost = new JournalException(reason);
            failure = lost;
            client.getConnectionStateListenable().removeListener(connectionListener);
            pending.forEach(append -> append.durable.completeExceptionally(lost));
            pending.clear();
        }
    }

    @Override
    public void compact(long index, SnapshotSource snapshot) throws JournalException {
        snapshots.write(index, snapshot, epoch);
        snapshots.removeOlder(index, epoch);
    }

    @Override
    public synchronized void close() {
        fail("closed");
    }
}

package io.stoa.state.journal.zookeeper;

import io.stoa.state.journal.JournalException;
import io.stoa.state.journal.JournalWriter.SnapshotSource;
import io.stoa.state.journal.StoredSnapshot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.KeeperException;

/** Snapshots in ZooKeeper, compressed and in pieces, and the removal of what they replace. */
final class SnapshotStore {

    private static final int PIECE_BYTES = 512 << 10;
    private static final int REMOVALS_AT_ONCE = 200;

    private final CuratorFramework client;
    private final JournalPaths paths;

    SnapshotStore(CuratorFramework client, JournalPaths paths) {
        this.client = client;
        this.paths = paths;
    }

    /** The index of the newest complete snapshot; 0 where there is none. */
    long newestIndex() throws JournalException {
        try {
            for (long index : indexesDescending()) {
                if (client.checkExists().forPath(paths.done(index)) != null) {
                    return index;
                }
            }
            return 0;
        } catch (Exception e) {
            throw ZooKeeperJournal.unreachable(e);
        }
    }

    private List<Long> indexesDescending() throws Exception {
        List<Long> indexes = new ArrayList<>();
        for (String name : client.getChildren().forPath(paths.snapshots())) {
            indexes.add(Long.parseLong(name));
        }
        indexes.sort(Collections.reverseOrder());
        return indexes;
    }

    Optional<StoredSnapshot> newest() throws JournalException {
        long index = newestIndex();
        while (index > 0) {
            try {
                return Optional.of(new StoredSnapshot(
                        index, new InflaterInputStream(new ByteArrayInputStream(compressed(index)))));
            } catch (KeeperException.NoNodeException e) {
                // It gave way to a newer one while it was read.
                long newer = newestIndex();
                if (newer == index) {
                    throw new JournalException("the snapshot at entry " + index + " lacks a piece", e);
                }
                index = newer;
            } catch (JournalException e) {
                throw e;
            } catch (Exception e) {
                throw ZooKeeperJournal.unreachable(e);
            }
        }
        return Optional.empty();
    }

    private byte[] compressed(long index) throws Exception {
        ByteBuffer done = ByteBuffer.wrap(client.getData().forPath(paths.done(index)));
        int pieces = done.getInt();
        long expected = done.getLong();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int piece = 0; piece < pieces; piece++) {
            all.writeBytes(client.getData().forPath(paths.piece(index, piece)));
        }
        CRC32C checksum = new CRC32C();
        checksum.update(all.toByteArray());
        if (checksum.getValue() != expected) {
            throw new JournalException("checksum of the snapshot at entry " + index + ": " + checksum.getValue()
                    + " (expected: " + expected + ")");
        }
        return all.toByteArray();
    }

    /**
     * Writes pieces first; the snapshot counts from the moment its last znode is there, which only our epoch can write.
     */
    void write(long index, SnapshotSource source, int epoch) throws JournalException {
        try {
            remove(index);
            client.create().forPath(paths.snapshot(index), new byte[0]);
            Pieces pieces = new Pieces(index);
            Deflater deflater = new Deflater(Deflater.BEST_SPEED);
            try (OutputStream out = new DeflaterOutputStream(pieces, deflater, 1 << 16)) {
                source.writeTo(out);
            } finally {
                deflater.end();
            }
            byte[] done = ByteBuffer.allocate(Integer.BYTES + Long.BYTES)
                    .putInt(pieces.count)
                    .putLong(pieces.checksum.getValue())
                    .array();
            client.transaction()
                    .forOperations(
                            epochCheck(epoch), client.transactionOp().create().forPath(paths.done(index), done));
        } catch (Exception e) {
            throw ZooKeeperJournal.unreachable(e);
        }
    }

    private CuratorOp epochCheck(int epoch) throws Exception {
        return client.transactionOp().check().withVersion(epoch).forPath(paths.epoch());
    }

    /** Removes every other snapshot that is older, and the entries before {@code index}. */
    void removeOlder(long index, int epoch) throws JournalException {
        try {
            for (long other : indexesDescending()) {
                if (other < index) {
                    remove(other);
                }
            }
            List<CuratorOp> removals = new ArrayList<>();
            for (String name : client.getChildren().forPath(paths.entries())) {
                if (Long.parseLong(name) < index) {
                    removals.add(client.transactionOp().delete().forPath(paths.entry(Long.parseLong(name))));
                }
                if (removals.size() == REMOVALS_AT_ONCE) {
                    removeEntries(removals, epoch);
                }
            }
            removeEntries(removals, epoch);
        } catch (Exception e) {
            throw ZooKeeperJournal.unreachable(e);
        }
    }

    private void removeEntries(List<CuratorOp> removals, int epoch) throws Exception {
        if (!removals.isEmpty()) {
            removals.add(epochCheck(epoch));
            client.transaction().forOperations(removals);
            removals.clear();
        }
    }

    /** Takes away that it counts before anything else. */
    private void remove(long index) throws Exception {
        for (String path : List.of(paths.done(index), paths.snapshot(index))) {
            try {
                client.delete().deletingChildrenIfNeeded().forPath(path);
            } catch (KeeperException.NoNodeException e) {
                // Nothing to remove.
            }
        }
    }

    /** Cuts a stream into znodes. */
    private final class Pieces extends OutputStream {

        private final long index;
        private final CRC32C checksum = new CRC32C();
        private final ByteArrayOutputStream piece = new ByteArrayOutputStream(PIECE_BYTES);
        private int count;

        Pieces(long index) {
            this.index = index;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            checksum.update(bytes, offset, length);
            int written = 0;
            while (written < length) {
                int part = Math.min(length - written, PIECE_BYTES - piece.size());
                piece.write(bytes, offset + written, part);
                written += part;
                if (piece.size() == PIECE_BYTES) {
                    store();
                }
            }
        }

        @Override
        public void close() throws IOException {
            if (piece.size() > 0) {
                store();
            }
        }

        private void store() throws IOException {
            try {
                client.create().forPath(paths.piece(index, count), piece.toByteArray());
            } catch (Exception e) {
                throw ZooKeeperJournal.unreachable(e);
            }
            count++;
            piece.reset();
        }
    }
}

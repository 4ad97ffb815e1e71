package io.stoa.state.journal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A journal that lasts as long as its object: for tests and simulation. Several may read and write through the same
 * object, as several masters do with one ZooKeeper. Appends are durable at once.
 */
public final class InMemoryJournal implements Journal {

    private static final int MAX_ENTRY_BYTES = 1 << 20;

    private final TreeMap<Long, byte[]> entries = new TreeMap<>();
    private byte[] snapshot = new byte[0];
    private long snapshotIndex;
    private long epoch;

    @Override
    public int maxEntryBytes() {
        return MAX_ENTRY_BYTES;
    }

    @Override
    public synchronized Optional<StoredSnapshot> newestSnapshot() {
        return snapshotIndex == 0
                ? Optional.empty()
                : Optional.of(new StoredSnapshot(snapshotIndex, new ByteArrayInputStream(snapshot)));
    }

    @Override
    public synchronized ReadResult read(long fromIndex) {
        List<byte[]> found = new ArrayList<>(entries.tailMap(fromIndex).values());
        boolean compacted = found.isEmpty()
                ? snapshotIndex >= fromIndex
                : entries.tailMap(fromIndex).firstKey() > fromIndex;
        return compacted ? new ReadResult.Compacted() : new ReadResult.Entries(found);
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // waking up too early is permitted
    public synchronized void awaitEntry(long index, long timeoutMs) throws InterruptedException {
        if (lastIndex() < index) {
            wait(timeoutMs);
        }
    }

    private long lastIndex() {
        return entries.isEmpty() ? snapshotIndex : entries.lastKey();
    }

    @Override
    public synchronized JournalWriter takeOver() {
        epoch++;
        return new Writer(epoch);
    }

    @Override
    public void close() {}

    private synchronized void append(long writerEpoch, long index, byte[] entry) throws JournalException {
        checkEpoch(writerEpoch);
        if (index != lastIndex() + 1) {
            throw new JournalException("index: " + index + " (expected: " + (lastIndex() + 1) + ")");
        }
        entries.put(index, entry.clone());
        notifyAll();
    }

    private synchronized void compact(long writerEpoch, long index, byte[] content) throws JournalException {
        checkEpoch(writerEpoch);
        snapshot = content;
        snapshotIndex = index;
        entries.headMap(index).clear();
    }

    private void checkEpoch(long writerEpoch) throws JournalException {
        if (writerEpoch != epoch) {
            throw new JournalException("epoch: " + writerEpoch + " (expected: " + epoch + ")");
        }
    }

    private final class Writer implements JournalWriter {

        private final long writerEpoch;

        Writer(long writerEpoch) {
            this.writerEpoch = writerEpoch;
        }

        @Override
        public CompletableFuture<Void> append(long index, byte[] entry) {
            try {
                InMemoryJournal.this.append(writerEpoch, index, entry);
                return CompletableFuture.completedFuture(null);
            } catch (JournalException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public void compact(long index, SnapshotSource source) throws JournalException {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            try {
                source.writeTo(content);
            } catch (IOException e) {
                throw new JournalException("snapshot could not be written", e);
            }
            InMemoryJournal.this.compact(writerEpoch, index, content.toByteArray());
        }

        @Override
        public void close() {}
    }
}

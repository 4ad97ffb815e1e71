package io.stoa.state;

import io.stoa.state.journal.Journal;
import io.stoa.state.journal.JournalException;
import io.stoa.state.journal.JournalWriter;
import io.stoa.state.journal.ReadResult;
import io.stoa.state.journal.StoredSnapshot;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Fails when it is told to: once and with what is not declared, or as if it had died. */
final class FaultyJournal implements Journal {

    private final Journal journal;
    private final AtomicBoolean failsToTakeOver = new AtomicBoolean();
    private final AtomicBoolean failsToRead = new AtomicBoolean();
    private final AtomicBoolean failsToAppend = new AtomicBoolean();
    private final AtomicInteger appendsLeft = new AtomicInteger(Integer.MAX_VALUE);
    private volatile boolean lastAppendIsDurable;

    FaultyJournal(Journal journal) {
        this.journal = journal;
    }

    void failNextTakeover() {
        failsToTakeOver.set(true);
    }

    void failNextRead() {
        failsToRead.set(true);
    }

    void failNextAppend() {
        failsToAppend.set(true);
    }

    /** Lets no append succeed from the n-th on; the n-th itself may be durable all the same. */
    void dieAtAppend(int append, boolean durable) {
        lastAppendIsDurable = durable;
        appendsLeft.set(append);
    }

    private static void failOnce(AtomicBoolean fails) {
        if (fails.getAndSet(false)) {
            throw new UnsupportedOperationException("on purpose");
        }
    }

    @Override
    public int maxEntryBytes() {
        return journal.maxEntryBytes();
    }

    @Override
    public Optional<StoredSnapshot> newestSnapshot() throws JournalException {
        return journal.newestSnapshot();
    }

    @Override
    public ReadResult read(long fromIndex) throws JournalException {
        failOnce(failsToRead);
        return journal.read(fromIndex);
    }

    @Override
    public void awaitEntry(long index, long timeoutMs) throws JournalException, InterruptedException {
        journal.awaitEntry(index, timeoutMs);
    }

    @Override
    public JournalWriter takeOver() throws JournalException {
        failOnce(failsToTakeOver);
        JournalWriter writer = journal.takeOver();
        return new JournalWriter() {
            @Override
            public CompletableFuture<Void> append(long index, byte[] entry) {
                failOnce(failsToAppend);
                int left = appendsLeft.decrementAndGet();
                CompletableFuture<Void> died = CompletableFuture.failedFuture(new JournalException("died"));
                if (left < 0 || (left == 0 && !lastAppendIsDurable)) {
                    return died;
                }
                CompletableFuture<Void> appended = writer.append(index, entry);
                return left > 0 ? appended : died;
            }

            @Override
            public void compact(long index, SnapshotSource snapshot) throws JournalException {
                writer.compact(index, snapshot);
            }

            @Override
            public void close() {
                writer.close();
            }
        };
    }

    @Override
    public void close() {
        journal.close();
    }
}

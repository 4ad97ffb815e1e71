package io.stoa.state.journal;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;

/** The right to write to a journal, until somebody else takes it over. */
public interface JournalWriter extends AutoCloseable {

    /**
     * Appends an entry behind the newest one. Does not wait: many may be under way. Once an append has failed no later
     * one of this writer succeeds.
     *
     * @param index one more than the newest entry's; the caller counts, beginning with what it read after taking over
     * @param entry at most {@link Journal#maxEntryBytes()}
     * @return completes when the entry is durable; exceptionally, with a {@link JournalException}, when this writer is
     *     fenced off or the journal is lost: whether the entry is durable is then not known
     */
    CompletableFuture<Void> append(long index, byte[] entry);

    /**
     * Writes a snapshot beside the entries, then removes older snapshots and the entries before {@code index}. Blocks;
     * for a thread of its own. Where it fails the entries are still there.
     *
     * @param index of the newest entry that the snapshot holds
     */
    void compact(long index, SnapshotSource snapshot) throws JournalException;

    /** Ends writing; what is under way fails. */
    @Override
    void close();

    /** Where the bytes of a snapshot come from. */
    @FunctionalInterface
    interface SnapshotSource {
        void writeTo(OutputStream out) throws IOException;
    }
}

package io.stoa.state.journal;

import java.util.Optional;

/**
 * A log of entries with indexes 1, 2, 3 … without gaps, of which old ones give way to a snapshot. Many may read, one
 * may write: whoever took it over last. All methods block and are safe for use by any thread.
 */
public interface Journal extends AutoCloseable {

    /** The size of the largest entry, in bytes. */
    int maxEntryBytes();

    /** The newest complete snapshot. */
    Optional<StoredSnapshot> newestSnapshot() throws JournalException;

    /**
     * The entries from an index on, as many as one read gives.
     *
     * @param fromIndex at least 1
     */
    ReadResult read(long fromIndex) throws JournalException;

    /** Waits until there may be an entry at that index, at most for the given time. */
    void awaitEntry(long index, long timeoutMs) throws JournalException, InterruptedException;

    /** Becomes the one who writes. From its return on every append and compaction of earlier writers fails. */
    JournalWriter takeOver() throws JournalException;

    /** Ends reading and writing. */
    @Override
    void close();
}

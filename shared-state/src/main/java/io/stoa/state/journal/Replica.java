package io.stoa.state.journal;

import io.stoa.state.model.ClusterState;
import io.stoa.state.transaction.CommittedTransaction;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A state with its place in the journal.
 *
 * @param state after all entries up to {@code index}
 * @param index of the newest entry in it; 0 for the empty state
 * @param snapshotIndex of the snapshot it began with; what came behind was read entry by entry
 */
public record Replica(ClusterState state, long index, long snapshotIndex) {

    public static final Replica EMPTY = new Replica(ClusterState.EMPTY, 0, 0);

    /** Reads what the journal has beyond this: nothing, more entries, or a snapshot where the entries are gone. */
    public Advance advanced(Journal journal) throws JournalException {
        ReadResult result = journal.read(index + 1);
        return result instanceof ReadResult.Entries more ? replayed(more.entries()) : replaced(journal);
    }

    private Advance replayed(List<byte[]> entries) throws JournalException {
        ClusterState after = state;
        List<CommittedTransaction> transactions = new ArrayList<>();
        for (byte[] entry : entries) {
            after = EntryCodec.replay(after, entry, transactions::add);
        }
        Replica replica = entries.isEmpty() ? this : new Replica(after, index + entries.size(), snapshotIndex);
        return new Advance.Replayed(replica, transactions);
    }

    private Advance replaced(Journal journal) throws JournalException {
        StoredSnapshot snapshot = journal.newestSnapshot()
                .orElseThrow(() -> new JournalException("entry " + (index + 1) + " is gone, and there is no snapshot"));
        try (InputStream content = snapshot.content()) {
            return new Advance.Replaced(new Replica(SnapshotCodec.read(content), snapshot.index(), snapshot.index()));
        } catch (IOException | IllegalStateException | IllegalArgumentException e) {
            throw new JournalException("the snapshot at entry " + snapshot.index() + " is broken", e);
        }
    }
}

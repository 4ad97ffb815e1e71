package io.stoa.state.journal;

import io.stoa.state.model.ClusterState;
import java.io.IOException;
import java.io.InputStream;

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
    public Replica advanced(Journal journal) throws JournalException {
        ReadResult result = journal.read(index + 1);
        if (result instanceof ReadResult.Entries more) {
            ClusterState after = state;
            for (byte[] entry : more.entries()) {
                after = EntryCodec.replay(after, entry);
            }
            return more.entries().isEmpty()
                    ? this
                    : new Replica(after, index + more.entries().size(), snapshotIndex);
        }
        StoredSnapshot snapshot = journal.newestSnapshot()
                .orElseThrow(() -> new JournalException("entry " + (index + 1) + " is gone, and there is no snapshot"));
        try (InputStream content = snapshot.content()) {
            return new Replica(SnapshotCodec.read(content), snapshot.index(), snapshot.index());
        } catch (IOException | IllegalStateException | IllegalArgumentException e) {
            throw new JournalException("the snapshot at entry " + snapshot.index() + " is broken", e);
        }
    }

    /** Reads to the end of the journal. */
    public Replica caughtUp(Journal journal) throws JournalException {
        Replica replica = this;
        Replica next = advanced(journal);
        while (next.index() > replica.index()) {
            replica = next;
            next = replica.advanced(journal);
        }
        return replica;
    }
}

package io.stoa.state;

import io.stoa.state.journal.JournalException;
import io.stoa.state.journal.JournalWriter;
import io.stoa.state.journal.Replica;
import io.stoa.state.journal.SnapshotCodec;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replaces old entries by a snapshot when there are enough of them; on a thread that lives as long as that takes. */
final class Compactor {

    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

    private final JournalWriter writer;
    private final StateConfig config;
    private final StateCounters counters;
    private final AtomicBoolean running = new AtomicBoolean();
    private long entries;
    private long bytes;

    Compactor(Replica start, JournalWriter writer, StateConfig config, StateCounters counters) {
        this.entries = start.index() - start.snapshotIndex();
        this.writer = writer;
        this.config = config;
        this.counters = counters;
    }

    /** Counts an entry that became durable; called by the publishing thread. */
    void appended(int entryBytes, Replica replica) {
        entries++;
        bytes += entryBytes;
        boolean due = entries >= config.compactAfterEntries() || bytes >= config.compactAfterBytes();
        if (due && running.compareAndSet(false, true)) {
            entries = 0;
            bytes = 0;
            Thread thread = new Thread(() -> compact(replica), "state-compact");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void compact(Replica replica) {
        try {
            writer.compact(replica.index(), out -> SnapshotCodec.write(replica.state(), out));
            counters.compactions.increment();
            LOG.info(
                    "compacted the journal up to index={} version={}",
                    replica.index(),
                    replica.state().version());
        } catch (JournalException e) {
            // Nothing is lost: the entries are still there, and the next attempt comes after as many again.
            LOG.warn("the journal could not be compacted up to index={}", replica.index(), e);
        } finally {
            running.set(false);
        }
    }
}

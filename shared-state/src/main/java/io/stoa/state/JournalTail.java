package io.stoa.state;

import io.stoa.state.journal.Advance;
import io.stoa.state.journal.Journal;
import io.stoa.state.journal.JournalException;
import io.stoa.state.journal.Replica;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a journal that somebody else writes, so that this process is a hot standby. One thread, {@code state-tail}.
 */
final class JournalTail {

    private static final Logger LOG = LoggerFactory.getLogger(JournalTail.class);
    private static final long WAIT_MS = 2_000;
    private static final long RETRY_MS = 500;

    private final Journal journal;
    private final Consumer<Advance> publish;
    private final Thread thread = new Thread(this::run, "state-tail");
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Replica replica;
    private boolean failing;

    JournalTail(Journal journal, Replica from, Consumer<Advance> publish) {
        this.journal = journal;
        this.replica = from;
        this.publish = publish;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Ends the thread and says how far it came. */
    Replica stop() throws InterruptedException {
        stopped.countDown();
        thread.interrupt();
        thread.join();
        return replica;
    }

    private void run() {
        try {
            while (stopped.getCount() > 0) {
                follow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() throws InterruptedException {
        try {
            Advance next = replica.advanced(journal);
            if (next.replica().index() == replica.index()) {
                journal.awaitEntry(replica.index() + 1, WAIT_MS);
            } else {
                replica = next.replica();
                publish.accept(next);
            }
            failing = false;
        } catch (JournalException | RuntimeException | Error e) {
            if (stopped.getCount() == 0) {
                return; // The stop has interrupted a read.
            }
            if (!failing) {
                LOG.warn(
                        "the journal cannot be read, state stays at version={}",
                        replica.state().version(),
                        e);
            }
            failing = true;
            stopped.await(RETRY_MS, TimeUnit.MILLISECONDS);
        }
    }
}

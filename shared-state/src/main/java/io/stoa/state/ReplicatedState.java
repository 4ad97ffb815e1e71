package io.stoa.state;

import io.stoa.state.journal.Advance;
import io.stoa.state.journal.Journal;
import io.stoa.state.journal.JournalException;
import io.stoa.state.journal.JournalWriter;
import io.stoa.state.journal.Replica;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateChange;
import io.stoa.state.transaction.StateTransaction;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of the cluster in one process of several: it follows the journal, a hot standby that answers reads, until
 * it is told to lead; then it alone decides transactions. When the journal is lost to it, it follows again: what was
 * not durable is forgotten, and what is durable is read back.
 *
 * <p>Listeners hear of what this process committed while it led, followers of everything. Safe for use by any thread.
 */
public final class ReplicatedState implements SharedState, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReplicatedState.class);
    private static final long CLOSE_TIMEOUT_MS = 10_000;

    private final Journal journal;
    private final StateConfig config;
    private final StateCounters counters = new StateCounters();
    private final List<StateListener> listeners = new CopyOnWriteArrayList<>();
    private final List<Runnable> lossListeners = new CopyOnWriteArrayList<>();
    private final Followers followers = new Followers(counters);
    private volatile @Nullable Leadership leadership;
    private @Nullable JournalTail tail;
    private boolean closed;

    private ReplicatedState(Journal journal, StateConfig config) {
        this.journal = journal;
        this.config = config;
    }

    /** Follows a journal; {@link #snapshot} is the empty state until the first part has been read. */
    public static ReplicatedState follow(Journal journal, StateConfig config) {
        ReplicatedState state = new ReplicatedState(journal, config);
        state.startTail();
        return state;
    }

    /** Leads from the start. */
    public static ReplicatedState leading(Journal journal, StateConfig config) throws JournalException {
        ReplicatedState state = new ReplicatedState(journal, config);
        state.lead();
        return state;
    }

    private synchronized void startTail() {
        JournalTail next = new JournalTail(journal, followers.published(), followers::publish);
        tail = next;
        next.start();
    }

    /**
     * Becomes the leader: fences off whoever led before, reads the journal to its end, then takes transactions. Blocks.
     *
     * @throws JournalException where the journal cannot be reached; this process still follows then
     */
    public synchronized void lead() throws JournalException {
        if (closed || leadership != null) {
            throw new IllegalStateException(closed ? "closed" : "leads already");
        }
        stopTail();
        Replica replica;
        Leadership next;
        try {
            JournalWriter writer = journal.takeOver();
            replica = catchUp();
            next = new Leadership(replica, writer);
        } catch (JournalException | RuntimeException | Error e) {
            startTail();
            throw e;
        }
        next.start();
        leadership = next;
        LOG.info(
                "leading, index={} version={}", replica.index(), replica.state().version());
    }

    /** Reads to the end of the journal. */
    private Replica catchUp() throws JournalException {
        Replica replica = followers.published();
        Advance next = replica.advanced(journal);
        while (next.replica().index() > replica.index()) {
            replica = next.replica();
            followers.publish(next);
            next = replica.advanced(journal);
        }
        return replica;
    }

    private void stopTail() {
        JournalTail current = tail;
        tail = null;
        if (current != null) {
            uninterruptibly(current::stop);
        }
    }

    public boolean isLeading() {
        return leadership != null;
    }

    /**
     * Adds somebody who is told, on a thread of the state, that this process has ceased to lead without being asked.
     */
    public void onLeadershipLost(Runnable listener) {
        lossListeners.add(listener);
    }

    @Override
    public ClusterSnapshot snapshot() {
        return followers.published().state();
    }

    @Override
    public CompletableFuture<CommitResult> commit(StateTransaction transaction) {
        Leadership current = leadership;
        if (current == null) {
            counters.refused.increment();
            return CompletableFuture.completedFuture(
                    new CommitResult.Refused(CommitResult.Reason.NOT_LEADING, "this process does not lead"));
        }
        return current.loop.submit(transaction);
    }

    @Override
    public void addListener(StateListener listener) {
        listeners.add(listener);
    }

    /**
     * Adds somebody who hears of everything that becomes durable, by whomever; at once, and on this thread, of the
     * state as it is now.
     */
    public void addFollower(StateFollower follower) {
        followers.add(follower);
    }

    public StateCounters counters() {
        return counters;
    }

    /** How many transactions wait to be decided. */
    public int queued() {
        Leadership current = leadership;
        return current == null ? 0 : current.loop.queued();
    }

    /** Ends it: what waits is refused, what is under way is waited for. The journal stays open. */
    @Override
    public void close() {
        Leadership current;
        synchronized (this) {
            closed = true;
            current = leadership;
            leadership = null;
        }
        if (current != null) {
            current.end();
        }
        synchronized (this) {
            stopTail();
        }
    }

    /**
     * Ceases to lead and follows again, as somebody has to who is told that another may lead. What is under way is not
     * waited for: its outcome is unknown. Blocks; without effect where this process does not lead.
     */
    public void stepDown() {
        Leadership current;
        synchronized (this) {
            current = leadership;
            leadership = null;
        }
        if (current != null) {
            LOG.info("stepping down, version={}", snapshot().version());
            current.writer.close();
            current.end();
            followAgain();
        }
    }

    private synchronized void followAgain() {
        if (!closed && leadership == null && tail == null) {
            startTail();
        }
    }

    /**
     * Called by the publishing thread; waits for the other threads without the lock, since whoever closes waits for it.
     */
    private void abdicate(Leadership lost, String reason) {
        synchronized (this) {
            if (leadership != lost) {
                return;
            }
            leadership = null;
        }
        LOG.warn("leadership lost, version={}: {}", snapshot().version(), reason);
        lost.end();
        followAgain();
        lossListeners.forEach(Runnable::run);
    }

    private interface Interruptible {
        void run() throws InterruptedException;
    }

    private static void uninterruptibly(Interruptible action) {
        boolean interrupted = Thread.interrupted();
        for (boolean done = false; !done; ) {
            try {
                action.run();
                done = true;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything that lives as long as this process leads. */
    private final class Leadership implements Publisher.Sink {

        private final JournalWriter writer;
        private final Publisher publisher;
        private final CommitLoop loop;
        private final Compactor compactor;

        Leadership(Replica start, JournalWriter writer) {
            this.writer = writer;
            this.publisher = new Publisher(config.maxInFlight(), this, reason -> abdicate(this, reason));
            this.loop = new CommitLoop(start, writer, journal.maxEntryBytes(), config, publisher, counters);
            this.compactor = new Compactor(start, writer, config, counters);
        }

        void start() {
            publisher.start();
            loop.start();
        }

        void end() {
            uninterruptibly(loop::stop);
            publisher.finish();
            uninterruptibly(() -> publisher.join(CLOSE_TIMEOUT_MS));
            writer.close();
        }

        @Override
        public void durable(Batch batch) {
            Replica replica = new Replica(
                    batch.after(), batch.index(), followers.published().snapshotIndex());
            followers.publish(replica, batch.transactions());
            batch.complete(counters);
            if (batch.hasRecords()) {
                counters.appends.increment();
                counters.appendedBytes.add(batch.bytes());
                List<StateChange> changes = batch.changes();
                listeners.forEach(listener -> tell(listener, batch.after(), changes));
                compactor.appended(batch.bytes(), replica);
            }
        }

        private void tell(StateListener listener, ClusterSnapshot after, List<StateChange> changes) {
            try {
                listener.committed(after, changes);
            } catch (RuntimeException e) {
                // What is committed is committed: the other listeners, and the next batch, must still get theirs.
                counters.faults.increment();
                LOG.error("a listener failed at version={}", after.version(), e);
            }
        }

        @Override
        public void lost(Batch batch, String reason) {
            batch.lose(reason, counters);
        }
    }
}

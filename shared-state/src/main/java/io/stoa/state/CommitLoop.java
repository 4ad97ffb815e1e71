package io.stoa.state;

import io.stoa.proto.journal.Transaction;
import io.stoa.state.journal.ChangeCodec;
import io.stoa.state.journal.EntryCodec;
import io.stoa.state.journal.JournalWriter;
import io.stoa.state.journal.Replica;
import io.stoa.state.model.ClusterState;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.ConflictDetector;
import io.stoa.state.transaction.Decision;
import io.stoa.state.transaction.StateTransaction;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only writer: one thread, {@code state-commit}, decides transactions against a head that runs ahead of what is
 * durable, and hands them to the journal in batches. While all permitted appends are under way the next batch grows.
 */
final class CommitLoop {

    private static final Logger LOG = LoggerFactory.getLogger(CommitLoop.class);
    private static final int MAX_BATCH_TRANSACTIONS = 4096;

    private final BlockingQueue<PendingTransaction> queue;
    private final JournalWriter writer;
    private final Publisher publisher;
    private final StateCounters counters;
    private final int maxEntryBytes;
    private final int batchBytes;
    private final Thread thread = new Thread(this::run, "state-commit");
    private ClusterState head;
    private long lastIndex;
    /** Taken from the queue, decided, but too large for the batch that was under way. */
    private @Nullable PendingTransaction leftOver;

    private volatile boolean stopped;

    CommitLoop(
            Replica start,
            JournalWriter writer,
            int maxEntryBytes,
            StateConfig config,
            Publisher publisher,
            StateCounters counters) {
        this.head = start.state();
        this.lastIndex = start.index();
        this.writer = writer;
        this.maxEntryBytes = maxEntryBytes;
        this.batchBytes = Math.min(config.batchBytes(), maxEntryBytes);
        this.queue = new ArrayBlockingQueue<>(config.queueCapacity());
        this.publisher = publisher;
        this.counters = counters;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    CompletableFuture<CommitResult> submit(StateTransaction transaction) {
        PendingTransaction pending = new PendingTransaction(transaction, new CompletableFuture<>());
        if (!queue.offer(pending)) {
            refuse(pending, CommitResult.Reason.QUEUE_FULL, "transactions waiting: " + queue.size());
        } else if (stopped && queue.remove(pending)) {
            refuse(pending, CommitResult.Reason.NOT_LEADING, "leadership has ended");
        }
        return pending.result();
    }

    int queued() {
        return queue.size();
    }

    /** Ends the thread; what still waits is refused. What is under way is left to the publisher. */
    void stop() throws InterruptedException {
        stopped = true;
        thread.interrupt();
        thread.join();
        if (leftOver != null) {
            refuse(leftOver, CommitResult.Reason.NOT_LEADING, "leadership has ended");
        }
        for (PendingTransaction next = queue.poll(); next != null; next = queue.poll()) {
            refuse(next, CommitResult.Reason.NOT_LEADING, "leadership has ended");
        }
    }

    private void refuse(PendingTransaction pending, CommitResult.Reason reason, String message) {
        counters.refused.increment();
        pending.refuse(reason, message);
    }

    private void run() {
        try {
            while (!stopped) {
                PendingTransaction first = leftOver == null ? queue.take() : leftOver;
                leftOver = first;
                publisher.awaitRoom();
                leftOver = null;
                Batch batch = new Batch(head);
                for (PendingTransaction next = first; next != null; next = nextFor(batch)) {
                    decide(next, batch);
                    if (leftOver != null) {
                        break;
                    }
                }
                append(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable PendingTransaction nextFor(Batch batch) {
        boolean full = batch.bytes() >= batchBytes || batch.size() >= MAX_BATCH_TRANSACTIONS;
        return full ? null : queue.poll();
    }

    private void decide(PendingTransaction pending, Batch batch) {
        Decision decision;
        Transaction record;
        int bytes;
        try {
            decision = ConflictDetector.decide(batch.after(), pending.transaction());
            record = ChangeCodec.encode(decision.changes());
            bytes = EntryCodec.sizeOf(record);
        } catch (RuntimeException | Error e) {
            // The head is immutable, so it is as it was: this transaction fails, and everybody else is served.
            counters.faults.increment();
            LOG.error("an invariant broke, transaction not applied: {}", pending.transaction(), e);
            pending.result().completeExceptionally(e);
            return;
        }
        if (decision.changes().isEmpty()) {
            batch.add(pending, decision);
            return;
        }
        if (batch.fits(bytes, maxEntryBytes)) {
            batch.add(pending, decision, record, bytes);
        } else if (batch.hasRecords()) {
            leftOver = pending;
        } else {
            refuse(pending, CommitResult.Reason.TOO_LARGE, "bytes: " + bytes + " (expected: <= " + maxEntryBytes + ")");
        }
    }

    private void append(Batch batch) {
        if (batch.hasRecords()) {
            head = batch.after();
            lastIndex++;
            batch.appended(lastIndex, sent(batch));
        } else {
            batch.appended(lastIndex, CompletableFuture.completedFuture(null));
        }
        publisher.add(batch);
    }

    /** An append that fails unexpectedly is lost as one that the journal refuses: this thread goes on to be stopped. */
    private CompletableFuture<Void> sent(Batch batch) {
        try {
            return writer.append(lastIndex, batch.entry());
        } catch (RuntimeException | Error e) {
            LOG.error("entry {} cannot be appended", lastIndex, e);
            return CompletableFuture.failedFuture(e);
        }
    }
}

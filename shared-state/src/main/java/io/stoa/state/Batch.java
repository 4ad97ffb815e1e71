package io.stoa.state;

import io.stoa.proto.journal.Transaction;
import io.stoa.state.journal.EntryCodec;
import io.stoa.state.model.ClusterState;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.CommittedTransaction;
import io.stoa.state.transaction.Decision;
import io.stoa.state.transaction.StateChange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Transactions that become durable with one append; made by the commit thread, published by the publishing one. */
final class Batch {

    /** @param done true where something was done, now or when the same was asked before */
    private record Decided(PendingTransaction pending, CommitResult result, boolean done) {}

    private final List<Decided> decided = new ArrayList<>();
    private final List<Transaction> records = new ArrayList<>();
    private final List<CommittedTransaction> transactions = new ArrayList<>();
    private final ClusterState before;
    private ClusterState after;
    private int bytes = EntryCodec.OVERHEAD_BYTES;
    private long index;
    private CompletableFuture<Void> durable = CompletableFuture.completedFuture(null);

    Batch(ClusterState before) {
        this.before = before;
        this.after = before;
    }

    /** The newest state, of which the last transactions may not be durable. */
    ClusterState after() {
        return after;
    }

    boolean fits(int recordBytes, int maxBytes) {
        return bytes + recordBytes <= maxBytes;
    }

    boolean isEmpty() {
        return decided.isEmpty();
    }

    int bytes() {
        return bytes;
    }

    int size() {
        return decided.size();
    }

    /** @param record what the journal gets; null where there is nothing to keep */
    void add(PendingTransaction pending, Decision decision, Transaction record, int recordBytes) {
        add(pending, decision);
        records.add(record);
        transactions.add(new CommittedTransaction(decision.after().version(), decision.changes()));
        bytes += recordBytes;
        after = decision.after();
    }

    /** Adds a transaction that changes nothing; its result still waits for what it was judged by. */
    void add(PendingTransaction pending, Decision decision) {
        boolean done = !decision.changes().isEmpty() || decision.result() instanceof CommitResult.Repeated;
        decided.add(new Decided(pending, decision.result(), done));
    }

    boolean hasRecords() {
        return !records.isEmpty();
    }

    byte[] entry() {
        return EntryCodec.encode(before.version().next(), records);
    }

    void appended(long atIndex, CompletableFuture<Void> whenDurable) {
        index = atIndex;
        durable = whenDurable;
    }

    /** The index of the newest entry once this batch is durable. */
    long index() {
        return index;
    }

    CompletableFuture<Void> durable() {
        return durable;
    }

    List<CommittedTransaction> transactions() {
        return transactions;
    }

    List<StateChange> changes() {
        return transactions.stream()
                .flatMap(transaction -> transaction.changes().stream())
                .toList();
    }

    void complete(StateCounters counters) {
        for (Decided each : decided) {
            boolean conflicted = each.result instanceof CommitResult.Conflicted;
            (conflicted ? counters.conflicted : counters.committed).increment();
            each.pending.result().complete(each.result);
        }
    }

    void lose(String message, StateCounters counters) {
        for (Decided each : decided) {
            counters.refused.increment();
            each.pending.refuse(
                    each.done ? CommitResult.Reason.OUTCOME_UNKNOWN : CommitResult.Reason.NOT_LEADING, message);
        }
    }
}

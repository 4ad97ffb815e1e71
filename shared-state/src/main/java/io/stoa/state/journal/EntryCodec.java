package io.stoa.state.journal;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.proto.journal.Change;
import io.stoa.proto.journal.JournalEntry;
import io.stoa.proto.journal.Transaction;
import io.stoa.state.model.ClusterState;
import io.stoa.state.model.StateVersion;
import io.stoa.state.transaction.CommittedTransaction;
import io.stoa.state.transaction.StateChange;
import io.stoa.state.transaction.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Entries of the journal: several transactions each. */
public final class EntryCodec {

    /** What an entry takes beyond its transactions, at most, in bytes. */
    public static final int OVERHEAD_BYTES = 16;

    private EntryCodec() {}

    /** What a transaction takes in an entry, in bytes. */
    public static int sizeOf(Transaction transaction) {
        return CodedOutputStream.computeMessageSize(JournalEntry.TRANSACTIONS_FIELD_NUMBER, transaction);
    }

    public static byte[] encode(StateVersion firstVersion, Iterable<Transaction> transactions) {
        return JournalEntry.newBuilder()
                .setFirstVersion(firstVersion.value())
                .addAllTransactions(transactions)
                .build()
                .toByteArray();
    }

    /**
     * The state after an entry.
     *
     * @throws JournalException where the entry is broken or does not follow that state
     */
    public static ClusterState replay(ClusterState before, byte[] entry) throws JournalException {
        return replay(before, entry, transaction -> {});
    }

    /** @param replayed is told each transaction, in order, also of an entry that turns out to be broken further on */
    static ClusterState replay(ClusterState before, byte[] entry, Consumer<CommittedTransaction> replayed)
            throws JournalException {
        try {
            JournalEntry decoded = JournalEntry.parseFrom(entry);
            StateVersion version = new StateVersion(decoded.getFirstVersion());
            if (!version.equals(before.version().next())) {
                throw new JournalException("version: " + version + " (expected: "
                        + before.version().next() + ")");
            }
            ClusterState state = before;
            for (Transaction transaction : decoded.getTransactionsList()) {
                state = replay(state, transaction, replayed);
            }
            return state;
        } catch (InvalidProtocolBufferException | IllegalStateException | IllegalArgumentException e) {
            throw new JournalException("the entry behind version " + before.version() + " is broken", e);
        }
    }

    private static ClusterState replay(
            ClusterState before, Transaction transaction, Consumer<CommittedTransaction> replayed)
            throws InvalidProtocolBufferException {
        StateVersion version = before.version().next();
        ClusterState state = before;
        List<StateChange> changes = new ArrayList<>(transaction.getChangesCount());
        for (Change record : transaction.getChangesList()) {
            for (StateChange change : ChangeCodec.decode(record, state)) {
                state = StateMachine.apply(state, change, version);
                changes.add(change);
            }
        }
        replayed.accept(new CommittedTransaction(version, changes));
        return state.at(version);
    }
}

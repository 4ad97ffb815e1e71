package io.stoa.rpc.cluster;

import io.stoa.state.StateFollower;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.transaction.CommittedTransaction;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The newest changes, encoded, for all watchers: a ring that is bounded by bytes and by number. What is too old falls
 * off, whether all watchers have read it or not. One thread writes, any number read, without locks.
 *
 * <p>It grows whether this master leads or follows: who watched another goes on here, from the version that he knows.
 */
public final class WatchLog implements StateFollower {

    /** Entries are transactions that were made durable together: some hundred a second at most. */
    private static final int STANDARD_ENTRIES = 1 << 16;

    private static final long STANDARD_BYTES = 64L << 20;

    /** That may wait to be encoded; beyond that the log begins anew. */
    private static final int MAX_WAITING_CHANGES = 200_000;

    private final Executor writer;
    private final AtomicReferenceArray<@Nullable LoggedChanges> ring;
    private final long maxBytes;
    private final AtomicInteger waitingChanges = new AtomicInteger();
    private volatile Runnable wake = () -> {};

    /** The number of the oldest entry, and of the one that comes next. */
    private volatile long oldest;

    private volatile long next;

    /** The version after the newest entry. */
    private volatile long version;

    private volatile long bytes;

    /**
     * A log that begins with the version at which it begins to follow.
     *
     * @param writer one thread, on which changes are encoded
     */
    public WatchLog(Executor writer) {
        this(writer, STANDARD_ENTRIES, STANDARD_BYTES);
    }

    /** @param entries that are kept at most; a power of 2 */
    WatchLog(Executor writer, int entries, long maxBytes) {
        if (Integer.bitCount(entries) != 1) {
            throw new IllegalArgumentException("entries: " + entries + " (expected: a power of 2)");
        }
        this.writer = writer;
        this.maxBytes = maxBytes;
        ring = new AtomicReferenceArray<>(entries);
    }

    /** @param watchers is run when there is more to read, on the writing thread; must not block */
    void onMore(Runnable watchers) {
        wake = watchers;
    }

    @Override
    public void advanced(ClusterSnapshot after, List<CommittedTransaction> transactions) {
        int count = transactions.stream()
                .mapToInt(transaction -> transaction.changes().size())
                .sum();
        if (waitingChanges.addAndGet(count) <= MAX_WAITING_CHANGES) {
            writer.execute(() -> {
                waitingChanges.addAndGet(-count);
                try {
                    append(transactions, after);
                } catch (RuntimeException e) {
                    // Rather nothing than a gap that nobody knows of.
                    restart(after.version().value());
                    throw e;
                }
            });
        } else {
            waitingChanges.addAndGet(-count);
            replaced(after);
        }
    }

    @Override
    public void replaced(ClusterSnapshot snapshot) {
        long newest = snapshot.version().value();
        writer.execute(() -> restart(newest));
    }

    private void append(List<CommittedTransaction> transactions, ClusterSnapshot after) {
        long number = next;
        LoggedChanges entry = ChangeEncoder.encode(number, version, transactions, after);
        long kept = bytes + entry.weight();
        while (oldest < number && (kept > maxBytes || number - oldest >= ring.length())) {
            kept -= dropOldest();
        }
        ring.set(index(number), entry);
        bytes = kept;
        version = entry.version();
        next = number + 1;
        wake.run();
    }

    private long dropOldest() {
        long number = oldest;
        LoggedChanges dropped = ring.get(index(number));
        oldest = number + 1;
        ring.set(index(number), null);
        return dropped == null ? 0 : dropped.weight();
    }

    /** Forgets everything: whoever watches has missed something. */
    private void restart(long newest) {
        long end = next;
        while (oldest < end) {
            dropOldest();
        }
        bytes = 0;
        version = newest;
        // A number that nobody has: those who have read everything have missed something, too.
        next = end + 1;
        oldest = end + 1;
        wake.run();
    }

    private int index(long number) {
        return (int) (number & (ring.length() - 1));
    }

    /** The number of the entry that comes next. */
    long end() {
        return next;
    }

    /** The version after the newest entry. */
    long version() {
        return version;
    }

    /** Whether an entry, or the one that comes next, is kept or to come: otherwise it has fallen off. */
    boolean isKept(long number) {
        return number >= oldest;
    }

    /** Null where it has fallen off, or is yet to come. */
    @Nullable
    LoggedChanges find(long number) {
        LoggedChanges entry = ring.get(index(number));
        return entry != null && entry.number() == number ? entry : null;
    }

    /**
     * The number of the entry where reading goes on behind a version, which need not be there yet; empty where
     * something behind that version has fallen off.
     */
    OptionalLong behind(long from) {
        long end = next;
        if (from >= version) {
            return isKept(end) ? OptionalLong.of(end) : behind(from);
        }
        long low = oldest;
        long high = end;
        while (low < high) {
            long middle = (low + high) >>> 1;
            LoggedChanges entry = find(middle);
            if (entry == null || entry.version() <= from) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        LoggedChanges first = find(low);
        return first != null && first.since() <= from ? OptionalLong.of(low) : OptionalLong.empty();
    }

    /** Adds what it holds to the figures of {@code /metrics/snapshot}. */
    public void addTo(Map<String, Double> figures) {
        figures.put("stoa/rpc/watch_log_entries", (double) (next - oldest));
        figures.put("stoa/rpc/watch_log_bytes", (double) bytes);
    }
}

package io.stoa.state;

import java.util.concurrent.atomic.LongAdder;

/** What the state has done since the process began. Safe for use by any thread; each figure is a sum of its own. */
public final class StateCounters {

    final LongAdder committed = new LongAdder();
    final LongAdder conflicted = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder appends = new LongAdder();
    final LongAdder appendedBytes = new LongAdder();
    final LongAdder compactions = new LongAdder();
    final LongAdder faults = new LongAdder();

    /** Transactions that changed something, or had nothing to change, or not again. */
    public long committed() {
        return committed.sum();
    }

    /** Transactions of which nothing was committed because of conflicts. */
    public long conflicted() {
        return conflicted.sum();
    }

    /** Transactions that were refused, for whatever reason. */
    public long refused() {
        return refused.sum();
    }

    /** Entries that became durable: {@code committed / appends} is the size of a group commit. */
    public long appends() {
        return appends.sum();
    }

    public long appendedBytes() {
        return appendedBytes.sum();
    }

    public long compactions() {
        return compactions.sum();
    }

    /** Broken invariants: of transactions, which were then not applied, and of listeners. Not 0 means a bug. */
    public long faults() {
        return faults.sum();
    }
}

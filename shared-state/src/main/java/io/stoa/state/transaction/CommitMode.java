package io.stoa.state.transaction;

/** What a conflict of one mutation means for the others of its transaction. */
public enum CommitMode {
    /** Everything commits or nothing does. */
    ALL_OR_NOTHING,
    /** What does not conflict commits, in the order of the transaction. */
    INCREMENTAL
}

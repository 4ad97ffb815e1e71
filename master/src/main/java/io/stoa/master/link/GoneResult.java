package io.stoa.master.link;

/** What came of the wish to mark an agent gone. */
public enum GoneResult {
    /** It is gone, durably; perhaps it was before. */
    GONE,
    /** There is no such agent, nor has there been one that is remembered. */
    UNKNOWN,
    /** It could not be stored, or not be known whether it was; to be tried again. */
    NOT_STORED
}

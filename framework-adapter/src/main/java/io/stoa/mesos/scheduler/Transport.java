package io.stoa.mesos.scheduler;

/**
 * How schedulers speak. What is said over one of them is of no worth over another: ids of streams prove different
 * things.
 */
public enum Transport {
    /** The id of a stream is a secret between the scheduler and this master. */
    HTTP,
    /** The id of a stream is the scheduler's pid, which anybody may know. */
    LIBPROCESS,
    /** Calls name the generation of their subscription instead of the id of a stream. */
    RPC
}

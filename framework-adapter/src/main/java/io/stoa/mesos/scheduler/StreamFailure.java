package io.stoa.mesos.scheduler;

/** Why a stream is no scheduler's, or not any more. */
public enum StreamFailure {
    /** The scheduler may not be as it says it is. */
    INVALID,
    /** There is no such framework any more. */
    REMOVED,
    /** A newer subscription has taken its place. */
    SUPERSEDED,
    /** It comes back, but another has subscribed since. */
    STALE
}

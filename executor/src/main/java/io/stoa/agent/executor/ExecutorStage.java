package io.stoa.agent.executor;

/** How far an executor is in its life. */
public enum ExecutorStage {
    /** It runs, or is about to, and has not subscribed yet. */
    REGISTERING,
    RUNNING,
    /** It is to end. */
    TERMINATING,
    /** Nothing of it runs any more, though not all may have been told about its tasks. */
    TERMINATED
}

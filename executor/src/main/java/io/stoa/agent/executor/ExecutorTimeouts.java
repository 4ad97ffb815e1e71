package io.stoa.agent.executor;

/**
 * How long executors are waited for, each in ms.
 *
 * @param shutdownGraceMs until one that is to end is killed, where it does not say itself how long it needs
 * @param registrationMs from its launch until it has subscribed
 * @param reregistrationMs from a start of the agent until one that ran before has subscribed again
 * @param recoveryMs how long executors wait for an agent that is away; only told to them
 */
public record ExecutorTimeouts(long shutdownGraceMs, long registrationMs, long reregistrationMs, long recoveryMs) {

    /** How often an executor hears that its connection lives. */
    static final long HEARTBEAT_MS = 1_800_000;

    /** Mesos' defaults. */
    public static final ExecutorTimeouts STANDARD = new ExecutorTimeouts(5_000, 60_000, 2_000, 900_000);
}

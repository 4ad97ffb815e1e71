package io.stoa.master.link;

/**
 * When an agent counts as lost, and what is remembered of it then.
 *
 * @param pingTimeoutMs how long an agent may take to answer a ping, and the time between pings;
 *     {@code --agent_ping_timeout}
 * @param maxPingTimeouts how many pings in a row may stay without answer; {@code --max_agent_ping_timeouts}
 * @param reregisterTimeoutMs how long a new leader waits for the agents it finds in the state, and for one whose link
 *     broke; {@code --agent_reregister_timeout}
 * @param removalRate how fast agents that are lost are given up
 * @param retention how long they are remembered
 * @param requireDomain whether only agents with a domain are let in; {@code --require_agent_domain}
 * @param recoveryRemovalLimit the part of the agents, 0 to 1, that a new leader may give up since they did not come
 *     back to it; {@code --recovery_agent_removal_limit}
 */
public record LinkConfig(
        long pingTimeoutMs,
        int maxPingTimeouts,
        long reregisterTimeoutMs,
        RemovalRate removalRate,
        Retention retention,
        boolean requireDomain,
        double recoveryRemovalLimit) {

    /** The rest as by default. */
    public LinkConfig(long pingTimeoutMs, int maxPingTimeouts, long reregisterTimeoutMs) {
        this(pingTimeoutMs, maxPingTimeouts, reregisterTimeoutMs, RemovalRate.UNLIMITED, Retention.DEFAULTS, false, 1);
    }

    public LinkConfig {
        if (pingTimeoutMs < 1) {
            throw new IllegalArgumentException("agent_ping_timeout: " + pingTimeoutMs + " ms (expected: >= 1 ms)");
        }
        if (maxPingTimeouts < 1) {
            throw new IllegalArgumentException("max_agent_ping_timeouts: " + maxPingTimeouts + " (expected: >= 1)");
        }
    }

    /** How long an agent may be silent before it is taken for lost. */
    public long pingBudgetMs() {
        return pingTimeoutMs * maxPingTimeouts;
    }
}

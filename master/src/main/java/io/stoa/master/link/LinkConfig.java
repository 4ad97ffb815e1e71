package io.stoa.master.link;

/**
 * When an agent counts as lost.
 *
 * @param pingTimeoutMs how long an agent may take to answer a ping, and the time between pings;
 *     {@code --agent_ping_timeout}
 * @param maxPingTimeouts how many pings in a row may stay without answer; {@code --max_agent_ping_timeouts}
 * @param reregisterTimeoutMs how long a new leader waits for the agents it finds in the state;
 *     {@code --agent_reregister_timeout}
 */
public record LinkConfig(long pingTimeoutMs, int maxPingTimeouts, long reregisterTimeoutMs) {

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

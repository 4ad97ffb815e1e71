package io.stoa.master.link;

/**
 * How fast agents that are lost are given up; {@code --agent_removal_rate_limit}.
 *
 * @param agents so many at most, evenly spread,
 * @param perMs in such a time; 0: no limit
 */
public record RemovalRate(int agents, long perMs) {

    public static final RemovalRate UNLIMITED = new RemovalRate(1, 0);

    public RemovalRate {
        if (agents < 1) {
            throw new IllegalArgumentException("agent_removal_rate_limit: " + agents + " agents (expected: >= 1)");
        }
    }

    /** The time between two of them. */
    long intervalMs() {
        return perMs / agents;
    }
}

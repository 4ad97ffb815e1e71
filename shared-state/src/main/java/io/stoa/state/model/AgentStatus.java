package io.stoa.state.model;

/** What the master holds for true about a host. Whether a connection to it is open is soft state, kept elsewhere. */
public enum AgentStatus {
    /** Admitted: its resources count and may be claimed. */
    REGISTERED,
    /** Silent for longer than the ping budget: its tasks are unreachable, its resources do not count. */
    UNREACHABLE
}

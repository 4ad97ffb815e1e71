package io.stoa.state.model;

/**
 * A host that an operator has given up for good: it is not let in any more.
 *
 * @param sinceMs in ms since the epoch
 */
public record GoneAgent(AgentId id, long sinceMs) {}

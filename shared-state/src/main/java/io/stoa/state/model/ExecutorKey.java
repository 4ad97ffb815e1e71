package io.stoa.state.model;

/**
 * Names an executor in the whole cluster: the same executor id may run on many agents.
 *
 * @param agentId the host
 * @param frameworkId the framework whose tasks it runs
 * @param executorId the id which the framework gave it
 */
public record ExecutorKey(AgentId agentId, FrameworkId frameworkId, String executorId) {}

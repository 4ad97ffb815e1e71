package io.stoa.state.model;

import java.util.Collection;
import java.util.Optional;

/**
 * The whole cluster at one version: immutable, free to get, safe to keep. Every look-up by key is O(log n) at worst and
 * every collection is a view that costs nothing to get.
 */
public interface ClusterSnapshot {

    StateVersion version();

    Optional<Agent> agent(AgentId id);

    /** All agents that are not gone, unreachable ones included. */
    Collection<Agent> agents();

    /** True for an agent that was marked gone and is remembered still. */
    boolean isGone(AgentId id);

    /** The agents that were marked gone, in no order. */
    Collection<GoneAgent> goneAgents();

    Optional<Framework> framework(FrameworkId id);

    Collection<Framework> frameworks();

    /** True for an id that was torn down or timed out, and is among the newest 1,000 of these. */
    boolean isRemoved(FrameworkId id);

    Optional<Task> task(TaskKey key);

    /** How many tasks the cluster holds. */
    int taskCount();

    Collection<Task> tasks();

    Collection<Task> tasksOf(FrameworkId frameworkId);

    Collection<Task> tasksOn(AgentId agentId);

    /**
     * Whether there is a task on the agent, or an operation, whose end has not been acknowledged. Costs a look at every
     * framework where there is no task.
     */
    default boolean isInUse(AgentId agentId) {
        return !tasksOn(agentId).isEmpty()
                || frameworks().stream()
                        .flatMap(framework -> operationsOf(framework.id()).stream())
                        .anyMatch(operation -> operation.agentId().equals(agentId));
    }

    Optional<Executor> executor(ExecutorKey key);

    Collection<Executor> executorsOn(AgentId agentId);

    /** The executors of a framework on all agents. */
    Collection<Executor> executorsOf(FrameworkId frameworkId);

    Optional<Operation> operation(OperationKey key);

    /** What the framework has not acknowledged yet. */
    Collection<Operation> operationsOf(FrameworkId frameworkId);

    /** The framework's newest requests that carried a key and were carried out, at most 1,000, oldest first. */
    Collection<AnsweredRequest> answeredRequests(FrameworkId frameworkId);

    /** What came of the framework's request with that text as its key, as long as it is remembered. */
    Optional<AnsweredRequest> answeredRequest(FrameworkId frameworkId, String text);

    /** Weights and quotas. */
    RoleSettings roleSettings();

    /** Who has what of the registered agents. */
    RoleSums roleSums();
}

package io.stoa.state.transaction;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.OperationKey;
import io.stoa.state.model.StateVersion;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;

/** Why a mutation was not committed. */
public sealed interface Conflict {

    /** The agent is not registered: never seen or unreachable. */
    record AgentUnavailable(AgentId agentId) implements Conflict {}

    /** The agent was marked gone: it is not let in again. */
    record AgentIsGone(AgentId agentId) implements Conflict {}

    /** Whoever asks knows that there is no connection to the agent; the state does not. */
    record AgentIsDisconnected(AgentId agentId) implements Conflict {}

    /** Whoever asks knows that operators let nobody have anything of this host; the state does not. */
    record AgentIsUnlisted(AgentId agentId) implements Conflict {}

    /** Operators want no new work on the agent. */
    record AgentIsDeactivated(AgentId agentId) implements Conflict {}

    /**
     * Operators want nothing to run on the agent.
     *
     * @param done whether nothing does any more
     */
    record AgentIsDraining(AgentId agentId, boolean done) implements Conflict {}

    /** The agent takes new work already, or it is not there. */
    record AgentIsActive(AgentId agentId) implements Conflict {}

    /**
     * The resources do not fit.
     *
     * @param wanted what was claimed
     * @param free what was there instead
     */
    record InsufficientResources(AgentId agentId, Resources wanted, Resources free) implements Conflict {}

    /** The agent changed since the transaction's version; only under {@link ConflictPolicy#SEQUENCE_NUMBER}. */
    record StaleVersion(AgentId agentId, StateVersion base, StateVersion changedAt) implements Conflict {}

    record DuplicateTask(TaskKey key) implements Conflict {}

    /** The framework has still to acknowledge another one with this id. */
    record DuplicateOperation(OperationKey key) implements Conflict {}

    record UnknownTask(TaskKey key) implements Conflict {}

    /** The task is terminal; nothing follows a terminal state. */
    record TaskIsTerminal(TaskKey key) implements Conflict {}

    record UnknownFramework(FrameworkId frameworkId) implements Conflict {}

    /** The framework was torn down or has timed out. */
    record FrameworkWasRemoved(FrameworkId frameworkId) implements Conflict {}

    /**
     * Another instance of the scheduler has subscribed since. Holds for the whole transaction.
     *
     * @param claimed the generation that the author named
     * @param current the one that its framework has
     */
    record StaleGeneration(FrameworkId frameworkId, StateVersion claimed, StateVersion current) implements Conflict {}

    /**
     * The author has asked for something else with this key. Holds for the whole transaction.
     *
     * @param answeredAt the version that the other request made
     */
    record KeyReused(String key, StateVersion answeredAt) implements Conflict {}

    /**
     * The role has more already than its limits would allow.
     *
     * @param consumed what it has
     */
    record LimitsBelowConsumption(String role, ResourceQuantities consumed, ResourceLimits limits)
            implements Conflict {}

    /**
     * The role, or one above it, would have more than its limits allow.
     *
     * @param role the one whose limits these are
     * @param wanted what it would have more: unreserved scalars, or what would become reserved for it
     * @param consumed what it has of them
     */
    record QuotaLimitExceeded(
            String role, ResourceQuantities wanted, ResourceQuantities consumed, ResourceLimits limits)
            implements Conflict {}

    /**
     * Other roles would not get what they are promised any more.
     *
     * @param role the one at the top that would have more
     * @param wanted what it would have more
     * @param headroom what is free and promised to nobody else
     */
    record GuaranteeOfOthers(String role, ResourceQuantities wanted, ResourceQuantities headroom) implements Conflict {}

    /**
     * The cluster has less than all guarantees together.
     *
     * @param guarantees the sum of all of them
     * @param capacity what registered agents have
     */
    record GuaranteesOvercommit(ResourceQuantities guarantees, ResourceQuantities capacity) implements Conflict {}

    record QuotaExists(String role) implements Conflict {}

    record NoQuota(String role) implements Conflict {}

    /**
     * Something in the mutation is malformed.
     *
     * @param message with the actual and the expected value
     */
    record Invalid(String message) implements Conflict {}
}

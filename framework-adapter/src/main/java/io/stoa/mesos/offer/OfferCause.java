package io.stoa.mesos.offer;

/** Why a framework is, or is not, offered something of an agent in one of its roles: of several, the first. */
public enum OfferCause {
    /** The framework has an offer of it in this role. */
    OFFERED,
    /** It is offered in the next allocation, unless somebody with a smaller share comes first. */
    DUE,
    /** The agent was given up. */
    UNREACHABLE,
    /** The agent's link is not open. */
    DISCONNECTED,
    /** Operators deactivated the agent, or drain it. */
    DEACTIVATED,
    /** The agent's host is not among those that are offered. */
    UNLISTED,
    /** The framework refused it, and its filter has not expired. */
    FILTERED,
    /** The agent has GPUs, and the framework is not GPU_RESOURCES. */
    GPUS,
    /** The agent is in another region than the master, and the framework is not REGION_AWARE. */
    REGION,
    /** The framework's offer constraints rule the agent out. */
    CONSTRAINTS,
    /** All of the agent is less than the least that an offer has to hold. */
    TOO_SMALL,
    /** What is not reserved for other roles is too little. */
    RESERVED,
    /**
     * Too little but what is revocable, shared or reserved by refinement, and the framework does not know how to use
     * it.
     */
    UNUSABLE,
    /** Tasks and executors leave too little. */
    IN_USE,
    /** Offers to others, or in other roles of the framework, leave too little. */
    ON_OFFER,
    /** The limits of the role's quota leave too little. */
    LIMITED,
    /** What is kept for the guarantees of other roles leaves too little. */
    GUARANTEED
}

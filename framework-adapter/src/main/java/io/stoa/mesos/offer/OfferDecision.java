package io.stoa.mesos.offer;

import io.stoa.state.resources.Resources;

/** Whether a client is offered something on an agent, and if not, why. */
sealed interface OfferDecision {

    /**
     * It is.
     *
     * @param resources what
     * @param chopped whether its limits, or what others are promised, made it less than there is
     */
    record Takes(Resources resources, boolean chopped) implements OfferDecision {}

    /** It is not. */
    enum Refusal implements OfferDecision {
        /** The agent is in another region than the master, and the framework does not say that it knows regions. */
        REMOTE,
        /** The framework's constraints rule the agent out. */
        CONSTRAINTS,
        /** Nothing is left on the agent that the role may have. */
        NOTHING_FREE,
        /** The agent has GPUs, and the framework does not say that it knows them. */
        GPUS,
        /** What is left is less than the least that an offer has to hold. */
        BELOW_MINIMUM,
        /** The role has all that it is promised. Only where no more than that is given. */
        SATISFIED,
        /** The limits of the role, or what others are promised, leave less than the least that an offer has to hold. */
        QUOTA,
        /** The framework has refused it not long ago. */
        FILTERED
    }
}

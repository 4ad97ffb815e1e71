package io.stoa.mesos.offer;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Quota;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;

/**
 * Why a framework has the offers that it has, and no others. Its size is bounded, whatever that of the cluster.
 *
 * @param mode of its offers
 * @param intervalMs how long what came free waits at most until it is offered
 * @param timeoutMs how old an offer may become before it is rescinded
 * @param roles some of its roles, each as it was when it was looked at
 * @param rolesLeftOut how many others there are
 */
public record OfferExplanation(OfferMode mode, long intervalMs, long timeoutMs, List<InRole> roles, int rolesLeftOut) {

    /** So many roles are looked at, unless a certain one is asked for. */
    public static final int MAX_ROLES = 16;

    /** So many agents, or others that have them on offer, are named for each cause. */
    public static final int MAX_EXAMPLES = 3;

    public OfferExplanation {
        roles = List.copyOf(roles);
    }

    /**
     * A role of the framework. Each agent counts under one cause; where the role is suppressed, under that which would
     * be if it were not.
     *
     * @param minimum what offers have to hold
     * @param causes those under which there are agents, in the order of the enum
     * @param cuts why there is less on offer, or due, of agents than is free there: {@link OfferCause#LIMITED} or
     *     {@link OfferCause#GUARANTEED}, with what is cut out
     */
    public record InRole(
            String role,
            boolean suppressed,
            AllocatableMinimum minimum,
            QuotaUse quota,
            List<OnAgents> causes,
            List<OnAgents> cuts) {

        public InRole {
            causes = List.copyOf(causes);
            cuts = List.copyOf(cuts);
        }

        public Optional<OnAgents> cause(OfferCause wanted) {
            return causes.stream().filter(agents -> agents.cause() == wanted).findFirst();
        }
    }

    /**
     * How the quotas of all roles are used, as one of them sees it.
     *
     * @param role the one at the top, which answers for what is below it
     * @param consumed what is reserved for it, or allocated to it
     * @param offered what is on offer to it, which counts against its limits too
     * @param owed what others are promised and have not got, by role; the first {@link #MAX_EXAMPLES}
     * @param kept the sum of what all others are promised and have not got
     * @param free what of the cluster is neither reserved, nor allocated or on offer; the others' is taken from it
     */
    public record QuotaUse(
            String role,
            Quota quota,
            ResourceQuantities consumed,
            ResourceQuantities offered,
            SortedMap<String, ResourceQuantities> owed,
            ResourceQuantities kept,
            ResourceQuantities free) {}

    /**
     * The agents under one cause.
     *
     * @param agents how many
     * @param resources on all of them together, what the framework has on offer of them, or could have but for the
     *     cause
     * @param firstMs for how long it is going on, or goes on, on some of them: the age of the newest offer, or how long
     *     until the first filter expires
     * @param lastMs the same of the oldest offer or the last filter
     * @param examples some of them
     * @param holders who has most of them on offer, where others have
     */
    public record OnAgents(
            OfferCause cause,
            int agents,
            ResourceQuantities resources,
            OptionalLong firstMs,
            OptionalLong lastMs,
            List<Example> examples,
            List<Holder> holders) {

        public OnAgents {
            examples = List.copyOf(examples);
            holders = List.copyOf(holders);
        }
    }

    /**
     * @param resources as in {@link OnAgents}
     * @param ms as in {@link OnAgents}, where the cause has such a time
     */
    public record Example(AgentId agentId, String hostname, Resources resources, OptionalLong ms) {}

    /**
     * Who has something on offer.
     *
     * @param offers how many it has there
     * @param oldestMs how old the oldest of them is
     */
    public record Holder(FrameworkId frameworkId, String role, int offers, long oldestMs) {}
}

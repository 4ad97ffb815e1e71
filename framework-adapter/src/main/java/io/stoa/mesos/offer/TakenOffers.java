package io.stoa.mesos.offer;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.resources.Resources;
import java.util.List;
import org.apache.mesos.v1.Protos.Offer;

/**
 * Offers that were accepted, all of one agent and one role, while what is claimed of them is under way.
 *
 * @param frameworkId who took them
 * @param agentId whose resources they hold
 * @param role the role they were made to
 * @param total everything they hold together, without allocation role
 * @param offers as they were made, in the order of the call; not empty
 */
public record TakenOffers(FrameworkId frameworkId, AgentId agentId, String role, Resources total, List<Offer> offers) {

    public TakenOffers {
        offers = List.copyOf(offers);
        if (offers.isEmpty()) {
            throw new IllegalArgumentException("offers: none (expected: at least one)");
        }
    }
}

package io.stoa.mesos.offer;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.resources.Resources;
import org.apache.mesos.v1.Protos.Offer;

/**
 * An offer in the book.
 *
 * @param offer as operators see it
 * @param resources what it holds, or, where it is optimistic, lets its framework have; without allocation role
 * @param madeAtMs monotonic
 */
record BookedOffer(
        Offer offer,
        FrameworkId frameworkId,
        AgentId agentId,
        String role,
        Resources resources,
        OfferMode mode,
        long madeAtMs) {

    String id() {
        return offer.getId().getValue();
    }

    BookedOffer less(Resources claimed) {
        return new BookedOffer(offer, frameworkId, agentId, role, resources.minus(claimed), mode, madeAtMs);
    }
}

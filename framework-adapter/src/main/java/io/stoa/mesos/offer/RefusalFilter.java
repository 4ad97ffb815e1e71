package io.stoa.mesos.offer;

import io.stoa.state.model.AgentId;
import io.stoa.state.resources.Resources;
import java.util.Comparator;

/**
 * A client does not want these resources of an agent, nor any part of them, for a while.
 *
 * @param expiresAtMs monotonic
 * @param number tells filters apart that expire together
 */
record RefusalFilter(Client client, AgentId agentId, Resources refused, long expiresAtMs, long number) {

    static final Comparator<RefusalFilter> BY_EXPIRY =
            Comparator.comparingLong(RefusalFilter::expiresAtMs).thenComparingLong(RefusalFilter::number);
}

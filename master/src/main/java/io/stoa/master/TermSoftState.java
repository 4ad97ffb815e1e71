package io.stoa.master;

import io.stoa.master.link.AgentLinks;
import io.stoa.master.operator.SoftState;
import io.stoa.mesos.Recovered;
import io.stoa.mesos.offer.DrfAllocator;
import io.stoa.mesos.scheduler.SchedulerApi;
import io.stoa.mesos.scheduler.Transport;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import java.util.Collection;
import java.util.Optional;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;

/** What operators see of a term's parts, beyond the state. */
public record TermSoftState(AgentLinks links, SchedulerApi scheduler, DrfAllocator allocator, Recovered recovered)
        implements SoftState {

    @Override
    public boolean isConnected(AgentId agentId) {
        return links.isConnected(agentId);
    }

    @Override
    public boolean isConnected(FrameworkId frameworkId) {
        return scheduler.isConnected(frameworkId);
    }

    @Override
    public boolean isActive(FrameworkId frameworkId) {
        return scheduler.isActive(frameworkId);
    }

    @Override
    public boolean isRecovered(AgentId agentId) {
        return recovered.contains(agentId);
    }

    @Override
    public boolean isRecovered(FrameworkId frameworkId) {
        return recovered.contains(frameworkId);
    }

    @Override
    public Optional<String> pid(FrameworkId frameworkId) {
        return scheduler.pid(frameworkId);
    }

    @Override
    public Optional<Transport> door(FrameworkId frameworkId) {
        return scheduler.transport(frameworkId);
    }

    @Override
    public OfferConstraints offerConstraints(FrameworkId frameworkId) {
        return scheduler.offerConstraints(frameworkId);
    }

    @Override
    public Collection<Offer> openOffers() {
        return allocator.openOffers();
    }
}

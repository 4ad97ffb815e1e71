package io.stoa.master.operator;

import io.stoa.mesos.scheduler.Transport;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import java.util.Collection;
import java.util.Optional;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;

/** What {@code /state} shows and the shared state does not hold. Safe for use by any thread; nothing blocks. */
public interface SoftState {

    /** True while the agent's link is open. */
    boolean isConnected(AgentId agentId);

    /** True while the framework's stream is open. */
    boolean isConnected(FrameworkId frameworkId);

    /** True while the framework's stream is open and it wants offers. */
    boolean isActive(FrameworkId frameworkId);

    /** True for an agent that this term began with and that has not come back yet. */
    boolean isRecovered(AgentId agentId);

    /** True for a framework that this term began with and that has not subscribed again yet. */
    boolean isRecovered(FrameworkId frameworkId);

    /** The pid of the framework's process, where it is, or was last, subscribed over libprocess. */
    Optional<String> pid(FrameworkId frameworkId);

    /** By which door the framework is connected; empty where its stream is not open. */
    Optional<Transport> door(FrameworkId frameworkId);

    /** The framework's constraints on offers while its stream is open. */
    OfferConstraints offerConstraints(FrameworkId frameworkId);

    Collection<Offer> openOffers();
}

package io.stoa.mesos.offer;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.resources.Resources;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.mesos.v1.Protos.Filters;
import org.apache.mesos.v1.Protos.OfferID;

/** Decides which framework is offered which agent's free resources. Safe for use by any thread; nothing blocks. */
public interface Allocator {

    /**
     * A framework has subscribed; it is offered what is free at once. If it was active before, that subscription's
     * offers are taken back without a word, since its stream is gone.
     */
    void activate(FrameworkId id, OfferWishes wishes, OfferSink sink);

    /** As {@link #activate}, of a scheduler that lives on: it hears that the offers it had are taken back. */
    void resume(FrameworkId id, OfferWishes wishes, OfferSink sink);

    /** The framework is to get nothing until it is activated again: its offers are rescinded, its filters forgotten. */
    void suspend(FrameworkId id);

    /**
     * A framework wants something else: offers to roles that are gone are rescinded; a role that is suppressed no more
     * loses its filters. What this makes possible is offered in the next cycle.
     *
     * @return is done when the sink has been told what is rescinded
     */
    CompletionStage<Void> update(FrameworkId id, OfferWishes wishes);

    /** The framework's stream is gone: its offers are taken back without a word, its filters forgotten. */
    void deactivate(FrameworkId id);

    /** The framework is gone for good. */
    void remove(FrameworkId id);

    /**
     * The framework wants offers again: filters of these roles are forgotten and what is free is offered at once.
     *
     * @param roles empty for all; those the framework is not in are ignored
     */
    void revive(FrameworkId id, Set<String> roles);

    /**
     * The framework wants no more offers in these roles; those it has stay valid.
     *
     * @param roles empty for all; those the framework is not in are ignored
     */
    void suppress(FrameworkId id, Set<String> roles);

    /** Gives offers back. Ids that are not, or no longer, offers of this framework are ignored. */
    void decline(FrameworkId id, List<OfferID> offerIds, Filters filters);

    /**
     * Takes offers out of the book, all of them or none, in order to claim what they hold: until {@link #settle} nobody
     * is offered their resources. If one cannot be taken, the others of this framework go back.
     */
    OfferTake take(FrameworkId id, List<OfferID> offerIds);

    /**
     * Ends what {@link #take} began, exactly once for each, when the commit has been decided and published.
     *
     * @param claimed the part that is not left, be it claimed or converted; the rest goes back, and what was converted
     *     is offered as what it is now
     * @param filters for the rest
     */
    void settle(TakenOffers taken, Resources claimed, Filters filters);

    /** The agent's link is open: what is free on it is offered at once. */
    void agentConnected(AgentId id);

    /** The agent's link is gone: its offers are rescinded, and there are no more until it is back. */
    void agentDisconnected(AgentId id);
}

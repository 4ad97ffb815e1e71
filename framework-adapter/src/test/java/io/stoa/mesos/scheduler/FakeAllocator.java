package io.stoa.mesos.scheduler;

import io.stoa.mesos.offer.Allocator;
import io.stoa.mesos.offer.OfferSink;
import io.stoa.mesos.offer.OfferTake;
import io.stoa.mesos.offer.OfferWishes;
import io.stoa.mesos.offer.TakenOffers;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.resources.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.Filters;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.Resource;

/** Offers what the test says, and keeps what it is told. */
public final class FakeAllocator implements Allocator {

    public final List<String> calls = new ArrayList<>();
    public final Map<FrameworkId, OfferSink> sinks = new HashMap<>();

    /** What {@link #update} returns. */
    public CompletableFuture<Void> updated = CompletableFuture.completedFuture(null);

    /** For how long what was left of the last accepted offers is refused. */
    public double refuseSeconds;

    private final Map<String, Offer> open = new HashMap<>();
    private int made;

    /** Makes an offer, whether the resources exist or not. */
    public String offer(FrameworkId framework, String agentId, String resources) {
        return offer(framework, agentId, "*", Resources.parse(resources));
    }

    public String offer(FrameworkId framework, String agentId, String role, Resources resources) {
        String id = "O" + made++;
        Offer offer = Offer.newBuilder()
                .setId(OfferID.newBuilder().setValue(id))
                .setFrameworkId(FrameworkID.newBuilder().setValue(framework.value()))
                .setAgentId(AgentID.newBuilder().setValue(agentId))
                .setHostname("localhost")
                .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole(role))
                .addAllResources(resources.toProto(role))
                .build();
        open.put(id, offer);
        OfferSink sink = sinks.get(framework);
        if (sink != null) {
            sink.offers(List.of(offer));
        }
        return id;
    }

    @Override
    public void activate(FrameworkId id, OfferWishes wishes, OfferSink sink) {
        sinks.put(id, sink);
        calls.add("activate " + id);
    }

    @Override
    public void resume(FrameworkId id, OfferWishes wishes, OfferSink sink) {
        sinks.put(id, sink);
        calls.add("resume " + id);
    }

    @Override
    public void suspend(FrameworkId id) {
        calls.add("suspend " + id);
    }

    @Override
    public CompletionStage<Void> update(FrameworkId id, OfferWishes wishes) {
        calls.add("update " + id + " " + wishes.info().getRolesList() + " " + wishes.suppressedRoles());
        return updated;
    }

    @Override
    public void deactivate(FrameworkId id) {
        sinks.remove(id);
        calls.add("deactivate " + id);
    }

    @Override
    public void remove(FrameworkId id) {
        calls.add("remove " + id);
    }

    @Override
    public void revive(FrameworkId id, Set<String> roles) {
        calls.add("revive " + id + " " + new TreeSet<>(roles));
    }

    @Override
    public void suppress(FrameworkId id, Set<String> roles) {
        calls.add("suppress " + id + " " + new TreeSet<>(roles));
    }

    @Override
    public void decline(FrameworkId id, List<OfferID> offerIds, Filters filters) {
        calls.add("decline " + id + " " + offerIds.size() + " " + filters.getRefuseSeconds());
    }

    @Override
    public OfferTake take(FrameworkId id, List<OfferID> offerIds) {
        List<Offer> offers = new ArrayList<>();
        for (OfferID offerId : offerIds) {
            Offer offer = open.remove(offerId.getValue());
            if (offer == null) {
                return new OfferTake.Invalid("Offer " + offerId.getValue() + " is no longer valid");
            }
            offers.add(offer);
        }
        Resources total = offers.stream()
                .map(offer -> Resources.of(offer.getResourcesList()))
                .reduce(Resources.EMPTY, Resources::plus);
        AgentId agentId = new AgentId(offers.get(0).getAgentId().getValue());
        String role = offers.get(0).getAllocationInfo().getRole();
        return new OfferTake.Taken(new TakenOffers(id, agentId, role, total, offers));
    }

    @Override
    public void settle(TakenOffers taken, Resources claimed, Filters filters) {
        calls.add("settle " + claimed);
        refuseSeconds = filters.getRefuseSeconds();
    }

    @Override
    public void agentConnected(AgentId id) {}

    @Override
    public void agentDisconnected(AgentId id) {}
}

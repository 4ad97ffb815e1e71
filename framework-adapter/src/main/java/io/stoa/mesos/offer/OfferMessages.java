package io.stoa.mesos.offer;

import io.stoa.state.model.Agent;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.resources.Resources;
import java.util.List;
import org.apache.mesos.v1.Protos.Address;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.AllocationInfo;
import org.apache.mesos.v1.Protos.URL;

/** Writes offers as Mesos does, in the form that the framework's capabilities ask for. */
final class OfferMessages {

    private static final String AGENT_PATH = "/slave(1)";

    private final String masterId;
    private long next;

    OfferMessages(String masterId) {
        this.masterId = masterId;
    }

    Offer write(ClusterSnapshot snapshot, Subscription subscription, String role, Agent agent, Resources resources) {
        Offer.Builder offer = Offer.newBuilder()
                .setId(OfferID.newBuilder().setValue(masterId + "-O" + next++))
                .setFrameworkId(subscription.info().getId())
                .setAgentId(AgentID.newBuilder().setValue(agent.id().value()))
                .setHostname(agent.info().getHostname())
                .setUrl(url(agent))
                .addAllAttributes(agent.info().getAttributesList())
                .addAllResources(resources(subscription, role, resources));
        if (agent.info().hasDomain()) {
            offer.setDomain(agent.info().getDomain());
        }
        if (subscription.isMultiRole()) {
            offer.setAllocationInfo(AllocationInfo.newBuilder().setRole(role));
        }
        snapshot.executorsOn(agent.id()).stream()
                .filter(executor -> executor.key().frameworkId().equals(subscription.id()))
                .map(executor -> ExecutorID.newBuilder()
                        .setValue(executor.key().executorId())
                        .build())
                .forEach(offer::addExecutorIds);
        return offer.build();
    }

    /** The offer as operators see it: with the role, whatever the framework knows of roles. */
    static Offer allocated(Offer offer, String role) {
        if (offer.hasAllocationInfo()) {
            return offer;
        }
        AllocationInfo allocation = AllocationInfo.newBuilder().setRole(role).build();
        Offer.Builder allocated = offer.toBuilder().setAllocationInfo(allocation);
        allocated.getResourcesBuilderList().forEach(resource -> resource.setAllocationInfo(allocation));
        return allocated.build();
    }

    private static URL url(Agent agent) {
        return URL.newBuilder()
                .setScheme("http")
                .setAddress(Address.newBuilder()
                        .setHostname(agent.info().getHostname())
                        .setIp(agent.ip())
                        .setPort(agent.port()))
                .setPath(AGENT_PATH)
                .build();
    }

    /** Frameworks that are not MULTI_ROLE know no allocation_info and may compare resources as a whole. */
    private static List<Resource> resources(Subscription subscription, String role, Resources resources) {
        Resources ordered = resources.unreservedScalarsLast();
        List<Resource> written = subscription.isMultiRole() ? ordered.toProto(role) : ordered.toProto();
        return written.stream()
                .map(subscription.refinesReservations() ? Resources::refined : OfferMessages::withOldReservation)
                .toList();
    }

    /** Frameworks that do not know refined reservations know none in {@code reservations}. */
    private static Resource withOldReservation(Resource resource) {
        return resource.getReservationsCount() == 0
                ? resource
                : resource.toBuilder().clearReservations().build();
    }
}

package io.stoa.mesos.offer;

import io.stoa.mesos.FrameworkRoles;
import io.stoa.mesos.constraint.OfferConstraintsFilter;
import io.stoa.mesos.constraint.RegexLimits;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.v1.Protos.Filters;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint.Predicate;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint.Selector;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;

/** A framework that remembers what it is offered. */
final class TestFramework implements OfferSink {

    private final Cluster cluster;
    private final FrameworkId id;
    private final Map<OfferID, Offer> offers = new LinkedHashMap<>();
    private final List<List<Offer>> events = new ArrayList<>();
    private final List<OfferID> rescinded = new ArrayList<>();
    private FrameworkInfo info;
    private OfferConstraintsFilter constraints = OfferConstraintsFilter.NONE;

    TestFramework(Cluster cluster, String name, String... roles) {
        this.cluster = cluster;
        id = new FrameworkId(name);
        info = FrameworkInfo.newBuilder()
                .setId(FrameworkID.newBuilder().setValue(name))
                .setUser("root")
                .setName(name)
                .addAllRoles(List.of(roles))
                .addCapabilities(Capability.newBuilder().setType(Capability.Type.MULTI_ROLE))
                .build();
    }

    /** Known to the cluster, but not there. */
    TestFramework admitted() {
        cluster.commit(new StateMutation.AdmitFramework(id, info, 0));
        return this;
    }

    TestFramework subscribed() {
        return subscribedSuppressing();
    }

    TestFramework subscribedSuppressing(String... roles) {
        admitted();
        offers.clear();
        cluster.allocator().activate(id, new OfferWishes(info, Set.of(roles), constraints), this);
        return this;
    }

    TestFramework that(java.util.function.UnaryOperator<FrameworkInfo.Builder> differs) {
        info = differs.apply(info.toBuilder()).build();
        return this;
    }

    TestFramework withConstraints(OfferConstraints wanted) {
        constraints = OfferConstraintsFilter.of(wanted, RegexLimits.DEFAULTS);
        return this;
    }

    TestFramework thatCan(Capability.Type type) {
        return that(builder -> builder.addCapabilities(Capability.newBuilder().setType(type)));
    }

    void updates(Set<String> suppressed) {
        cluster.allocator().update(id, new OfferWishes(info, suppressed, constraints));
    }

    /** Its offers are still with it. */
    void resumes() {
        cluster.allocator().resume(id, new OfferWishes(info, Set.of(), constraints), this);
    }

    void disconnects() {
        offers.clear();
        cluster.allocator().deactivate(id);
    }

    @Override
    public void offers(List<Offer> made) {
        events.add(made);
        made.forEach(offer -> offers.put(offer.getId(), offer));
    }

    @Override
    public void rescind(OfferID offerId) {
        rescinded.add(offerId);
        if (offers.remove(offerId) == null) {
            throw new AssertionError("rescinded, but not offered: " + offerId.getValue());
        }
    }

    FrameworkId id() {
        return id;
    }

    Set<String> roles() {
        return FrameworkRoles.of(info);
    }

    /** Those it may accept as far as it knows. */
    List<Offer> offers() {
        return List.copyOf(offers.values());
    }

    Offer onlyOffer() {
        if (offers.size() != 1) {
            throw new AssertionError("offers: " + offers.keySet() + " (expected: one)");
        }
        return offers().get(0);
    }

    /** Everything it was ever offered, by event. */
    List<List<Offer>> events() {
        return events;
    }

    List<OfferID> rescinded() {
        return rescinded;
    }

    void declines(Offer offer, double refuseSeconds) {
        offers.remove(offer.getId());
        cluster.allocator().decline(id, List.of(offer.getId()), refusing(refuseSeconds));
    }

    void declinesAll(double refuseSeconds) {
        offers().forEach(offer -> declines(offer, refuseSeconds));
    }

    void revives(String... roles) {
        cluster.allocator().revive(id, Set.of(roles));
    }

    void suppresses(String... roles) {
        cluster.allocator().suppress(id, Set.of(roles));
    }

    OfferTake takes(Offer... taken) {
        List<OfferID> ids = List.of(taken).stream().map(Offer::getId).toList();
        ids.forEach(offers::remove);
        return cluster.allocator().take(id, ids);
    }

    /** Takes, claims that much and settles. */
    TaskKey accepts(Offer offer, String resources, double refuseSeconds) {
        TakenOffers taken = taken(takes(offer));
        TaskKey task = cluster.claim(id, taken.agentId(), taken.role(), resources);
        cluster.allocator().settle(taken, Resources.parse(resources), refusing(refuseSeconds));
        return task;
    }

    static TakenOffers taken(OfferTake take) {
        if (take instanceof OfferTake.Taken taken) {
            return taken.offers();
        }
        throw new AssertionError(take);
    }

    static Filters refusing(double seconds) {
        return Filters.newBuilder().setRefuseSeconds(seconds).build();
    }

    static Resources held(Offer offer) {
        return Resources.of(offer.getResourcesList());
    }

    static AgentId agentOf(Offer offer) {
        return new AgentId(offer.getAgentId().getValue());
    }

    /** In role {@code r} only offers of that host. */
    static OfferConstraints onHost(String hostname) {
        return OfferConstraints.newBuilder()
                .putRoleConstraints(
                        "r",
                        OfferConstraints.RoleConstraints.newBuilder()
                                .addGroups(OfferConstraints.RoleConstraints.Group.newBuilder()
                                        .addAttributeConstraints(AttributeConstraint.newBuilder()
                                                .setSelector(Selector.newBuilder()
                                                        .setPseudoattributeType(Selector.PseudoattributeType.HOSTNAME))
                                                .setPredicate(Predicate.newBuilder()
                                                        .setTextEquals(Predicate.TextEquals.newBuilder()
                                                                .setValue(hostname)))))
                                .build())
                .build();
    }
}

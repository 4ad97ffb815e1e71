package io.stoa.mesos.offer;

import io.stoa.state.resources.ResourceQuantities;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A node of the tree that DRF divides the cluster along: a role with everything below it, the frameworks of one role
 * together, or a framework in a role. It has what they have been allocated and offered. Its order among its siblings is
 * that of DRF: who has the smaller dominant share comes first, of these who was offered something less often, of these
 * the name decides. While one is in a sorted collection it must not change: see {@link Ranking}.
 */
final class Share {

    static final Comparator<Share> DRF = Comparator.comparingDouble(Share::dominant)
            .thenComparingLong(s -> s.offers)
            .thenComparing(Share::name);

    private final String name;
    private final @Nullable Share parent;
    private final @Nullable Client client;
    private final @Nullable QuotaAccount quota;
    private double weight;
    private ResourceQuantities held = ResourceQuantities.EMPTY;
    private double dominant;
    private long offers;

    private Share(
            String name, @Nullable Share parent, double weight, @Nullable Client client, @Nullable QuotaAccount quota) {
        this.name = name;
        this.parent = parent;
        this.weight = weight;
        this.client = client;
        this.quota = quota;
    }

    static Share root() {
        return new Share("", null, 1, null, null);
    }

    /** @param quota of a role at the top; null for everything below */
    static Share of(String name, Share parent, double weight, @Nullable QuotaAccount quota) {
        return new Share(name, parent, weight, null, quota);
    }

    static Share of(Client client, Share parent) {
        return new Share(client.frameworkId().value(), parent, 1, client, null);
    }

    /** Unique among its siblings; a role's is its path. */
    String name() {
        return name;
    }

    /** Null for the root. */
    @Nullable
    Share parent() {
        return parent;
    }

    /** Null for everything but a framework in a role. */
    @Nullable
    Client client() {
        return client;
    }

    /** Null for everything but a role at the top. */
    @Nullable
    QuotaAccount quota() {
        return quota;
    }

    /** The largest of its parts of the cluster's scalars, 0 to 1, divided by the weight. */
    double dominant() {
        return dominant;
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    void setWeight(double newWeight) {
        weight = newWeight;
    }

    void countOffer() {
        offers++;
    }

    /** @param sign 1 adds the quantities, -1 takes them away */
    void add(ResourceQuantities quantities, int sign, ResourceQuantities cluster) {
        held = sign > 0 ? held.plus(quantities) : held.minus(quantities);
        measure(cluster);
    }

    void measure(ResourceQuantities cluster) {
        dominant = held.dominantShare(cluster) / weight;
    }

    @Override
    public String toString() {
        return held.toString();
    }
}

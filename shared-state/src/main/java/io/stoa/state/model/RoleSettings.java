package io.stoa.state.model;

import io.stoa.state.resources.ResourceQuantities;
import io.vavr.collection.TreeMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What operators have said of roles: immutable, a change shares all but a few nodes with what was before. */
public final class RoleSettings {

    public static final RoleSettings EMPTY = new RoleSettings(TreeMap.empty(), TreeMap.empty());

    private static final double DEFAULT_WEIGHT = 1.0;

    private final TreeMap<String, Double> weights;
    private final TreeMap<String, Quota> quotas;

    private RoleSettings(TreeMap<String, Double> weights, TreeMap<String, Quota> quotas) {
        this.weights = weights;
        this.quotas = quotas;
    }

    /** Those about which something is said. */
    public SortedSet<String> roles() {
        SortedSet<String> roles = new TreeSet<>(weights.toJavaMap().keySet());
        roles.addAll(quotas.toJavaMap().keySet());
        return roles;
    }

    /** The role's share in the division of what its parent has, compared with its siblings; 1 where nothing is said. */
    public double weight(String role) {
        return weights.getOrElse(role, DEFAULT_WEIGHT);
    }

    /** The weights that were set, by role; a copy. */
    public SortedMap<String, Double> weights() {
        return weights.toJavaMap();
    }

    public boolean hasWeight(String role) {
        return weights.containsKey(role);
    }

    /** {@link Quota#NONE} where nothing is said. */
    public Quota quota(String role) {
        return quotas.getOrElse(role, Quota.NONE);
    }

    /** True where something is said, and be it {@link Quota#NONE}. */
    public boolean hasQuota(String role) {
        return quotas.containsKey(role);
    }

    public boolean hasQuotas() {
        return !quotas.isEmpty();
    }

    /** The quotas that were set, by role; a copy. */
    public SortedMap<String, Quota> quotas() {
        return quotas.toJavaMap();
    }

    /** The sum of what all roles are promised; only roles at the top have guarantees. */
    public ResourceQuantities guarantees() {
        return quotas.values().map(Quota::guarantees).fold(ResourceQuantities.EMPTY, ResourceQuantities::plus);
    }

    /** These settings with other weights; those of roles that are not named stay. */
    public RoleSettings withWeights(Map<String, Double> changed) {
        TreeMap<String, Double> all = weights;
        for (Map.Entry<String, Double> weight : changed.entrySet()) {
            all = all.put(weight.getKey(), weight.getValue());
        }
        return new RoleSettings(all, quotas);
    }

    /** @param quota empty removes the role's quota */
    public RoleSettings withQuota(String role, Optional<Quota> quota) {
        return new RoleSettings(weights, quota.map(set -> quotas.put(role, set)).orElseGet(() -> quotas.remove(role)));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof RoleSettings settings
                        && weights.equals(settings.weights)
                        && quotas.equals(settings.quotas));
    }

    @Override
    public int hashCode() {
        return 31 * weights.hashCode() + quotas.hashCode();
    }

    @Override
    public String toString() {
        return "weights " + weights() + ", quotas " + quotas();
    }
}

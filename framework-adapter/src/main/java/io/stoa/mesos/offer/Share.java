package io.stoa.mesos.offer;

import io.stoa.state.resources.Resources;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * What a role, or a framework in a role, has of the cluster, claimed and on offer together. Its order is that of DRF:
 * who has the smaller dominant share comes first, of these who was offered something less often, of these the name
 * decides. While one is a key of a sorted collection it must not change: see {@link FairShares}.
 */
final class Share {

    static final Comparator<Share> DRF = Comparator.comparingDouble(Share::dominant)
            .thenComparingLong(s -> s.offers)
            .thenComparing(Share::name);

    private final String name;
    private final double weight;
    private final Map<String, Long> milliByScalar = new HashMap<>();
    private double dominant;
    private long offers;

    Share(String name, double weight) {
        this.name = name;
        this.weight = weight;
    }

    String name() {
        return name;
    }

    /** The largest of its parts of the cluster's scalars, 0 to 1, divided by the weight. */
    double dominant() {
        return dominant;
    }

    boolean isEmpty() {
        return milliByScalar.isEmpty();
    }

    void countOffer() {
        offers++;
    }

    /** @param sign 1 adds the resources, -1 takes them away */
    void add(Resources resources, int sign, Map<String, Long> clusterMilli) {
        for (String scalar : clusterMilli.keySet()) {
            long milli = sign * resources.scalarMilli(scalar);
            if (milli != 0) {
                milliByScalar.merge(scalar, milli, (a, b) -> a + b == 0 ? null : a + b);
            }
        }
        measure(clusterMilli);
    }

    void measure(Map<String, Long> clusterMilli) {
        dominant = 0;
        milliByScalar.forEach((scalar, milli) -> {
            long total = clusterMilli.getOrDefault(scalar, 0L);
            if (total > 0) {
                dominant = Math.max(dominant, (double) milli / total / weight);
            }
        });
    }
}

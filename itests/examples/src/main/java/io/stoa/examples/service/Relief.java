package io.stoa.examples.service;

import io.stoa.client.resources.Demand;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * Who has to go where a host is busier than it should be, by what was measured, whatever was claimed: the least
 * important instance there, of these the one that uses most; but only where somebody more important is relieved of it,
 * and where another host has room for it and would not be too busy with it.
 *
 * @param victim is to find another place
 */
record Relief(Site site, Instance victim) {

    /**
     * For one host.
     *
     * @param services by name
     */
    static Optional<Relief> find(Site site, Pool pool, Map<String, Service> services) {
        if (!site.isHot(pool.hotLimit())) {
            return Optional.empty();
        }
        int most = site.instances().stream()
                .mapToInt(instance -> priority(instance, services))
                .max()
                .orElse(Integer.MIN_VALUE);
        return site.instances().stream()
                .filter(instance -> services.containsKey(instance.id().name()))
                .filter(instance -> priority(instance, services) < most)
                .filter(instance -> site.cpusOf(instance) > 0)
                .min(Comparator.comparingInt((Instance instance) -> priority(instance, services))
                        .thenComparingDouble(instance -> -site.cpusOf(instance))
                        .thenComparing(Instance::id))
                .filter(instance -> hasPlaceElsewhere(instance, site, pool, services))
                .map(instance -> new Relief(site, instance));
    }

    private static boolean hasPlaceElsewhere(Instance instance, Site from, Pool pool, Map<String, Service> services) {
        Service service = services.get(instance.id().name());
        if (service == null) {
            return false;
        }
        Demand demand = service.program().demand();
        double cpus = from.cpusOf(instance);
        return pool.sites().stream()
                .filter(site -> site != from && !site.wouldBeHot(pool.hotLimit(), cpus))
                .anyMatch(site -> site.choose(pool.role(), demand).isPresent());
    }

    private static int priority(Instance instance, Map<String, Service> services) {
        Service service = services.get(instance.id().name());
        return service == null ? Integer.MIN_VALUE : service.priority();
    }
}

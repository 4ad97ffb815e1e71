package io.stoa.examples.service;

import io.stoa.client.resources.Demand;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The hosts while a plan is made, and how a service is spread over them.
 *
 * <p>A host that is too busy comes last. Then counts, in this order: few instances of the service in the zone, few on
 * the host, little use as measured. Each search looks at every host.
 */
final class Pool {

    private final String role;
    private final double hotLimit;
    private final Map<String, Site> sites = new LinkedHashMap<>();

    /** @param hotLimit the part of a host's cpus or memory from which on it is too busy */
    Pool(String role, double hotLimit, Collection<Site> sites) {
        this.role = role;
        this.hotLimit = hotLimit;
        sites.forEach(site -> this.sites.put(site.agentId(), site));
    }

    String role() {
        return role;
    }

    double hotLimit() {
        return hotLimit;
    }

    /** Empty: nothing can be claimed there. */
    Optional<Site> site(String agentId) {
        return Optional.ofNullable(sites.get(agentId));
    }

    List<Site> sites() {
        return List.copyOf(sites.values());
    }

    /** The better place first. */
    Comparator<Site> order(Service service) {
        Map<String, Integer> byZone = countByZone(service);
        return Comparator.comparing((Site site) -> site.isHot(hotLimit))
                .thenComparingInt(site -> byZone.getOrDefault(site.zone(), 0))
                .thenComparingInt(site -> site.count(service.name()))
                .thenComparingDouble(Site::use)
                .thenComparing(Site::agentId);
    }

    Map<String, Integer> countByZone(Service service) {
        Map<String, Integer> byZone = new HashMap<>();
        sites.values().forEach(site -> byZone.merge(site.zone(), site.count(service.name()), Integer::sum));
        return byZone;
    }

    /** Where an instance is best placed among the hosts that have room for it now. */
    Optional<Site> best(Service service) {
        Demand demand = service.program().demand();
        return sites.values().stream()
                .filter(site -> site.choose(role, demand).isPresent())
                .min(order(service));
    }
}

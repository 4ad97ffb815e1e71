package io.stoa.examples.service;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * Who is to find another place since a service is spread unevenly: a zone, or a host of the same zone, has two more
 * than one with room has. That is so when hosts have come, or have come back.
 */
record Move(Site from, Instance instance) {

    /** For one service. */
    static Optional<Move> find(Service service, Pool pool) {
        Optional<Site> best = pool.best(service);
        if (best.isEmpty()) {
            return Optional.empty();
        }
        Site to = best.get();
        Map<String, Integer> byZone = pool.countByZone(service);
        return pool.sites().stream()
                .filter(site -> isCrowded(site, to, service, byZone))
                .max(Comparator.comparingInt((Site site) -> byZone.getOrDefault(site.zone(), 0))
                        .thenComparingInt(site -> site.count(service.name())))
                .flatMap(site -> lastOf(service, site))
                // What is not measured yet may make the other host too busy, and would have to come back.
                .filter(move -> move.from.isMeasured() && to.isMeasured())
                .filter(move -> !to.wouldBeHot(pool.hotLimit(), move.from.cpusOf(move.instance)));
    }

    private static boolean isCrowded(Site site, Site to, Service service, Map<String, Integer> byZone) {
        if (site.count(service.name()) == 0) {
            return false;
        }
        return site.zone().equals(to.zone())
                ? site.count(service.name()) - to.count(service.name()) >= 2
                : byZone.getOrDefault(site.zone(), 0) - byZone.getOrDefault(to.zone(), 0) >= 2;
    }

    private static Optional<Move> lastOf(Service service, Site site) {
        return site.instances().stream()
                .filter(instance -> instance.id().name().equals(service.name()))
                .max(Comparator.comparing(Instance::id))
                .map(instance -> new Move(site, instance));
    }
}

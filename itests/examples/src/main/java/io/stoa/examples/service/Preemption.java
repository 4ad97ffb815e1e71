package io.stoa.examples.service;

import io.stoa.client.resources.Demand;
import io.stoa.client.resources.Resources;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who has to go for an instance that finds no room: on one host, only less important ones, as few and as unimportant as
 * possible. Of hosts where the same would have to go, the better place counts.
 *
 * @param site whose room is to be held for the instance until they have ended
 * @param victims none where enough will be free already
 * @param resources which of the host's the instance waits for
 */
record Preemption(Site site, List<Instance> victims, Resources resources) {

    Preemption {
        victims = List.copyOf(victims);
    }

    /** @param priorities by name of service; who is not in there is the least important */
    static Optional<Preemption> find(Pool pool, Service service, Map<String, Integer> priorities) {
        List<Preemption> possible = new ArrayList<>();
        for (Site site : pool.sites()) {
            at(site, pool.role(), service, priorities).ifPresent(possible::add);
        }
        Comparator<Preemption> least = Comparator.comparingInt(
                        (Preemption one) -> highestPriority(one.victims, priorities))
                .thenComparingInt(one -> one.victims.size())
                .thenComparing(Preemption::site, pool.order(service));
        return possible.stream().min(least);
    }

    private static int highestPriority(List<Instance> victims, Map<String, Integer> priorities) {
        return victims.stream()
                .mapToInt(victim -> priority(victim, priorities))
                .max()
                .orElse(Integer.MIN_VALUE);
    }

    private static int priority(Instance instance, Map<String, Integer> priorities) {
        return priorities.getOrDefault(instance.id().name(), Integer.MIN_VALUE);
    }

    private static Optional<Preemption> at(Site site, String role, Service service, Map<String, Integer> priorities) {
        Demand demand = service.program().demand();
        List<Instance> lessImportant = site.instances().stream()
                .filter(instance -> priority(instance, priorities) < service.priority())
                .sorted(Comparator.comparingInt((Instance instance) -> priority(instance, priorities))
                        .thenComparingDouble(instance -> -site.cpusOf(instance))
                        .thenComparing(Instance::id))
                .toList();
        List<Instance> victims = new ArrayList<>();
        Resources givenUp = Resources.EMPTY;
        Optional<Resources> chosen = site.chooseLater(role, demand, givenUp);
        for (Instance next : lessImportant) {
            if (chosen.isEmpty()) {
                victims.add(next);
                givenUp = givenUp.plus(next.held());
                chosen = site.chooseLater(role, demand, givenUp);
            }
        }
        return chosen.map(resources -> new Preemption(site, victims, resources));
    }
}

package io.stoa.examples.service;

import io.stoa.client.resources.Resources;
import io.stoa.examples.service.Plan.Reason;
import io.stoa.examples.service.Plan.Start;
import io.stoa.examples.service.Plan.Stop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.TaskState;

/**
 * Decides what to start and what to stop, of what is known at a moment. Pure: the same facts give the same plan,
 * whichever instance of the scheduler makes it.
 *
 * <p>The most important instances choose first. Who finds no room has less important ones killed, and what it waits for
 * is held for it; it is claimed by a later plan, when the view shows that it is free. Where everything has a place,
 * hosts that are too busy are relieved, and in the end uneven services are moved, one instance at a time.
 */
final class Planner {

    private final Map<String, Service> services = new TreeMap<>();
    private final Map<String, Integer> priorities = new HashMap<>();
    private final Pool pool;
    private final List<Start> starts = new ArrayList<>();
    private final List<Stop> stops = new ArrayList<>();
    private boolean somebodyLeaves;

    private Planner(List<Service> services, Pool pool) {
        services.forEach(service -> {
            this.services.put(service.name(), service);
            priorities.put(service.name(), service.priority());
        });
        this.pool = pool;
    }

    /**
     * @param leaving ids of tasks that were told to end, beside those that the view shows to be ending
     * @param pool the hosts, without instances
     */
    static Plan plan(List<Service> services, Fleet fleet, Set<String> leaving, Pool pool, long nowMs) {
        Planner planner = new Planner(services, pool);
        planner.settleIn(fleet, leaving);
        planner.place(fleet, nowMs);
        if (planner.isCalm()) {
            planner.relieve();
        }
        if (planner.isCalm()) {
            planner.even(fleet);
        }
        return new Plan(planner.starts, planner.stops);
    }

    private void settleIn(Fleet fleet, Set<String> leaving) {
        for (Instance instance : fleet.present()) {
            if (instance.isLeaving() || leaving.contains(instance.id().toString())) {
                leave(instance);
            } else {
                pool.site(instance.agentId()).ifPresent(site -> site.add(instance));
            }
        }
        for (Instance instance : fleet.surplus()) {
            leave(instance);
            if (!instance.isLeaving() && !leaving.contains(instance.id().toString())) {
                stops.add(new Stop(instance, Reason.SURPLUS));
            }
        }
    }

    private void leave(Instance instance) {
        somebodyLeaves = true;
        pool.site(instance.agentId()).ifPresent(site -> site.leaves(instance.held()));
    }

    // region place
    private void place(Fleet fleet, long nowMs) {
        for (Missing missing : fleet.missing()) {
            if (missing.notBeforeMs() > nowMs) {
                continue;
            }
            Optional<Site> best = pool.best(missing.service());
            if (best.isPresent()) {
                start(missing, best.get());
            } else {
                Preemption.find(pool, missing.service(), priorities)
                        .ifPresent(preemption -> preempt(missing, preemption));
            }
        }
    }
    // endregion

    private void start(Missing missing, Site site) {
        Resources resources =
                site.choose(pool.role(), missing.service().program().demand()).orElseThrow();
        site.take(missing.service().name(), resources);
        starts.add(new Start(missing, site.agentId(), resources));
    }

    private void preempt(Missing missing, Preemption preemption) {
        for (Instance victim : preemption.victims()) {
            preemption.site().evict(victim);
            stops.add(new Stop(victim, Reason.PREEMPTED));
        }
        preemption.site().hold(missing.service().name(), preemption.resources());
    }

    /** Nothing is about to change: what is seen now is what was decided before. */
    private boolean isCalm() {
        return starts.isEmpty() && stops.isEmpty() && !somebodyLeaves;
    }

    private void relieve() {
        for (Site site : pool.sites()) {
            Relief.find(site, pool, services).ifPresent(relief -> stops.add(new Stop(relief.victim(), Reason.RELIEF)));
        }
    }

    /** Only of services of which every instance runs: no two are away for it at the same time. */
    private void even(Fleet fleet) {
        Set<String> settling = new HashSet<>();
        fleet.missing().forEach(missing -> settling.add(missing.service().name()));
        fleet.present().stream()
                .filter(instance -> instance.state() != TaskState.TASK_RUNNING)
                .forEach(instance -> settling.add(instance.id().name()));
        services.values().stream()
                .filter(service -> !settling.contains(service.name()))
                .flatMap(service -> Move.find(service, pool).stream())
                .findFirst()
                .ifPresent(move -> stops.add(new Stop(move.instance(), Reason.SPREAD)));
    }
}

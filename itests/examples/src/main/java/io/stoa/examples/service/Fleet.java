package io.stoa.examples.service;

import io.stoa.examples.States;
import io.stoa.examples.WorkId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * What should run, held against what does.
 *
 * @param present one alive try of each instance that has any
 * @param missing the most important first
 * @param surplus alive, and nobody wants them: the service wants fewer or is gone, or their host was away, was replaced
 *     and came back
 * @param settled ends that nobody has to know of any more: there is a newer try, or none is wanted; and those on agents
 *     that drain, which wait for it. The others stay unacknowledged, so that who takes over knows of the failure and
 *     when it was
 */
record Fleet(List<Instance> present, List<Missing> missing, List<Instance> surplus, List<TaskStatus> settled) {

    private static final Comparator<Missing> IMPORTANT_FIRST =
            Comparator.comparingInt((Missing one) -> -one.service().priority()).thenComparing(Missing::id);

    /** What runs comes first, then what is newer. */
    private static final Comparator<Instance> BEST_FIRST = Comparator.comparing(
                    (Instance one) -> one.state() != TaskState.TASK_RUNNING)
            .thenComparing(one -> -one.id().attempt());

    Fleet {
        present = List.copyOf(present);
        missing = List.copyOf(missing);
        surplus = List.copyOf(surplus);
        settled = List.copyOf(settled);
    }

    /**
     * @param tries all that the cluster knows of
     * @param draining ids of agents
     */
    static Fleet of(
            List<Service> services, Collection<Instance> tries, Set<String> draining, RestartDelay delay, long nowMs) {
        Map<WorkId, List<Instance>> byInstance = new HashMap<>();
        tries.forEach(one -> byInstance
                .computeIfAbsent(one.id().first(), first -> new ArrayList<>())
                .add(one));
        Comparing comparing = new Comparing(draining, delay, nowMs);
        for (Service service : services) {
            for (int number = 0; number < service.instances(); number++) {
                WorkId first = new WorkId(service.name(), number, 0);
                List<Instance> its = byInstance.remove(first);
                comparing.wanted(service, first, its == null ? List.of() : its);
            }
        }
        byInstance.values().forEach(comparing::unwanted);
        comparing.missing.sort(IMPORTANT_FIRST);
        return new Fleet(comparing.present, comparing.missing, comparing.surplus, comparing.settled);
    }

    private static final class Comparing {

        private final Set<String> draining;
        private final RestartDelay delay;
        private final long nowMs;
        private final List<Instance> present = new ArrayList<>();
        private final List<Missing> missing = new ArrayList<>();
        private final List<Instance> surplus = new ArrayList<>();
        private final List<TaskStatus> settled = new ArrayList<>();

        private Comparing(Set<String> draining, RestartDelay delay, long nowMs) {
            this.draining = draining;
            this.delay = delay;
            this.nowMs = nowMs;
        }

        private void wanted(Service service, WorkId first, List<Instance> tries) {
            List<Instance> alive =
                    tries.stream().filter(Instance::isAlive).sorted(BEST_FIRST).toList();
            if (!alive.isEmpty()) {
                present.add(alive.get(0));
                surplus.addAll(alive.subList(1, alive.size()));
                tries.forEach(this::settle);
                return;
            }
            if (tries.isEmpty()) {
                missing.add(new Missing(service, first, 0, 0));
                return;
            }
            Instance last =
                    tries.stream().max(Comparator.comparing(Instance::id)).orElseThrow();
            missing.add(
                    new Missing(service, last.id().next(), delay.failuresAfter(last), delay.notBeforeMs(last, nowMs)));
            tries.stream()
                    .filter(one -> !one.id().equals(last.id()) || draining.contains(one.agentId()))
                    .forEach(this::settle);
        }

        private void unwanted(List<Instance> tries) {
            tries.stream().filter(Instance::isAlive).forEach(surplus::add);
            tries.forEach(this::settle);
        }

        private void settle(Instance one) {
            if (States.isEnd(one.state())) {
                one.status().ifPresent(settled::add);
            }
        }
    }
}

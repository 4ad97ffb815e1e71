package io.stoa.examples.service;

import io.stoa.client.resources.Demand;
import io.stoa.client.resources.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A host while a plan is made: what is planned to be claimed there is taken already. */
final class Site {

    private final String agentId;
    private final String zone;
    private final Resources total;
    private final Optional<Usage> usage;
    private final Map<String, Integer> counts = new HashMap<>();
    private final List<Instance> instances = new ArrayList<>();
    private Resources free;
    /** What instances hold that are told to end: free soon. */
    private Resources leaving = Resources.EMPTY;

    /**
     * @param zone over which is spread
     * @param free what can be claimed now
     * @param usage missing where it was not measured yet
     */
    Site(String agentId, String zone, Resources free, Resources total, Optional<Usage> usage) {
        this.agentId = agentId;
        this.zone = zone;
        this.free = free;
        this.total = total;
        this.usage = usage;
    }

    String agentId() {
        return agentId;
    }

    String zone() {
        return zone;
    }

    /** Those that run here and are to stay. */
    List<Instance> instances() {
        return List.copyOf(instances);
    }

    /** How many instances of a service are here, or will be. */
    int count(String service) {
        return counts.getOrDefault(service, 0);
    }

    void add(Instance instance) {
        instances.add(instance);
        counts.merge(instance.id().name(), 1, Integer::sum);
    }

    /** An instance that is told to end holds what it has until then. */
    void leaves(Resources held) {
        leaving = leaving.plus(held);
    }

    /** An instance that was to stay is told to end. */
    void evict(Instance instance) {
        instances.remove(instance);
        counts.merge(instance.id().name(), -1, Integer::sum);
        leaves(instance.held());
    }

    /** Which resources a task would get here; empty where there is not enough. */
    Optional<Resources> choose(String role, Demand demand) {
        return free.choose(role, demand);
    }

    /** As {@link #choose}, of what is free, or will be, and of what others would have to give up besides. */
    Optional<Resources> chooseLater(String role, Demand demand, Resources givenUp) {
        return free.plus(leaving).plus(givenUp).choose(role, demand);
    }

    /** An instance will be here. */
    void take(String service, Resources resources) {
        free = free.minus(resources);
        counts.merge(service, 1, Integer::sum);
    }

    /** An instance will be here when enough is free, and nobody less important gets what it waits for. */
    void hold(String service, Resources resources) {
        counts.merge(service, 1, Integer::sum);
        Resources notYetFree = resources.minus(free);
        free = free.minus(resources);
        leaving = leaving.minus(notYetFree);
    }

    /**
     * How busy it is, from 0: the part of its cpus or its memory that is used, of whichever it is more. Where nothing
     * was measured yet, the part that is claimed.
     */
    double use() {
        return usage.map(measured -> Math.max(share(measured.cpus(), "cpus"), share(measured.memMb(), "mem")))
                .orElseGet(() -> Math.max(claimed("cpus"), claimed("mem")));
    }

    private double claimed(String name) {
        return share(total.scalar(name) - free.scalar(name), name);
    }

    private double share(double amount, String name) {
        double all = total.scalar(name);
        return all > 0 ? amount / all : 0;
    }

    boolean isMeasured() {
        return usage.isPresent();
    }

    /** Whether it was measured to be busier than it should be. */
    boolean isHot(double limit) {
        return usage.isPresent() && use() >= limit;
    }

    /** Whether it would be too busy with something that uses so much. */
    boolean wouldBeHot(double limit, double moreCpus) {
        return use() + share(moreCpus, "cpus") >= limit;
    }

    /** As measured. */
    double cpusOf(Instance instance) {
        return usage.map(measured -> measured.cpusOf(instance.id().toString())).orElse(0.0);
    }
}

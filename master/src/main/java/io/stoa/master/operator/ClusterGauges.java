package io.stoa.master.operator;

import io.stoa.metrics.MasterCounts;
import io.stoa.proto.mesos.TaskStates;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Operation;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Roles;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskState;

/**
 * The figures of what is there now. On the operators' thread; costs what has changed since they were asked for last.
 */
final class ClusterGauges {

    private static final List<String> RESOURCES = List.of("cpus", "mem", "disk", "gpus");
    /** Operations are done as soon as they are known: none is ever in one of these states. */
    private static final List<String> PASSED_OPERATION_STATES = List.of("pending", "recovering", "unreachable");

    private final Map<String, Double> figures;
    private final ClusterView view;
    private final ClusterSums sums;

    /** @param figures where they are added, by name */
    ClusterGauges(OperatorContext context, Map<String, Double> figures) {
        this.figures = figures;
        view = new ClusterView(context);
        sums = context.sums(view);
    }

    void add() {
        tasks();
        agents();
        frameworks();
        operations();
        RESOURCES.forEach(this::resource);
        quotas();
    }

    /** What a master shows that does not lead. */
    static void addNone(Map<String, Double> figures) {
        for (TaskState state : TaskState.values()) {
            if (isPresent(state)) {
                figures.put(MasterCounts.figure(state), 0.0);
            }
        }
        for (String name : RESOURCES) {
            for (String of : List.of("total", "used", "percent")) {
                figures.put("master/" + name + "_" + of, 0.0);
                figures.put("master/" + name + "_revocable_" + of, 0.0);
            }
        }
    }

    /** States that end a task are counted as they come; the others by who is in them. */
    private void tasks() {
        for (TaskState state : TaskState.values()) {
            if (isPresent(state)) {
                put(MasterCounts.figure(state), view.tally().all(state));
            }
        }
    }

    private static boolean isPresent(TaskState state) {
        return !TaskStates.isTerminal(state) && state != TaskState.TASK_UNKNOWN;
    }

    private void agents() {
        int there = view.registered().size() - view.recovered().size();
        put("master/slaves_active", sums.active());
        put("master/slaves_connected", sums.connected());
        put("master/slaves_inactive", there - sums.active());
        put("master/slaves_disconnected", there - sums.connected());
        put("master/slaves_unreachable", view.unreachable());
        put("master/outstanding_offers", view.soft().openOffers().size());
    }

    private void frameworks() {
        int all = view.frameworks().size();
        int active = count(view.soft()::isActive);
        int connected = count(view.soft()::isConnected);
        put("master/frameworks_active", active);
        put("master/frameworks_connected", connected);
        put("master/frameworks_inactive", all - active);
        put("master/frameworks_disconnected", all - connected);
    }

    private int count(Predicate<FrameworkId> which) {
        return (int) view.frameworks().stream().map(Framework::id).filter(which).count();
    }

    /** Those that wait for an acknowledgement. */
    private void operations() {
        List<Offer.Operation.Type> known = new ArrayList<>();
        for (Framework framework : view.frameworks()) {
            for (Operation operation : view.snapshot().operationsOf(framework.id())) {
                known.add(operation.info().getType());
            }
        }
        put("master/operations/total", known.size());
        for (String state : PASSED_OPERATION_STATES) {
            put("master/operations/" + state, 0);
        }
        for (Offer.Operation.Type type : MasterCounts.OPERATIONS) {
            String prefix = "master/operations/" + MasterCounts.name(type) + "/";
            put(prefix + "total", Collections.frequency(known, type));
            for (String state : PASSED_OPERATION_STATES) {
                put(prefix + state, 0);
            }
        }
    }

    private void resource(String name) {
        long total = sums.total().milli(name);
        long used = sums.claimed().milli(name);
        long offered = sums.offered().values().stream()
                .mapToLong(amount -> amount.milli(name))
                .sum();
        put("master/" + name + "_total", total / 1000.0);
        put("master/" + name + "_used", used / 1000.0);
        put("master/" + name + "_percent", total == 0 ? 0.0 : (double) used / total);
        // There are no revocable resources here, but there are dashboards that ask for them.
        for (String of : List.of("total", "used", "percent")) {
            put("master/" + name + "_revocable_" + of, 0);
        }
        put("allocator/mesos/resources/" + name + "/total", total / 1000.0);
        put("allocator/mesos/resources/" + name + "/offered_or_allocated", (used + offered) / 1000.0);
    }

    private void quotas() {
        ResourceQuantities all = ResourceQuantities.EMPTY;
        for (RoleAccounts.Account account : RoleAccounts.of(view, sums)) {
            ResourceQuantities consumed = account.usage().consumed();
            consumed(account.role(), consumed);
            all = Roles.isTopLevel(account.role()) ? all.plus(consumed) : all;
            Map<String, Long> guarantees = account.quota().guarantees().toMap();
            Map<String, Long> limits = account.quota().limits().milliByName();
            guarantees.forEach((name, milli) -> quota(account.role(), name, "guarantee", milli));
            limits.forEach((name, milli) -> quota(account.role(), name, "limit", milli));
            ResourceQuantities given = account.usage().allocated().plus(account.offered());
            TreeSet<String> names = new TreeSet<>(guarantees.keySet());
            names.addAll(limits.keySet());
            names.forEach(name -> quota(account.role(), name, "offered_or_allocated", given.milli(name)));
        }
        consumed("", all);
    }

    private void consumed(String role, ResourceQuantities consumed) {
        for (String name : RESOURCES) {
            if (consumed.milli(name) > 0) {
                quota(role, name, "consumed", consumed.milli(name));
            }
        }
    }

    private void quota(String role, String resource, String what, long milli) {
        put("allocator/mesos/quota/roles/" + role + "/resources/" + resource + "/" + what, milli / 1000.0);
    }

    private void put(String name, double value) {
        figures.put(name, value);
    }
}

package io.stoa.master.operator;

import io.stoa.state.model.Executor;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.mesos.v1.Protos.Offer;

/** What registered agents have, and who has it: by role, what is below a role not included. */
public final class ClusterSums {

    /** Only added up, by agents in the order of the snapshot. */
    static final PrintedArray.Kind<ShownAgent, ClusterSums> OF_AGENTS = new PrintedArray.Kind<>(
            shown -> shown.agent().id(), ShownAgent::isSame, (shown, out) -> {}, ClusterSums::of);

    private final Map<String, ResourceQuantities> allocated = new HashMap<>();
    private final Map<String, ResourceQuantities> reserved = new HashMap<>();
    private final Map<String, ResourceQuantities> reservedAndHeld = new HashMap<>();
    private final Map<String, ResourceQuantities> offered = new HashMap<>();
    private final Map<String, Set<FrameworkId>> holders = new HashMap<>();
    private int connected;
    private int active;
    private ResourceQuantities total = ResourceQuantities.EMPTY;
    private ResourceQuantities claimed = ResourceQuantities.EMPTY;

    private static ClusterSums of(List<ShownAgent> agents) {
        ClusterSums sums = new ClusterSums();
        agents.forEach(sums::add);
        return sums;
    }

    private void add(ShownAgent shown) {
        connected += shown.connected() ? 1 : 0;
        active += shown.active() ? 1 : 0;
        total = total.plus(shown.agent().total().quantities());
        claimed = claimed.plus(shown.agent().claimed().quantities());
        shown.agent().total().reservations().forEach((role, amount) -> add(reserved, role, amount.quantities()));
        shown.agent()
                .claimed()
                .reservations()
                .forEach((role, amount) -> add(reservedAndHeld, role, amount.quantities()));
        for (Task task : shown.snapshot().tasksOn(shown.agent().id())) {
            if (!task.isTerminal()) {
                allocate(task.role(), task.resources(), task.key().frameworkId());
            }
        }
        for (Executor executor : shown.snapshot().executorsOn(shown.agent().id())) {
            allocate(executor.role(), executor.resources(), executor.key().frameworkId());
        }
        for (Offer offer : shown.offers()) {
            add(
                    offered,
                    offer.getAllocationInfo().getRole(),
                    Resources.of(offer.getResourcesList()).quantities());
        }
    }

    private void allocate(String role, Resources resources, FrameworkId holder) {
        add(allocated, role, resources.quantities());
        holders.computeIfAbsent(role, any -> new HashSet<>()).add(holder);
    }

    private static void add(Map<String, ResourceQuantities> sums, String role, ResourceQuantities amount) {
        sums.merge(role, amount, ResourceQuantities::plus);
    }

    void add(ClusterSums others) {
        connected += others.connected;
        active += others.active;
        total = total.plus(others.total);
        claimed = claimed.plus(others.claimed);
        others.allocated.forEach((role, amount) -> add(allocated, role, amount));
        others.reserved.forEach((role, amount) -> add(reserved, role, amount));
        others.reservedAndHeld.forEach((role, amount) -> add(reservedAndHeld, role, amount));
        others.offered.forEach((role, amount) -> add(offered, role, amount));
        others.holders.forEach((role, ids) ->
                holders.computeIfAbsent(role, any -> new HashSet<>()).addAll(ids));
    }

    /** What tasks and executors hold. */
    Map<String, ResourceQuantities> allocated() {
        return allocated;
    }

    Map<String, ResourceQuantities> reserved() {
        return reserved;
    }

    /** The part of what is reserved that tasks and executors hold. */
    Map<String, ResourceQuantities> reservedAndHeld() {
        return reservedAndHeld;
    }

    Map<String, ResourceQuantities> offered() {
        return offered;
    }

    /** The frameworks whose tasks or executors hold something. */
    Map<String, Set<FrameworkId>> holders() {
        return holders;
    }

    /** How many of the agents are connected. */
    int connected() {
        return connected;
    }

    /** How many of them operators let take new work besides. */
    int active() {
        return active;
    }

    ResourceQuantities total() {
        return total;
    }

    ResourceQuantities claimed() {
        return claimed;
    }
}

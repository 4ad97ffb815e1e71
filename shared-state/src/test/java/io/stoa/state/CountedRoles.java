package io.stoa.state;

import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Executor;
import io.stoa.state.model.RoleUsage;
import io.stoa.state.model.Task;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import io.stoa.state.resources.Roles;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Who has what of the registered agents, found by a look at every agent and every task. */
final class CountedRoles {

    private final Map<String, ResourceQuantities> allocated = new HashMap<>();
    private final Map<String, ResourceQuantities> reserved = new HashMap<>();
    private final Map<String, ResourceQuantities> held = new HashMap<>();
    private final Map<String, ResourceQuantities> consumed = new HashMap<>();
    private ResourceQuantities capacity = ResourceQuantities.EMPTY;
    private ResourceQuantities free = ResourceQuantities.EMPTY;
    private ResourceQuantities owed = ResourceQuantities.EMPTY;

    private CountedRoles() {}

    /** @param roles those that may have quotas among them */
    static CountedRoles of(ClusterSnapshot snapshot, Collection<String> roles) {
        CountedRoles counted = new CountedRoles();
        for (Agent agent : snapshot.agents()) {
            if (agent.status() == AgentStatus.REGISTERED) {
                counted.count(agent, snapshot);
            }
        }
        for (String role : roles) {
            counted.owed = counted.owed.plus(
                    snapshot.roleSettings().quota(role).guarantees().minus(counted.consumed(role)));
        }
        return counted;
    }

    RoleUsage usage(String role) {
        return RoleUsage.of(amount(allocated, role), amount(reserved, role), amount(held, role));
    }

    ResourceQuantities consumed(String role) {
        return amount(consumed, role);
    }

    ResourceQuantities capacity() {
        return capacity;
    }

    ResourceQuantities free() {
        return free;
    }

    ResourceQuantities owed() {
        return owed;
    }

    private void count(Agent agent, ClusterSnapshot snapshot) {
        capacity = capacity.plus(agent.total().nonRevocable().scalars().quantities());
        free = free.plus(agent.unheld().unreservedScalars().quantities());
        agent.total().reservations().forEach((role, amount) -> {
            add(reserved, role, amount.quantities());
            add(consumed, role, amount.scalars().quantities());
        });
        agent.claimed().reservations().forEach((role, amount) -> add(held, role, amount.quantities()));
        for (Task task : snapshot.tasksOn(agent.id())) {
            if (!task.isTerminal()) {
                allocate(task.role(), task.resources());
            }
        }
        for (Executor executor : snapshot.executorsOn(agent.id())) {
            allocate(executor.role(), executor.resources());
        }
    }

    private void allocate(String role, Resources resources) {
        add(allocated, role, resources.quantities());
        add(consumed, role, resources.unreservedScalars().quantities());
    }

    private static void add(Map<String, ResourceQuantities> sums, String role, ResourceQuantities amount) {
        Roles.lineage(role).forEach(each -> sums.merge(each, amount, ResourceQuantities::plus));
    }

    private static ResourceQuantities amount(Map<String, ResourceQuantities> sums, String role) {
        return sums.getOrDefault(role, ResourceQuantities.EMPTY);
    }
}

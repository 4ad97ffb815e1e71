package io.stoa.state.model;

import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import io.stoa.state.resources.Roles;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a role has together with everything below it, on registered agents.
 *
 * @param allocated what its tasks and executors hold
 * @param reserved what is reserved for it, used or not
 * @param consumed what counts against its limits: what is allocated, and what is reserved and held by nobody
 */
public record RoleUsage(ResourceQuantities allocated, ResourceQuantities reserved, ResourceQuantities consumed) {

    public static final RoleUsage NONE =
            new RoleUsage(ResourceQuantities.EMPTY, ResourceQuantities.EMPTY, ResourceQuantities.EMPTY);

    /** @param held the part of what is reserved that tasks and executors hold */
    public static RoleUsage of(ResourceQuantities allocated, ResourceQuantities reserved, ResourceQuantities held) {
        return new RoleUsage(allocated, reserved, allocated.plus(reserved.minus(held)));
    }

    /** The usage of each of the roles. Looks at every agent and every task. */
    public static Map<String, RoleUsage> of(Collection<String> roles, ClusterSnapshot snapshot) {
        Counter counter = new Counter(Set.copyOf(roles));
        for (Agent agent : snapshot.agents()) {
            if (agent.status() == AgentStatus.REGISTERED) {
                counter.count(agent, snapshot);
            }
        }
        Map<String, RoleUsage> usages = new HashMap<>();
        for (String role : roles) {
            ResourceQuantities allocated = counter.allocated.getOrDefault(role, ResourceQuantities.EMPTY);
            ResourceQuantities reserved = counter.reserved.getOrDefault(role, ResourceQuantities.EMPTY);
            ResourceQuantities held = counter.heldOfReserved.getOrDefault(role, ResourceQuantities.EMPTY);
            usages.put(role, of(allocated, reserved, held));
        }
        return usages;
    }

    private static final class Counter {

        private final Set<String> roles;
        private final Map<String, ResourceQuantities> allocated = new HashMap<>();
        private final Map<String, ResourceQuantities> reserved = new HashMap<>();
        private final Map<String, ResourceQuantities> heldOfReserved = new HashMap<>();

        Counter(Set<String> roles) {
            this.roles = roles;
        }

        void count(Agent agent, ClusterSnapshot snapshot) {
            agent.total().reservations().forEach((role, amount) -> add(reserved, role, amount.quantities()));
            agent.claimed().reservations().forEach((role, amount) -> add(heldOfReserved, role, amount.quantities()));
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
            if (Roles.lineage(role).stream().anyMatch(roles::contains)) {
                add(allocated, role, resources.quantities());
            }
        }

        private void add(Map<String, ResourceQuantities> sums, String role, ResourceQuantities amount) {
            for (String counted : Roles.lineage(role)) {
                if (roles.contains(counted)) {
                    sums.merge(counted, amount, ResourceQuantities::plus);
                }
            }
        }
    }
}

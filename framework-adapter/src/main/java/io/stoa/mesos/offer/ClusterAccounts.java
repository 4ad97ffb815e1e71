package io.stoa.mesos.offer;

import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Executor;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateChange;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who has what of the cluster: keeps shares and quotas true while the state and the offers change. What is on agents
 * that are not registered counts for nobody, as if it were not there.
 */
final class ClusterAccounts {

    private final QuotaLedger quotas = new QuotaLedger();
    private final RoleTree tree = new RoleTree(quotas);
    private final FairShares shares;

    /** @param scarce names of resources that are no part of shares */
    ClusterAccounts(Set<String> scarce) {
        shares = new FairShares(tree, scarce);
    }

    QuotaLedger quotas() {
        return quotas;
    }

    RoleTree tree() {
        return tree;
    }

    FairShares shares() {
        return shares;
    }

    /** Counts a state from nothing. */
    void count(ClusterSnapshot snapshot) {
        shares.setWeights(snapshot.roleSettings());
        snapshot.roleSettings().quotas().forEach(quotas::setQuota);
        for (Agent agent : snapshot.agents()) {
            if (agent.status() == AgentStatus.REGISTERED) {
                countTotal(agent.total(), 1);
                countHeld(agent.id(), snapshot, 1);
            }
        }
    }

    /** Follows from one state to a later one. */
    void follow(ClusterSnapshot before, ClusterSnapshot after, List<StateChange> changes) {
        Set<AgentId> turned = new HashSet<>();
        for (AgentId id : changedAgents(changes)) {
            Agent old = registered(before, id);
            Agent now = registered(after, id);
            if (old == null || now == null || !old.total().equals(now.total())) {
                countTotal(old == null ? Resources.EMPTY : old.total(), -1);
                countTotal(now == null ? Resources.EMPTY : now.total(), 1);
            }
            if ((old == null) != (now == null)) {
                // What happened on it on the way does not matter.
                turned.add(id);
                countHeld(id, old == null ? after : before, old == null ? 1 : -1);
            }
        }
        for (StateChange change : changes) {
            if (change instanceof StateChange.WeightsUpdated) {
                shares.setWeights(after.roleSettings());
            } else if (change instanceof StateChange.QuotaUpdated updated) {
                quotas.setQuota(updated.role(), after.roleSettings().quota(updated.role()));
            } else {
                Held held = held(change);
                if (held != null && !turned.contains(held.agentId) && registered(after, held.agentId) != null) {
                    count(held.frameworkId, held.role, held.resources, held.sign);
                }
            }
        }
    }

    static Set<AgentId> changedAgents(List<StateChange> changes) {
        Set<AgentId> agents = new HashSet<>();
        for (StateChange change : changes) {
            if (change instanceof StateChange.AgentAdmitted admitted) {
                agents.add(admitted.agent().id());
            } else if (change instanceof StateChange.AgentBecameUnreachable unreachable) {
                agents.add(unreachable.agentId());
            } else if (change instanceof StateChange.AgentRemoved removed) {
                agents.add(removed.agentId());
            } else if (change instanceof StateChange.ResourcesConverted converted) {
                agents.add(converted.agentId());
            }
        }
        return agents;
    }

    private static @Nullable Agent registered(ClusterSnapshot snapshot, AgentId id) {
        return snapshot.agent(id)
                .filter(agent -> agent.status() == AgentStatus.REGISTERED)
                .orElse(null);
    }

    private void countTotal(Resources total, int sign) {
        shares.addTotal(total.scalars().quantities(), sign);
        quotas.addUnreserved(total.unreservedScalars().quantities(), sign);
        total.reservations()
                .forEach((role, reserved) ->
                        quotas.addReserved(role, reserved.scalars().quantities(), sign));
    }

    private void countHeld(AgentId id, ClusterSnapshot snapshot, int sign) {
        for (Task task : snapshot.tasksOn(id)) {
            if (!task.isTerminal()) {
                count(task.key().frameworkId(), task.role(), task.resources(), sign);
            }
        }
        for (Executor executor : snapshot.executorsOn(id)) {
            count(executor.key().frameworkId(), executor.role(), executor.resources(), sign);
        }
    }

    private record Held(AgentId agentId, FrameworkId frameworkId, String role, Resources resources, int sign) {

        static Held of(Task task, int sign) {
            return new Held(task.agentId(), task.key().frameworkId(), task.role(), task.resources(), sign);
        }

        static Held of(Executor executor, int sign) {
            return new Held(
                    executor.key().agentId(),
                    executor.key().frameworkId(),
                    executor.role(),
                    executor.resources(),
                    sign);
        }
    }

    private static @Nullable Held held(StateChange change) {
        if (change instanceof StateChange.TaskClaimed claimed) {
            return Held.of(claimed.task(), 1);
        } else if (change instanceof StateChange.TaskMoved moved && moved.released()) {
            return Held.of(moved.task(), -1);
        } else if (change instanceof StateChange.TaskRemoved removed
                && !removed.task().isTerminal()) {
            return Held.of(removed.task(), -1);
        } else if (change instanceof StateChange.ExecutorClaimed claimed) {
            return Held.of(claimed.executor(), 1);
        } else if (change instanceof StateChange.ExecutorRemoved removed) {
            return Held.of(removed.executor(), -1);
        }
        return null;
    }

    private void count(FrameworkId frameworkId, String role, Resources resources, int sign) {
        Client client = tree.client(frameworkId, role);
        if (sign > 0) {
            shares.gained(client, resources.scalars().quantities());
            quotas.use(client.quota(), resources.unreservedScalars().quantities());
        } else {
            returned(client, resources);
        }
    }

    /** Quotas know of it already. What somebody else may still take is no part of the client's share. */
    void offered(Client client, Resources resources, OfferMode mode) {
        if (mode == OfferMode.EXCLUSIVE) {
            shares.offered(client, resources.scalars().quantities());
        }
    }

    /** An offer is over. */
    void released(Client client, Resources resources, OfferMode mode) {
        if (mode == OfferMode.EXCLUSIVE) {
            returned(client, resources);
        } else {
            quotas.free(client.quota(), resources.unreservedScalars().quantities());
        }
    }

    /** What was allocated to the client is free again. */
    private void returned(Client client, Resources resources) {
        shares.lost(client, resources.scalars().quantities());
        quotas.free(client.quota(), resources.unreservedScalars().quantities());
    }

    /** Who has how much, in an order that depends on nothing else. */
    @Override
    public String toString() {
        return shares + "; " + quotas;
    }
}

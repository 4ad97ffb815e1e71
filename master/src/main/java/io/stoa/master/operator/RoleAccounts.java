package io.stoa.master.operator;

import io.stoa.mesos.FrameworkRoles;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Executor;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Quota;
import io.stoa.state.model.RoleUsage;
import io.stoa.state.model.Task;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import io.stoa.state.resources.Roles;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.mesos.v1.Protos.Offer;

/**
 * What there is to say of roles. Known is a role that a framework is in or holds something of, that something is
 * reserved for, or that has a weight or a quota; and every role above such a one. What is on unreachable agents does
 * not count.
 */
public final class RoleAccounts {

    private final SortedMap<String, Set<FrameworkId>> frameworks = new TreeMap<>();
    private final Map<String, ResourceQuantities> offered = new HashMap<>();

    private RoleAccounts() {}

    /**
     * One role with all that is below it, but for the frameworks: they are in the role itself.
     *
     * @param offered what is on offer for it
     */
    public record Account(
            String role,
            double weight,
            Quota quota,
            RoleUsage usage,
            ResourceQuantities offered,
            Set<FrameworkId> frameworks) {}

    /** By name. Looks at every agent and every task. */
    public static List<Account> of(ClusterSnapshot snapshot, Collection<Offer> offers) {
        RoleAccounts accounts = new RoleAccounts();
        accounts.countFrameworks(snapshot);
        for (Agent agent : snapshot.agents()) {
            if (agent.status() == AgentStatus.REGISTERED) {
                agent.total().reservations().keySet().forEach(accounts::know);
            }
        }
        snapshot.roleSettings().roles().forEach(accounts::know);
        offers.forEach(accounts::countOffer);
        return accounts.inFull(snapshot);
    }

    private void countFrameworks(ClusterSnapshot snapshot) {
        Set<AgentId> away = new HashSet<>();
        for (Agent agent : snapshot.agents()) {
            if (agent.status() == AgentStatus.UNREACHABLE) {
                away.add(agent.id());
            }
        }
        for (Framework framework : snapshot.frameworks()) {
            Set<String> roles = new LinkedHashSet<>(FrameworkRoles.of(framework.info()));
            for (Task task : snapshot.tasksOf(framework.id())) {
                if (!task.isTerminal() && !away.contains(task.agentId())) {
                    roles.add(task.role());
                }
            }
            for (Executor executor : snapshot.executorsOf(framework.id())) {
                if (!away.contains(executor.key().agentId())) {
                    roles.add(executor.role());
                }
            }
            roles.forEach(role -> know(role).add(framework.id()));
        }
    }

    private void countOffer(Offer offer) {
        ResourceQuantities amount = Resources.of(offer.getResourcesList()).quantities();
        for (String role : Roles.lineage(offer.getAllocationInfo().getRole())) {
            know(role);
            offered.merge(role, amount, ResourceQuantities::plus);
        }
    }

    private Set<FrameworkId> know(String role) {
        Roles.lineage(role).forEach(each -> frameworks.putIfAbsent(each, new LinkedHashSet<>()));
        return frameworks.computeIfAbsent(role, any -> new LinkedHashSet<>());
    }

    private List<Account> inFull(ClusterSnapshot snapshot) {
        Map<String, RoleUsage> usages = RoleUsage.of(frameworks.keySet(), snapshot);
        List<Account> all = new ArrayList<>();
        frameworks.forEach((role, inRole) -> all.add(new Account(
                role,
                snapshot.roleSettings().weight(role),
                snapshot.roleSettings().quota(role),
                usages.getOrDefault(role, RoleUsage.NONE),
                offered.getOrDefault(role, ResourceQuantities.EMPTY),
                inRole)));
        return all;
    }
}

package io.stoa.master.operator;

import io.stoa.mesos.FrameworkRoles;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Quota;
import io.stoa.state.model.RoleSettings;
import io.stoa.state.model.RoleUsage;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Roles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What there is to say of roles. Known is a role that a framework is in or holds something of, that something is
 * reserved for, or that has a weight or a quota; and every role above such a one. What is on unreachable agents does
 * not count.
 */
public final class RoleAccounts {

    private final SortedMap<String, Set<FrameworkId>> frameworks = new TreeMap<>();

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

    /** By name. */
    public static List<Account> of(OperatorContext context) {
        ClusterView view = new ClusterView(context);
        return of(view, context.sums(view));
    }

    static List<Account> of(ClusterView view, ClusterSums sums) {
        RoleAccounts accounts = new RoleAccounts();
        for (Framework framework : view.frameworks()) {
            FrameworkRoles.of(framework.info())
                    .forEach(role -> accounts.know(role).add(framework.id()));
        }
        sums.holders().forEach((role, holders) -> accounts.know(role).addAll(holders));
        sums.reserved().keySet().forEach(accounts::know);
        sums.offered().keySet().forEach(accounts::know);
        RoleSettings settings = view.snapshot().roleSettings();
        settings.roles().forEach(accounts::know);
        return accounts.inFull(sums, settings);
    }

    private Set<FrameworkId> know(String role) {
        Roles.lineage(role).forEach(each -> frameworks.putIfAbsent(each, new LinkedHashSet<>()));
        return frameworks.computeIfAbsent(role, any -> new LinkedHashSet<>());
    }

    private List<Account> inFull(ClusterSums sums, RoleSettings settings) {
        Map<String, ResourceQuantities> allocated = withAncestors(sums.allocated());
        Map<String, ResourceQuantities> reserved = withAncestors(sums.reserved());
        Map<String, ResourceQuantities> reservedAndHeld = withAncestors(sums.reservedAndHeld());
        Map<String, ResourceQuantities> offered = withAncestors(sums.offered());
        List<Account> all = new ArrayList<>();
        frameworks.forEach((role, inRole) -> all.add(new Account(
                role,
                settings.weight(role),
                settings.quota(role),
                RoleUsage.of(amount(role, allocated), amount(role, reserved), amount(role, reservedAndHeld)),
                amount(role, offered),
                inRole)));
        return all;
    }

    private static Map<String, ResourceQuantities> withAncestors(Map<String, ResourceQuantities> byRole) {
        Map<String, ResourceQuantities> all = new HashMap<>();
        byRole.forEach((role, amount) ->
                Roles.lineage(role).forEach(each -> all.merge(each, amount, ResourceQuantities::plus)));
        return all;
    }

    private static ResourceQuantities amount(String role, Map<String, ResourceQuantities> byRole) {
        return byRole.getOrDefault(role, ResourceQuantities.EMPTY);
    }
}

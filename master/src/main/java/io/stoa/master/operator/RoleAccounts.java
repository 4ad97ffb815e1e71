package io.stoa.master.operator;

import io.stoa.mesos.FrameworkRoles;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Executor;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.resources.Resources;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.Offer;

/** What every role and those below it hold. Known is a role that somebody is in, has reserved for or has configured. */
final class RoleAccounts {

    private final SortedMap<String, Account> accounts = new TreeMap<>();

    private RoleAccounts() {}

    /** One role with all that is below it, but for the frameworks: they are in the role itself. */
    static final class Account {

        private final Quantities allocated = new Quantities();
        private final Quantities offered = new Quantities();
        private final Quantities reserved = new Quantities();
        /** What is allocated, and what is reserved and not allocated. */
        private final Quantities consumed = new Quantities();

        private final Set<FrameworkId> frameworks = new LinkedHashSet<>();

        Quantities allocated() {
            return allocated;
        }

        Quantities offered() {
            return offered;
        }

        Quantities reserved() {
            return reserved;
        }

        Quantities consumed() {
            return consumed;
        }

        Set<FrameworkId> frameworks() {
            return frameworks;
        }
    }

    static RoleAccounts of(ClusterSnapshot snapshot, Collection<Offer> offers) {
        RoleAccounts all = new RoleAccounts();
        for (Framework framework : snapshot.frameworks()) {
            FrameworkRoles.of(framework.info()).forEach(role -> all.isIn(framework.id(), role));
        }
        for (Agent agent : snapshot.agents()) {
            if (agent.status() == AgentStatus.REGISTERED) {
                all.reserve(agent);
                all.allocate(agent.id(), snapshot);
            }
        }
        for (Offer offer : offers) {
            Resources offered = Resources.of(offer.getResourcesList());
            all.upwards(offer.getAllocationInfo().getRole(), account -> account.offered.add(offered));
        }
        return all;
    }

    /** A framework is in the roles that it still holds something of, too. */
    private void isIn(FrameworkId framework, String role) {
        upwards(role, account -> {});
        account(role).frameworks.add(framework);
    }

    private void allocate(AgentId agentId, ClusterSnapshot snapshot) {
        for (Task task : snapshot.tasksOn(agentId)) {
            if (!task.isTerminal()) {
                allocate(task.key().frameworkId(), task.role(), task.resources());
            }
        }
        for (Executor executor : snapshot.executorsOn(agentId)) {
            allocate(executor.key().frameworkId(), executor.role(), executor.resources());
        }
    }

    private void allocate(FrameworkId framework, String role, Resources resources) {
        isIn(framework, role);
        upwards(role, account -> {
            account.allocated.add(resources);
            account.consumed.add(resources);
        });
    }

    private void reserve(Agent agent) {
        agent.total()
                .reservations()
                .forEach((role, reserved) -> upwards(role, account -> account.reserved.add(reserved)));
        agent.total()
                .minus(agent.claimed())
                .reservations()
                .forEach((role, unused) -> upwards(role, account -> account.consumed.add(unused)));
    }

    /** The role and those above it: {@code a/b}, {@code a}. */
    private void upwards(String role, Consumer<Account> action) {
        String current = role;
        while (true) {
            action.accept(account(current));
            int slash = current.lastIndexOf('/');
            if (slash < 0) {
                return;
            }
            current = current.substring(0, slash);
        }
    }

    private Account account(String role) {
        return accounts.computeIfAbsent(role, any -> new Account());
    }

    /** By role. */
    SortedMap<String, Account> all() {
        return accounts;
    }
}

package io.stoa.rpc.cluster;

import io.stoa.mesos.FrameworkRoles;
import io.stoa.state.model.Agent;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Framework;
import io.stoa.state.resources.Roles;
import java.util.Set;
import java.util.TreeSet;

/** The roles that there are. */
final class KnownRoles {

    private KnownRoles() {}

    /**
     * By name: those of which an operator has set something, that a scheduler has or that something is reserved for,
     * and all above these. Looks at all schedulers and agents.
     */
    static Set<String> of(ClusterSnapshot snapshot) {
        Set<String> roles = new TreeSet<>();
        snapshot.roleSettings().roles().forEach(role -> add(role, roles));
        for (Framework framework : snapshot.frameworks()) {
            FrameworkRoles.of(framework.info()).forEach(role -> add(role, roles));
        }
        for (Agent agent : snapshot.agents()) {
            agent.total().reservations().keySet().forEach(role -> add(role, roles));
        }
        return roles;
    }

    private static void add(String role, Set<String> roles) {
        if (!roles.contains(role)) {
            roles.addAll(Roles.lineage(role));
        }
    }
}

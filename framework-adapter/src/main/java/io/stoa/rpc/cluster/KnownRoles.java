package io.stoa.rpc.cluster;

import io.stoa.mesos.FrameworkRoles;
import io.stoa.state.model.Agent;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Framework;
import io.stoa.state.resources.Roles;
import java.util.Set;
import java.util.TreeSet;

/**
 * The roles that there are: those of which an operator has set something, that a scheduler has or that something is
 * reserved for, and all above these.
 */
final class KnownRoles {

    private final ClusterSnapshot snapshot;

    /** But for those that something is reserved for. */
    private final Set<String> named = new TreeSet<>();

    private KnownRoles(ClusterSnapshot snapshot) {
        this.snapshot = snapshot;
    }

    /** Looks at all schedulers. */
    static KnownRoles of(ClusterSnapshot snapshot) {
        KnownRoles known = new KnownRoles(snapshot);
        snapshot.roleSettings().roles().forEach(role -> add(role, known.named));
        for (Framework framework : snapshot.frameworks()) {
            FrameworkRoles.of(framework.info()).forEach(role -> add(role, known.named));
        }
        return known;
    }

    boolean contains(String role) {
        return named.contains(role)
                || !snapshot.roleSums().usage(role).reserved().isEmpty();
    }

    /** By name. Looks at all agents. */
    Set<String> all() {
        Set<String> all = new TreeSet<>(named);
        for (Agent agent : snapshot.agents()) {
            if (!agent.total().isUnreserved()) {
                agent.total().reservations().keySet().forEach(role -> add(role, all));
            }
        }
        return all;
    }

    private static void add(String role, Set<String> roles) {
        if (!roles.contains(role)) {
            roles.addAll(Roles.lineage(role));
        }
    }
}

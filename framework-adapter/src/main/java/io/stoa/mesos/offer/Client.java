package io.stoa.mesos.offer;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A framework in one of its roles: what DRF ranks, what is offered something, what filters belong to. */
final class Client {

    private final FrameworkId frameworkId;
    private final Share role;
    private final Share share;
    private final Map<AgentId, List<RefusalFilter>> filters = new HashMap<>();

    Client(FrameworkId frameworkId, Share role) {
        this.frameworkId = frameworkId;
        this.role = role;
        share = new Share(frameworkId.value(), 1.0);
    }

    FrameworkId frameworkId() {
        return frameworkId;
    }

    /** The role's share, of all its frameworks together; its name is the role's. */
    Share role() {
        return role;
    }

    /** This framework's share within the role. */
    Share share() {
        return share;
    }

    /** By agent; for {@link RefusalFilters} only. */
    Map<AgentId, List<RefusalFilter>> filters() {
        return filters;
    }

    @Override
    public String toString() {
        return frameworkId + "/" + role.name();
    }
}

package io.stoa.client;

import io.stoa.client.resources.Resources;
import io.stoa.proto.v1.Agent;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.Resource;
import org.jspecify.annotations.Nullable;

/** A host, as it was at the version of its view. Immutable: it may be kept, and given to other threads. */
public final class AgentView {

    private final Agent agent;
    private final List<Resource> freeMessages;
    private final long changedAt;
    private final Resources claimed;
    private volatile @Nullable Resources free;

    AgentView(Agent agent) {
        this(agent, agent.getFreeList(), agent.getChangedAt(), Resources.EMPTY);
    }

    private AgentView(Agent agent, List<Resource> freeMessages, long changedAt, Resources claimed) {
        this.agent = agent;
        this.freeMessages = freeMessages;
        this.changedAt = changedAt;
        this.claimed = claimed;
    }

    AgentView with(List<Resource> nowFree, long nowChangedAt) {
        return new AgentView(agent, nowFree, nowChangedAt, claimed);
    }

    /** @param underWay what is claimed of it by proposals that are not decided */
    AgentView without(Resources underWay) {
        return new AgentView(agent, freeMessages, changedAt, underWay);
    }

    public String id() {
        return agent.getAgentId();
    }

    public String hostname() {
        return agent.getHostname();
    }

    /** False: nothing can be claimed of it until it comes back. */
    public boolean isReachable() {
        return agent.getState() == Agent.State.REGISTERED;
    }

    /** False: operators want no new work there, or nothing to run there at all; nothing can be claimed of it. */
    public boolean isActive() {
        return switch (agent.getActivation()) {
            case DEACTIVATED, DRAINING, DRAINED -> false;
            case ACTIVE, ACTIVATION_UNKNOWN -> true;
        };
    }

    /** What can be claimed, without what the proposals of this scheduler that are under way claim already. */
    public Resources free() {
        Resources known = free;
        if (known == null) {
            known = Resources.of(freeMessages).minus(claimed);
            free = known;
        }
        return known;
    }

    /** Everything it has. */
    public Resources total() {
        return Resources.of(agent.getTotalList());
    }

    /** The version at which its resources, or what is claimed of them, changed last. */
    public long changedAt() {
        return changedAt;
    }

    /** The value of an attribute of type TEXT, such as {@code zone}; empty where it has none of that name. */
    public Optional<String> attribute(String name) {
        for (Attribute attribute : agent.getAttributesList()) {
            if (attribute.getName().equals(name) && attribute.hasText()) {
                return Optional.of(attribute.getText().getValue());
            }
        }
        return Optional.empty();
    }

    /** All that is known of it; {@code free} and {@code changed_at} in it may be older than {@link #free}. */
    public Agent message() {
        return agent;
    }

    @Override
    public String toString() {
        return hostname() + " " + free();
    }
}

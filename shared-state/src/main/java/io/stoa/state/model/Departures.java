package io.stoa.state.model;

import io.vavr.collection.HashMap;
import io.vavr.collection.LinkedHashSet;
import io.vavr.collection.Map;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who was there once and is not let in again, as long as it is remembered. */
final class Departures {

    /** How many removed frameworks are remembered. */
    static final int MAX_FRAMEWORKS = 1000;

    static final Departures NONE = new Departures(LinkedHashSet.empty(), HashMap.empty());

    /** Oldest first. */
    private final LinkedHashSet<FrameworkId> frameworks;

    private final Map<AgentId, GoneAgent> agents;

    private Departures(LinkedHashSet<FrameworkId> frameworks, Map<AgentId, GoneAgent> agents) {
        this.frameworks = frameworks;
        this.agents = agents;
    }

    boolean isRemoved(FrameworkId id) {
        return frameworks.contains(id);
    }

    /** Oldest first. */
    List<FrameworkId> frameworks() {
        return frameworks.toJavaList();
    }

    boolean isGone(AgentId id) {
        return agents.containsKey(id);
    }

    Collection<GoneAgent> agents() {
        return new View<>(agents::valuesIterator, agents::size);
    }

    /** The oldest framework makes room. */
    Departures with(FrameworkId id) {
        LinkedHashSet<FrameworkId> remembered = frameworks.add(id);
        return new Departures(remembered.size() > MAX_FRAMEWORKS ? remembered.tail() : remembered, agents);
    }

    Departures with(GoneAgent agent) {
        return new Departures(frameworks, agents.put(agent.id(), agent));
    }

    Departures without(AgentId id) {
        return new Departures(frameworks, agents.remove(id));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Departures departures
                && frameworks().equals(departures.frameworks())
                && agents.equals(departures.agents);
    }

    @Override
    public int hashCode() {
        return 31 * frameworks.hashCode() + agents.hashCode();
    }
}

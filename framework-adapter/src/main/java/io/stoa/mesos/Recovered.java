package io.stoa.mesos;

import io.stoa.state.StateListener;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.transaction.StateChange;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who was there when the term began and has not come back yet; Mesos calls them recovered. Safe for use by any thread:
 * one tells, many ask.
 */
public final class Recovered implements StateListener {

    private final Set<AgentId> agents = ConcurrentHashMap.newKeySet();
    private final Set<FrameworkId> frameworks = ConcurrentHashMap.newKeySet();

    /** @param begin what is there before the first change that is told */
    public Recovered(ClusterSnapshot begin) {
        begin.agents().stream()
                .filter(agent -> agent.status() == AgentStatus.REGISTERED)
                .forEach(agent -> agents.add(agent.id()));
        begin.frameworks().forEach(framework -> frameworks.add(framework.id()));
    }

    public boolean contains(AgentId id) {
        return agents.contains(id);
    }

    /** Whether there is any agent of which it is not known yet what it has. */
    public boolean containsAgents() {
        return !agents.isEmpty();
    }

    public boolean contains(FrameworkId id) {
        return frameworks.contains(id);
    }

    @Override
    public void committed(ClusterSnapshot snapshot, List<StateChange> changes) {
        for (StateChange change : changes) {
            if (change instanceof StateChange.AgentAdmitted admitted) {
                agents.remove(admitted.agent().id());
            } else if (change instanceof StateChange.AgentBecameUnreachable unreachable) {
                agents.remove(unreachable.agentId());
            } else if (change instanceof StateChange.AgentRemoved removed) {
                agents.remove(removed.agentId());
            } else if (change instanceof StateChange.FrameworkAdmitted admitted) {
                frameworks.remove(admitted.framework().id());
            } else if (change instanceof StateChange.FrameworkRemoved removed) {
                frameworks.remove(removed.frameworkId());
            }
        }
    }
}

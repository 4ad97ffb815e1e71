package io.stoa.rpc.scheduler;

import io.stoa.state.StateListener;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.transaction.StateChange;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The newest agents that left in this term: who claims of them proposes on an old snapshot, and not by mistake. Safe
 * for use by any thread.
 */
final class DepartedAgents implements StateListener {

    private static final int MAX = 10_000;

    private final Set<AgentId> departed = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<AgentId, Boolean> eldest) {
            return size() > MAX;
        }
    }));

    /** The newest state of which this has been told everything. */
    private volatile ClusterSnapshot told;

    /** @param now the state from which on this is told everything */
    DepartedAgents(ClusterSnapshot now) {
        told = now;
    }

    @Override
    public void committed(ClusterSnapshot snapshot, List<StateChange> changes) {
        for (StateChange change : changes) {
            if (change instanceof StateChange.AgentRemoved removed) {
                departed.add(removed.agentId());
            } else if (change instanceof StateChange.AgentForgotten forgotten) {
                departed.add(forgotten.agentId());
            }
        }
        told = snapshot;
    }

    /**
     * @param id of an agent that is in the newest snapshot no more: that is published before anybody is told what has
     *     changed, so an agent that was there until then has left as well
     */
    boolean contains(AgentId id) {
        return told.agent(id).isPresent() || departed.contains(id);
    }
}

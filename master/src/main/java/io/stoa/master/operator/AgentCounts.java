package io.stoa.master.operator;

import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.ClusterSnapshot;

/**
 * How many agents there are of each kind, as Mesos counts them: those that have not come back to a new leader yet are
 * of none.
 *
 * @param active admitted and connected
 * @param inactive admitted, not connected
 */
record AgentCounts(int active, int inactive, int unreachable) {

    static AgentCounts of(ClusterSnapshot snapshot, SoftState soft) {
        int active = 0;
        int inactive = 0;
        int unreachable = 0;
        for (Agent agent : snapshot.agents()) {
            if (agent.status() == AgentStatus.UNREACHABLE) {
                unreachable++;
            } else if (soft.isConnected(agent.id())) {
                active++;
            } else if (!soft.isRecovered(agent.id())) {
                inactive++;
            }
        }
        return new AgentCounts(active, inactive, unreachable);
    }
}

package io.stoa.rpc.scheduler;

import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.Executor;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation.ConvertResources;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.Protos.ExecutorInfo;

/** What the operations of one commit so far would leave; later ones are judged against that. */
final class CommitPlan {

    private final Caller caller;
    private final ClusterSnapshot snapshot;
    private final Map<ExecutorKey, ExecutorInfo> executors = new HashMap<>();
    private final Map<AgentId, Resources> totals = new HashMap<>();
    private int unacknowledged;

    CommitPlan(Caller caller, ClusterSnapshot snapshot) {
        this.caller = caller;
        this.snapshot = snapshot;
        this.unacknowledged = snapshot.operationsOf(caller.id()).size();
    }

    Caller caller() {
        return caller;
    }

    ClusterSnapshot snapshot() {
        return snapshot;
    }

    /** The caller's executor of that id on the agent, if it is there or about to be. */
    Optional<ExecutorInfo> executor(AgentId agentId, String executorId) {
        ExecutorKey key = new ExecutorKey(agentId, caller.id(), executorId);
        ExecutorInfo planned = executors.get(key);
        return planned != null ? Optional.of(planned) : snapshot.executor(key).map(Executor::info);
    }

    void launches(AgentId agentId, ExecutorInfo executor) {
        executors.putIfAbsent(
                new ExecutorKey(agentId, caller.id(), executor.getExecutorId().getValue()), executor);
    }

    /** How many operations the caller would have to acknowledge. */
    int unacknowledged() {
        return unacknowledged;
    }

    /** Everything the agent would have. */
    Resources total(AgentId agentId) {
        Resources planned = totals.get(agentId);
        return planned != null
                ? planned
                : snapshot.agent(agentId).map(agent -> agent.total()).orElse(Resources.EMPTY);
    }

    void converts(ConvertResources convert) {
        Resources total = total(convert.agentId());
        for (Conversion conversion : convert.conversions()) {
            // Where the snapshot is behind, the commit decides.
            total = total.apply(conversion).orElse(total);
        }
        totals.put(convert.agentId(), total);
        unacknowledged += convert.operation().isPresent() ? 1 : 0;
    }
}

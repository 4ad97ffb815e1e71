package io.stoa.master.link;

import io.stoa.state.model.Activation;
import io.stoa.state.model.Activation.Drain;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ClusterSnapshot;
import io.stoa.state.model.FrameworkId;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** What an agent says of tasks that are killed, in Mesos' words while it drains: whatever killed them. */
final class DrainStatuses {

    private final boolean drains;
    private final boolean tellsGone;

    private DrainStatuses(boolean drains, boolean tellsGone) {
        this.drains = drains;
        this.tellsGone = tellsGone;
    }

    static DrainStatuses of(ClusterSnapshot snapshot, AgentId id, FrameworkId frameworkId) {
        Activation activation = snapshot.agent(id).map(Agent::activation).orElse(new Activation.Active());
        return activation instanceof Drain drain
                ? new DrainStatuses(true, drain.markGone() && isPartitionAware(snapshot, frameworkId))
                : new DrainStatuses(false, false);
    }

    private static boolean isPartitionAware(ClusterSnapshot snapshot, FrameworkId id) {
        return snapshot.framework(id).map(LostTasks::isPartitionAware).orElse(false);
    }

    TaskStatus told(TaskStatus said) {
        boolean isKill = said.getState() == TaskState.TASK_KILLING || said.getState() == TaskState.TASK_KILLED;
        return drains && isKill
                ? said.toBuilder()
                        .setState(told(said.getState()))
                        .setReason(TaskStatus.Reason.REASON_AGENT_DRAINING)
                        .build()
                : said;
    }

    TaskState told(TaskState said) {
        return tellsGone && said == TaskState.TASK_KILLED ? TaskState.TASK_GONE_BY_OPERATOR : said;
    }
}

package io.stoa.master.link;

import io.stoa.state.model.Task;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskStatus;

/** Statuses that the master makes by itself: without uuid, so nobody has to acknowledge them. */
final class Statuses {

    private Statuses() {}

    /** A status of the task, from the master, without state, reason and message. */
    static TaskStatus.Builder ofMaster(Task task, long nowMs) {
        TaskStatus.Builder status = TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(task.key().taskId()))
                .setAgentId(AgentID.newBuilder().setValue(task.agentId().value()))
                .setSource(TaskStatus.Source.SOURCE_MASTER)
                .setTimestamp(nowMs / 1_000.0);
        task.executorId()
                .ifPresent(id -> status.setExecutorId(ExecutorID.newBuilder().setValue(id)));
        return status;
    }
}

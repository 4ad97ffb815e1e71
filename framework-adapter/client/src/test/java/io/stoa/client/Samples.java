package io.stoa.client;

import com.google.protobuf.ByteString;
import io.stoa.client.resources.Resources;
import io.stoa.proto.v1.Agent;
import java.util.List;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;

/** Agents, tasks and schedulers of tests. */
final class Samples {

    private Samples() {}

    static Agent agent(String id, double cpus) {
        return Agent.newBuilder()
                .setAgentId(id)
                .setHostname(id + ".example")
                .setState(Agent.State.REGISTERED)
                .addTotal(cpus(cpus))
                .addFree(cpus(cpus))
                .build();
    }

    static Resource cpus(double amount) {
        return Resource.newBuilder()
                .setName("cpus")
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(amount))
                .build();
    }

    static TaskInfo task(String id, String agentId, double cpus) {
        Resources wanted = Resources.of(List.of(cpus(cpus)));
        return TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(TaskID.newBuilder().setValue(id))
                .setAgentId(AgentID.newBuilder().setValue(agentId))
                .setCommand(CommandInfo.newBuilder().setValue("true"))
                .addAllResources(wanted.toProto())
                .build();
    }

    static FrameworkInfo info(String name) {
        return FrameworkInfo.newBuilder()
                .setName(name)
                .setUser("root")
                .addRoles("batch")
                .setFailoverTimeout(3_600)
                .build();
    }

    static TaskStatus status(String taskId, TaskState state, String uuid) {
        return TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(taskId))
                .setAgentId(AgentID.newBuilder().setValue("A1"))
                .setState(state)
                .setUuid(ByteString.copyFromUtf8(uuid))
                .build();
    }
}

package io.stoa.rpc.scheduler;

import io.stoa.proto.v1.Claim;
import io.stoa.proto.v1.CommitMode;
import io.stoa.proto.v1.CommitRequest;
import io.stoa.proto.v1.Convert;
import io.stoa.proto.v1.Identity;
import io.stoa.proto.v1.Kill;
import io.stoa.proto.v1.Operation;
import io.stoa.state.resources.Resources;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;

/** What schedulers ask in tests. */
final class Commits {

    private Commits() {}

    static CommitRequest.Builder commit(Identity identity, Operation.Builder... operations) {
        CommitRequest.Builder request = CommitRequest.newBuilder().setIdentity(identity);
        for (Operation.Builder operation : operations) {
            request.addOperations(operation);
        }
        return request;
    }

    static CommitRequest.Builder incremental(Identity identity, Operation.Builder... operations) {
        return commit(identity, operations).setMode(CommitMode.INCREMENTAL);
    }

    static Operation.Builder claim(String agentId, TaskInfo.Builder task) {
        return Operation.newBuilder()
                .setClaim(Claim.newBuilder().setAgentId(agentId).setTask(task));
    }

    static Operation.Builder claim(String agentId, String taskId, String resources) {
        return claim(agentId, task(taskId, resources));
    }

    static Operation.Builder kill(String taskId) {
        return Operation.newBuilder().setKill(Kill.newBuilder().setTaskId(taskId));
    }

    static Operation.Builder convert(String agentId, Offer.Operation.Builder operation) {
        return Operation.newBuilder()
                .setConvert(Convert.newBuilder().setAgentId(agentId).setOperation(operation));
    }

    /** On the agent of its claim. */
    static TaskInfo.Builder task(String id, String resources) {
        return TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(TaskID.newBuilder().setValue(id))
                .setAgentId(AgentID.newBuilder().setValue(""))
                .addAllResources(Resources.parse(resources).toProto())
                .setCommand(CommandInfo.newBuilder().setValue("true"));
    }
}

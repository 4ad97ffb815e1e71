package io.stoa.master.operator.v1;

import io.stoa.master.operator.AllocatedResources;
import io.stoa.master.operator.DrainMessages;
import io.stoa.master.operator.ShownAgent;
import io.stoa.master.operator.SoftState;
import io.stoa.mesos.AgentPid;
import io.stoa.state.model.Activation;
import io.stoa.state.model.Agent;
import io.stoa.state.model.Executor;
import io.stoa.state.model.Framework;
import io.stoa.state.model.Operation;
import io.stoa.state.model.Task;
import io.stoa.v1.TaskMessages;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.TimeInfo;
import org.apache.mesos.v1.Protos.UUID;
import org.apache.mesos.v1.master.Protos.Response.GetAgents;
import org.apache.mesos.v1.master.Protos.Response.GetExecutors;
import org.apache.mesos.v1.master.Protos.Response.GetFrameworks;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;

/** What is in the state, as messages of the operator API. */
final class Messages {

    private static final long NANOS_PER_MS = 1_000_000;

    private Messages() {}

    static org.apache.mesos.v1.Protos.Task of(Task task) {
        return TaskMessages.of(
                task.info(),
                new TaskMessages.Place(
                        task.key().frameworkId().value(),
                        task.executorId(),
                        task.agentId().value()),
                task.state(),
                task.statuses(),
                task.latestStatus());
    }

    static GetAgents.Agent of(ShownAgent shown) {
        Agent agent = shown.agent();
        GetAgents.Agent.Builder message = GetAgents.Agent.newBuilder()
                .setAgentInfo(info(agent))
                .setActive(shown.active())
                .setDeactivated(!agent.activation().isActive())
                .setVersion(agent.mesosVersion())
                .setPid(AgentPid.of(agent))
                .setRegisteredTime(time(agent.registeredAtMs()))
                .addAllTotalResources(agent.total().toProto())
                .addAllAllocatedResources(shown.used().toProto())
                .addAllOfferedResources(
                        AllocatedResources.offered(shown.offers()).toProto())
                .addAllCapabilities(agent.capabilities());
        if (agent.reregisteredAtMs() != 0) {
            message.setReregisteredTime(time(agent.reregisteredAtMs()));
        }
        if (agent.activation() instanceof Activation.Drain drain) {
            // Whole seconds, as in Mesos.
            message.setDrainInfo(DrainMessages.of(drain))
                    .setEstimatedDrainStartTime(time(drain.sinceMs() / 1000 * 1000));
        }
        return message.build();
    }

    /** What an agent said of itself. */
    static AgentInfo info(Agent agent) {
        return agent.info().hasPort()
                ? agent.info()
                : agent.info().toBuilder().setPort(agent.port()).build();
    }

    /** The fields of a framework before its offers. */
    static GetFrameworks.Framework of(Framework framework, SoftState soft) {
        return of(framework)
                .setActive(soft.isActive(framework.id()))
                .setConnected(soft.isConnected(framework.id()))
                .setRecovered(soft.isRecovered(framework.id()))
                .build();
    }

    /**
     * The fields of a framework behind its offers.
     *
     * @param used what tasks and executors hold
     */
    static GetFrameworks.Framework resources(
            AllocatedResources used, AllocatedResources offered, OfferConstraints constraints) {
        return GetFrameworks.Framework.newBuilder()
                .addAllAllocatedResources(used.toProto())
                .addAllOfferedResources(offered.toProto())
                .setOfferConstraints(constraints)
                .buildPartial();
    }

    /** A framework that is gone. */
    static GetFrameworks.Framework past(Framework framework, long removedMs) {
        return of(framework)
                .setActive(false)
                .setConnected(false)
                .setRecovered(false)
                .setOfferConstraints(OfferConstraints.getDefaultInstance())
                .setUnregisteredTime(time(removedMs))
                .build();
    }

    private static GetFrameworks.Framework.Builder of(Framework framework) {
        long last = framework.reregisteredAtMs() == 0 ? framework.registeredAtMs() : framework.reregisteredAtMs();
        return GetFrameworks.Framework.newBuilder()
                .setFrameworkInfo(framework.info())
                .setRegisteredTime(time(framework.registeredAtMs()))
                .setReregisteredTime(time(last));
    }

    static GetExecutors.Executor of(Executor executor) {
        return GetExecutors.Executor.newBuilder()
                .setExecutorInfo(executor.info())
                .setAgentId(
                        AgentID.newBuilder().setValue(executor.key().agentId().value()))
                .build();
    }

    static org.apache.mesos.v1.Protos.Operation of(Operation operation) {
        OperationStatus status = OperationStatus.newBuilder()
                .setOperationId(operation.info().getId())
                .setState(OperationState.OPERATION_FINISHED)
                .setUuid(UUID.newBuilder().setValue(operation.uuid()))
                .setAgentId(AgentID.newBuilder().setValue(operation.agentId().value()))
                .build();
        return org.apache.mesos.v1.Protos.Operation.newBuilder()
                .setFrameworkId(FrameworkID.newBuilder()
                        .setValue(operation.key().frameworkId().value()))
                .setAgentId(status.getAgentId())
                .setInfo(operation.info())
                .setLatestStatus(status)
                .addStatuses(status)
                .setUuid(status.getUuid())
                .build();
    }

    private static TimeInfo.Builder time(long ms) {
        return TimeInfo.newBuilder().setNanoseconds(ms * NANOS_PER_MS);
    }
}

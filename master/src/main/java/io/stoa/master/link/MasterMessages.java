package io.stoa.master.link;

import com.google.protobuf.ByteString;
import io.stoa.master.link.TaskLaunches.TaskLaunch;
import io.stoa.proto.agent.AgentTotal;
import io.stoa.proto.agent.FrameworkMessage;
import io.stoa.proto.agent.FrameworkUpdated;
import io.stoa.proto.agent.KillTask;
import io.stoa.proto.agent.MasterMessage;
import io.stoa.proto.agent.Ping;
import io.stoa.proto.agent.Refused;
import io.stoa.proto.agent.Registered;
import io.stoa.proto.agent.RunTask;
import io.stoa.proto.agent.RunTaskGroup;
import io.stoa.proto.agent.Shutdown;
import io.stoa.proto.agent.ShutdownExecutor;
import io.stoa.proto.agent.ShutdownFramework;
import io.stoa.proto.agent.StatusAcknowledgement;
import io.stoa.proto.agent.TotalChanged;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Task;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.Resource;

/** What the master says to agents, encoded. */
final class MasterMessages {

    static final MasterMessage PING =
            MasterMessage.newBuilder().setPing(Ping.getDefaultInstance()).build();

    private MasterMessages() {}

    /** @param total what the agent has; empty: what it says it has */
    static MasterMessage registered(
            AgentId agentId, ByteString masterInfo, long pingBudgetMs, Optional<Resources> total) {
        Registered.Builder message = Registered.newBuilder()
                .setAgentId(agentId.value())
                .setMasterInfo(masterInfo)
                .setPingBudgetMs(pingBudgetMs);
        total.ifPresent(has -> message.setTotal(agentTotal(has)));
        return MasterMessage.newBuilder().setRegistered(message).build();
    }

    /** @param destroyed volumes whose data goes, even where others of the same name are in the total */
    static MasterMessage totalChanged(Resources total, List<Resource> destroyed) {
        return MasterMessage.newBuilder()
                .setTotalChanged(
                        TotalChanged.newBuilder().setTotal(agentTotal(total)).addAllDestroyed(bytes(destroyed)))
                .build();
    }

    private static AgentTotal agentTotal(Resources total) {
        return AgentTotal.newBuilder().addAllResources(bytes(total.toProto())).build();
    }

    private static List<ByteString> bytes(List<Resource> resources) {
        return resources.stream().map(Resource::toByteString).toList();
    }

    static MasterMessage refused(String reason, boolean permanent) {
        return MasterMessage.newBuilder()
                .setRefused(Refused.newBuilder().setReason(reason).setPermanent(permanent))
                .build();
    }

    /** @param agent where the tasks run, as it is when the message leaves */
    static MasterMessage run(Framework framework, TaskLaunch launch, Optional<Agent> agent) {
        Optional<AgentTotal> total = agent.filter(
                        present -> launch.tasks().stream().anyMatch(MasterMessages::usesVolumes))
                .map(present -> agentTotal(present.total()));
        return launch.first().group().isPresent()
                ? runTaskGroup(framework, launch, total)
                : runTask(framework, launch, total);
    }

    private static MasterMessage runTask(Framework framework, TaskLaunch launch, Optional<AgentTotal> total) {
        RunTask.Builder message = RunTask.newBuilder()
                .setFrameworkId(framework.id().value())
                .setFrameworkInfo(framework.info().toByteString())
                .setTaskInfo(launch.first().spec().bytes())
                .setLaunchesExecutor(launch.launchesExecutor());
        total.ifPresent(message::setTotal);
        return MasterMessage.newBuilder().setRunTask(message).build();
    }

    private static MasterMessage runTaskGroup(Framework framework, TaskLaunch launch, Optional<AgentTotal> total) {
        RunTaskGroup.Builder message = RunTaskGroup.newBuilder()
                .setFrameworkId(framework.id().value())
                .setFrameworkInfo(framework.info().toByteString())
                .setLaunchesExecutor(launch.launchesExecutor());
        launch.tasks().forEach(task -> message.addTaskInfos(task.spec().bytes()));
        total.ifPresent(message::setTotal);
        return MasterMessage.newBuilder().setRunTaskGroup(message).build();
    }

    private static boolean usesVolumes(Task task) {
        return !task.resources().volumes().isEmpty();
    }

    static MasterMessage killTask(TaskKey task, Optional<KillPolicy> policy) {
        return MasterMessage.newBuilder()
                .setKillTask(KillTask.newBuilder()
                        .setFrameworkId(task.frameworkId().value())
                        .setTaskId(task.taskId())
                        .setKillPolicy(policy.map(KillPolicy::toByteString).orElse(ByteString.EMPTY)))
                .build();
    }

    static MasterMessage acknowledgement(TaskKey task, ByteString uuid) {
        return MasterMessage.newBuilder()
                .setAcknowledgement(StatusAcknowledgement.newBuilder()
                        .setFrameworkId(task.frameworkId().value())
                        .setTaskId(task.taskId())
                        .setUuid(uuid))
                .build();
    }

    static MasterMessage frameworkMessage(ExecutorKey executor, ByteString data) {
        return MasterMessage.newBuilder()
                .setFrameworkMessage(FrameworkMessage.newBuilder()
                        .setFrameworkId(executor.frameworkId().value())
                        .setExecutorId(executor.executorId())
                        .setData(data))
                .build();
    }

    static MasterMessage frameworkUpdated(Framework framework) {
        return MasterMessage.newBuilder()
                .setFrameworkUpdated(FrameworkUpdated.newBuilder()
                        .setFrameworkId(framework.id().value())
                        .setFrameworkInfo(framework.info().toByteString()))
                .build();
    }

    static MasterMessage shutdownFramework(FrameworkId frameworkId) {
        return MasterMessage.newBuilder()
                .setShutdownFramework(ShutdownFramework.newBuilder().setFrameworkId(frameworkId.value()))
                .build();
    }

    static MasterMessage shutdownExecutor(ExecutorKey executor) {
        return MasterMessage.newBuilder()
                .setShutdownExecutor(ShutdownExecutor.newBuilder()
                        .setFrameworkId(executor.frameworkId().value())
                        .setExecutorId(executor.executorId()))
                .build();
    }

    static MasterMessage shutdown(String reason) {
        return MasterMessage.newBuilder()
                .setShutdown(Shutdown.newBuilder().setReason(reason))
                .build();
    }
}

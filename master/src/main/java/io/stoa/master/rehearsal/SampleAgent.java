package io.stoa.master.rehearsal;

import io.stoa.proto.agent.AgentMessage;
import io.stoa.proto.agent.AgentTask;
import io.stoa.proto.agent.Endpoint;
import io.stoa.proto.agent.Reregister;
import io.stoa.proto.mesos.AgentCapabilities;
import io.stoa.proto.mesos.MesosVersion;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.StateMutation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** An agent on which five tasks run, as the state knows it and as it introduces itself. */
final class SampleAgent {

    private static final int TASKS = 5;
    private static final int FIRST_PORT = 31_000;
    private static final String IP = "127.0.0.1";
    private static final int PORT = 5051;

    private static final FrameworkId FRAMEWORK = new FrameworkId("rehearsal-0000");
    private static final Resources TOTAL = Resources.parse("cpus:16;mem:65536;disk:500000;ports:[31000-32000]");

    private final AgentId id;
    private final AgentInfo info;
    private final List<TaskInfo> tasks;

    SampleAgent(int number) {
        id = new AgentId("rehearsal-S" + number);
        info = AgentInfo.newBuilder()
                .setId(AgentID.newBuilder().setValue(id.value()))
                .setHostname("rehearsal-" + number)
                .addAllResources(TOTAL.toProto())
                .build();
        tasks = IntStream.range(0, TASKS).mapToObj(this::task).toList();
    }

    /** Whose tasks it runs; they stay when their agent goes. */
    static StateMutation framework() {
        return new StateMutation.AdmitFramework(
                FRAMEWORK,
                FrameworkInfo.newBuilder()
                        .setId(FrameworkID.newBuilder().setValue(FRAMEWORK.value()))
                        .setUser("root")
                        .setName("rehearsal")
                        .setCheckpoint(true)
                        .build(),
                0);
    }

    /** Makes it known, with its tasks running. */
    List<StateMutation> mutations() {
        List<StateMutation> mutations = new ArrayList<>();
        mutations.add(new StateMutation.AdmitAgent(
                id, info, AgentCapabilities.ALL, MesosVersion.EMULATED, IP, PORT, TOTAL, 0));
        for (TaskInfo task : tasks) {
            mutations.add(new StateMutation.Claim(FRAMEWORK, id, "*", task));
            mutations.add(new StateMutation.UpdateTaskStatus(
                    new TaskKey(FRAMEWORK, task.getTaskId().getValue()),
                    TaskStatus.newBuilder()
                            .setTaskId(task.getTaskId())
                            .setAgentId(task.getAgentId())
                            .setState(TaskState.TASK_RUNNING)
                            .build()));
        }
        return mutations;
    }

    /** What it says to a new leader. */
    AgentMessage introduction() {
        Reregister.Builder message = Reregister.newBuilder()
                .setAgentId(id.value())
                .setAgentInfo(info.toByteString())
                .setVersion(MesosVersion.EMULATED)
                .setEndpoint(Endpoint.newBuilder().setIp(IP).setPort(PORT));
        AgentCapabilities.ALL.forEach(capability -> message.addCapabilities(capability.toByteString()));
        for (TaskInfo task : tasks) {
            message.addTasks(AgentTask.newBuilder()
                    .setFrameworkId(FRAMEWORK.value())
                    .setTaskId(task.getTaskId().getValue())
                    .setState(TaskState.TASK_RUNNING_VALUE)
                    .setTaskInfo(task.toByteString()));
        }
        return AgentMessage.newBuilder().setReregister(message).build();
    }

    private TaskInfo task(int number) {
        int port = FIRST_PORT + number;
        String taskId = id.value() + "-task-" + number;
        return TaskInfo.newBuilder()
                .setName("rehearsal")
                .setTaskId(TaskID.newBuilder().setValue(taskId))
                .setAgentId(AgentID.newBuilder().setValue(id.value()))
                .addAllResources(Resources.parse("cpus:1;mem:512;disk:64;ports:[" + port + "-" + port + "]")
                        .toProto("*"))
                .setCommand(CommandInfo.newBuilder().setValue("exec ./serve --port=" + port))
                .build();
    }
}

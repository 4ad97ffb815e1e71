package io.stoa.itests;

import io.stoa.state.resources.Resources;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;

/** Values that read like prose. */
public final class Fixtures {

    private Fixtures() {}

    /** A framework that wants its tasks to outlive agents and masters. */
    public static FrameworkInfo.Builder framework(String name) {
        return FrameworkInfo.newBuilder()
                .setUser(System.getProperty("user.name"))
                .setName(name)
                .setCheckpoint(true)
                .setFailoverTimeout(600);
    }

    /** A task of a tenth of a cpu that runs a shell command. */
    public static TaskInfo shellTask(String id, AgentID agent, String command) {
        return TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(TaskID.newBuilder().setValue(id))
                .setAgentId(agent)
                .addAllResources(Resources.parse("cpus:0.1;mem:32").toProto("*"))
                .setCommand(CommandInfo.newBuilder().setValue(command))
                .build();
    }

    /** The call that kills a task. */
    public static Call.Builder kill(String taskId) {
        return Call.newBuilder()
                .setType(Call.Type.KILL)
                .setKill(Call.Kill.newBuilder().setTaskId(TaskID.newBuilder().setValue(taskId)));
    }
}

package io.stoa.itests;

import io.stoa.state.resources.Resources;
import java.util.List;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.Protos.Volume;
import org.apache.mesos.v1.Protos.Volume.Source;
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

    /** Such a framework that is in these roles, and knows resources that are reserved for them in the new format. */
    public static FrameworkInfo.Builder framework(String name, String... roles) {
        return framework(name)
                .addAllRoles(List.of(roles))
                .addCapabilities(capability(Capability.Type.MULTI_ROLE))
                .addCapabilities(capability(Capability.Type.RESERVATION_REFINEMENT));
    }

    public static Capability.Builder capability(Capability.Type type) {
        return Capability.newBuilder().setType(type);
    }

    /** A task of a tenth of a cpu that runs a shell command. */
    public static TaskInfo shellTask(String id, AgentID agent, String command) {
        return shellTask(id, agent, command, Resources.parse("cpus:0.1;mem:32").toProto());
    }

    public static TaskInfo shellTask(String id, AgentID agent, String command, List<Resource> resources) {
        return TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(TaskID.newBuilder().setValue(id))
                .setAgentId(agent)
                .addAllResources(resources)
                .setCommand(CommandInfo.newBuilder().setValue(command))
                .build();
    }

    /** A task of a pod whose {@code shared} is what its executor's sandbox has as {@code data}. */
    public static TaskInfo sharing(TaskInfo task) {
        return task.toBuilder()
                .setContainer(ContainerInfo.newBuilder()
                        .setType(ContainerInfo.Type.MESOS)
                        .addVolumes(Volume.newBuilder()
                                .setContainerPath("shared")
                                .setMode(Volume.Mode.RW)
                                .setSource(Source.newBuilder()
                                        .setType(Source.Type.SANDBOX_PATH)
                                        .setSandboxPath(Source.SandboxPath.newBuilder()
                                                .setType(Source.SandboxPath.Type.PARENT)
                                                .setPath("data")))))
                .build();
    }

    /** So much of something, reserved dynamically: for the first role, of that for the second, and so on. */
    public static Resource reserved(String name, double amount, String... roles) {
        Resource.Builder resource = Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(amount));
        for (String role : roles) {
            resource.addReservationsBuilder()
                    .setType(ReservationInfo.Type.DYNAMIC)
                    .setRole(role);
        }
        return resource.build();
    }

    /** A volume of all of a reserved disk, at {@code data} in the sandbox. */
    public static Resource volume(String id, Resource disk) {
        Resource.Builder volume = disk.toBuilder();
        volume.getDiskBuilder()
                .setPersistence(DiskInfo.Persistence.newBuilder().setId(id))
                .setVolume(Volume.newBuilder().setContainerPath("data").setMode(Volume.Mode.RW));
        return volume.build();
    }

    /** The call that kills a task. */
    public static Call.Builder kill(String taskId) {
        return Call.newBuilder()
                .setType(Call.Type.KILL)
                .setKill(Call.Kill.newBuilder().setTaskId(TaskID.newBuilder().setValue(taskId)));
    }
}

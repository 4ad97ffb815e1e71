package io.stoa.state;

import com.google.protobuf.ByteString;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Operation;
import io.stoa.state.model.OperationKey;
import io.stoa.state.model.Quota;
import io.stoa.state.model.StateVersion;
import io.stoa.state.model.TaskKey;
import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.CommitMode;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.ConflictPolicy;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import java.util.List;
import java.util.Map;
import org.apache.mesos.v1.Protos;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** Values that read like prose. */
public final class Fixtures {

    public static final FrameworkId MARATHON = new FrameworkId("marathon");
    public static final AgentId HOST = new AgentId("host");

    private Fixtures() {}

    public static StateMutation.AdmitAgent agent(AgentId id, String resources) {
        return new StateMutation.AdmitAgent(
                id,
                Protos.AgentInfo.newBuilder()
                        .setHostname(id.value() + ".example")
                        .setId(Protos.AgentID.newBuilder().setValue(id.value()))
                        .addAllResources(Resources.parse(resources).toProto())
                        .build(),
                List.of(Protos.AgentInfo.Capability.newBuilder()
                        .setType(Protos.AgentInfo.Capability.Type.MULTI_ROLE)
                        .build()),
                "1.11.0",
                "10.0.0.1",
                5051,
                Resources.parse(resources),
                1_000);
    }

    public static StateMutation.AdmitFramework framework(FrameworkId id) {
        return new StateMutation.AdmitFramework(
                id,
                Protos.FrameworkInfo.newBuilder()
                        .setUser("root")
                        .setName(id.value())
                        .setId(Protos.FrameworkID.newBuilder().setValue(id.value()))
                        .build(),
                2_000);
    }

    public static TaskInfo task(AgentId agent, String id, String resources) {
        return task(agent, id, Resources.parse(resources));
    }

    public static TaskInfo task(AgentId agent, String id, Resources resources) {
        return TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(Protos.TaskID.newBuilder().setValue(id))
                .setAgentId(Protos.AgentID.newBuilder().setValue(agent.value()))
                .addAllResources(resources.toProto("*"))
                .setCommand(Protos.CommandInfo.newBuilder().setValue("exec httpd -f -p $PORT0"))
                .build();
    }

    public static TaskInfo withExecutor(TaskInfo task, String executorId, String resources) {
        return task.toBuilder()
                .clearCommand()
                .setExecutor(Protos.ExecutorInfo.newBuilder()
                        .setExecutorId(Protos.ExecutorID.newBuilder().setValue(executorId))
                        .addAllResources(Resources.parse(resources).toProto("*")))
                .build();
    }

    /** The same amounts, dynamically reserved for a role. */
    @SuppressWarnings("deprecation") // Mesos' pre-refinement field role
    public static Resources reserved(String resources, String role) {
        return Resources.of(Resources.parse(resources).toProto().stream()
                .map(resource -> resource.toBuilder()
                        .clearRole()
                        .addReservations(Protos.Resource.ReservationInfo.newBuilder()
                                .setType(Protos.Resource.ReservationInfo.Type.DYNAMIC)
                                .setRole(role))
                        .build())
                .toList());
    }

    /** A persistent volume on reserved disk. */
    public static Resources volume(Resources reservedDisk, String id, boolean shared) {
        return Resources.of(reservedDisk.toProto().stream()
                .map(disk -> {
                    Protos.Resource.Builder volume = disk.toBuilder();
                    volume.getDiskBuilder()
                            .setPersistence(Protos.Resource.DiskInfo.Persistence.newBuilder()
                                    .setId(id))
                            .setVolume(Protos.Volume.newBuilder()
                                    .setContainerPath("data")
                                    .setMode(Protos.Volume.Mode.RW));
                    if (shared) {
                        volume.setShared(Protos.Resource.SharedInfo.getDefaultInstance());
                    }
                    return volume.build();
                })
                .toList());
    }

    public static Operation operation(OperationKey key, AgentId agent, int uuid) {
        return new Operation(
                key,
                agent,
                Protos.Offer.Operation.newBuilder()
                        .setType(Protos.Offer.Operation.Type.RESERVE)
                        .setId(Protos.OperationID.newBuilder().setValue(key.operationId()))
                        .build(),
                uuid(uuid));
    }

    public static ByteString uuid(int number) {
        return ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, (byte) number});
    }

    public static StateMutation.Claim claim(String taskId, String resources) {
        return new StateMutation.Claim(MARATHON, HOST, "*", task(HOST, taskId, resources));
    }

    public static TaskKey key(String taskId) {
        return new TaskKey(MARATHON, taskId);
    }

    public static TaskStatus status(String taskId, TaskState state, int uuid) {
        return TaskStatus.newBuilder()
                .setTaskId(Protos.TaskID.newBuilder().setValue(taskId))
                .setState(state)
                .setUuid(uuid(uuid))
                .build();
    }

    public static StateMutation.UpdateTaskStatus update(String taskId, TaskState state, int uuid) {
        return new StateMutation.UpdateTaskStatus(key(taskId), status(taskId, state, uuid));
    }

    /** @param guarantees thousandths by name, as {@code limits} */
    public static Quota quota(Map<String, Long> guarantees, Map<String, Long> limits) {
        return new Quota(ResourceQuantities.of(guarantees), ResourceLimits.of(limits));
    }

    public static StateTransaction allOrNothing(StateMutation... mutations) {
        return new StateTransaction(
                StateVersion.ZERO, ConflictPolicy.RESOURCE_FIT, CommitMode.ALL_OR_NOTHING, List.of(mutations));
    }

    public static StateTransaction incremental(StateMutation... mutations) {
        return new StateTransaction(
                StateVersion.ZERO, ConflictPolicy.RESOURCE_FIT, CommitMode.INCREMENTAL, List.of(mutations));
    }

    public static CommitResult commit(SharedState state, StateMutation... mutations) throws Exception {
        return state.commit(allOrNothing(mutations)).get();
    }
}

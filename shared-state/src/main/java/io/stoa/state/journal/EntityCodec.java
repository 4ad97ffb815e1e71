package io.stoa.state.journal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.proto.journal.AgentRecord;
import io.stoa.proto.journal.ExecutorClaim;
import io.stoa.proto.journal.FrameworkRecord;
import io.stoa.proto.journal.GoneAgentRecord;
import io.stoa.proto.journal.OperationRecord;
import io.stoa.proto.journal.RequestRecord;
import io.stoa.proto.journal.TaskClaim;
import io.stoa.proto.journal.TaskRecord;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.AgentStatus;
import io.stoa.state.model.AnsweredRequest;
import io.stoa.state.model.Executor;
import io.stoa.state.model.Framework;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.GoneAgent;
import io.stoa.state.model.Operation;
import io.stoa.state.model.OperationKey;
import io.stoa.state.model.RequestKey;
import io.stoa.state.model.StateVersion;
import io.stoa.state.model.Task;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Resources;
import java.util.ArrayList;
import java.util.List;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** The entities of the model to records and back; what follows from a message is not written beside it. */
final class EntityCodec {

    private EntityCodec() {}

    static AgentRecord encode(Agent agent) {
        AgentRecord.Builder record = AgentRecord.newBuilder()
                .setInfo(agent.infoBytes())
                .setMesosVersion(agent.mesosVersion())
                .setIp(agent.ip())
                .setPort(agent.port())
                .addAllTotal(encode(agent.total()))
                .addAllClaimed(encode(agent.claimed()))
                .setUnreachable(agent.status() == AgentStatus.UNREACHABLE)
                .setRegisteredAtMs(agent.registeredAtMs())
                .setReregisteredAtMs(agent.reregisteredAtMs())
                .setUnreachableAtMs(agent.unreachableAtMs())
                .setChangedAt(agent.changedAt().value());
        if (!agent.activation().isActive()) {
            record.setActivation(ActivationCodec.encode(agent.activation()));
        }
        agent.capabilities().forEach(capability -> record.addCapabilities(capability.toByteString()));
        return record.build();
    }

    static Agent decode(AgentRecord record) throws InvalidProtocolBufferException {
        AgentInfo info = AgentInfo.parseFrom(record.getInfo());
        List<AgentInfo.Capability> capabilities = new ArrayList<>();
        for (ByteString capability : record.getCapabilitiesList()) {
            capabilities.add(AgentInfo.Capability.parseFrom(capability));
        }
        return new Agent(
                new AgentId(info.getId().getValue()),
                info,
                record.getInfo(),
                capabilities,
                record.getMesosVersion(),
                record.getIp(),
                record.getPort(),
                decode(record.getTotalList()),
                decode(record.getClaimedList()),
                record.getUnreachable() ? AgentStatus.UNREACHABLE : AgentStatus.REGISTERED,
                ActivationCodec.decode(record.getActivation()),
                record.getRegisteredAtMs(),
                record.getReregisteredAtMs(),
                record.getUnreachableAtMs(),
                new StateVersion(record.getChangedAt()));
    }

    static GoneAgentRecord encode(GoneAgent agent) {
        return GoneAgentRecord.newBuilder()
                .setAgentId(agent.id().value())
                .setSinceMs(agent.sinceMs())
                .build();
    }

    static GoneAgent decode(GoneAgentRecord record) {
        return new GoneAgent(new AgentId(record.getAgentId()), record.getSinceMs());
    }

    static FrameworkRecord encode(Framework framework) {
        return FrameworkRecord.newBuilder()
                .setInfo(framework.info().toByteString())
                .setRegisteredAtMs(framework.registeredAtMs())
                .setReregisteredAtMs(framework.reregisteredAtMs())
                .setGeneration(framework.generation().value())
                .build();
    }

    static Framework decode(FrameworkRecord record) throws InvalidProtocolBufferException {
        FrameworkInfo info = FrameworkInfo.parseFrom(record.getInfo());
        return new Framework(
                new FrameworkId(info.getId().getValue()),
                info,
                record.getRegisteredAtMs(),
                record.getReregisteredAtMs(),
                new StateVersion(record.getGeneration()));
    }

    static TaskClaim encode(Task task) {
        TaskClaim.Builder claim = TaskClaim.newBuilder()
                .setFrameworkId(task.key().frameworkId().value())
                .setAgentId(task.agentId().value())
                .setRole(task.role())
                .setInfo(task.spec().bytes());
        task.group().ifPresent(claim::setGroup);
        return claim.build();
    }

    static Task decode(TaskClaim claim) throws InvalidProtocolBufferException {
        Task task = Task.claimed(
                new FrameworkId(claim.getFrameworkId()),
                new AgentId(claim.getAgentId()),
                claim.getRole(),
                claim.getInfo());
        return claim.getGroup().isEmpty() ? task : task.inGroup(claim.getGroup());
    }

    static TaskRecord encodeWithStatuses(Task task) {
        TaskRecord.Builder record = TaskRecord.newBuilder().setClaim(encode(task));
        task.statuses().forEach(status -> record.addStatuses(status.toByteString()));
        if (task.state() != task.latestStatus().map(TaskStatus::getState).orElse(TaskState.TASK_STAGING)) {
            record.setState(task.state().getNumber());
        }
        task.kill().ifPresent(how -> record.setKill(how.toByteString()));
        return record.build();
    }

    static Task decode(TaskRecord record) throws InvalidProtocolBufferException {
        Task task = decode(record.getClaim());
        for (ByteString status : record.getStatusesList()) {
            task = task.with(TaskStatus.parseFrom(status));
        }
        task = record.hasState() ? task.in(taskState(record.getState())) : task;
        return record.hasKill() ? task.toBeKilled(KillPolicy.parseFrom(record.getKill())) : task;
    }

    static TaskState taskState(int number) throws InvalidProtocolBufferException {
        TaskState state = TaskState.forNumber(number);
        if (state == null) {
            throw new InvalidProtocolBufferException("task state: " + number + " (expected: one of TaskState)");
        }
        return state;
    }

    static ExecutorClaim encode(Executor executor) {
        return ExecutorClaim.newBuilder()
                .setFrameworkId(executor.key().frameworkId().value())
                .setAgentId(executor.key().agentId().value())
                .setRole(executor.role())
                .setInfo(executor.info().toByteString())
                .build();
    }

    static Executor decode(ExecutorClaim claim) throws InvalidProtocolBufferException {
        return Executor.claimed(
                new FrameworkId(claim.getFrameworkId()),
                new AgentId(claim.getAgentId()),
                claim.getRole(),
                ExecutorInfo.parseFrom(claim.getInfo()));
    }

    static OperationRecord encode(Operation operation) {
        return OperationRecord.newBuilder()
                .setFrameworkId(operation.key().frameworkId().value())
                .setAgentId(operation.agentId().value())
                .setInfo(operation.info().toByteString())
                .setUuid(operation.uuid())
                .build();
    }

    static Operation decode(OperationRecord record) throws InvalidProtocolBufferException {
        Offer.Operation info = Offer.Operation.parseFrom(record.getInfo());
        return new Operation(
                new OperationKey(
                        new FrameworkId(record.getFrameworkId()), info.getId().getValue()),
                new AgentId(record.getAgentId()),
                info,
                record.getUuid());
    }

    static RequestRecord encode(FrameworkId frameworkId, AnsweredRequest request) {
        return RequestRecord.newBuilder()
                .setFrameworkId(frameworkId.value())
                .setKey(request.key().text())
                .setFingerprint(request.key().fingerprint())
                .setVersion(request.version().value())
                .setConflicted(request.conflictedBits())
                .build();
    }

    static AnsweredRequest decode(RequestRecord record) {
        return new AnsweredRequest(
                new RequestKey(record.getKey(), record.getFingerprint()),
                new StateVersion(record.getVersion()),
                record.getConflicted());
    }

    static io.stoa.proto.journal.Conversion encode(Conversion conversion) {
        return io.stoa.proto.journal.Conversion.newBuilder()
                .addAllConsumed(encode(conversion.consumed()))
                .addAllConverted(encode(conversion.converted()))
                .build();
    }

    static Conversion decode(io.stoa.proto.journal.Conversion record) throws InvalidProtocolBufferException {
        return new Conversion(decode(record.getConsumedList()), decode(record.getConvertedList()));
    }

    private static List<ByteString> encode(Resources resources) {
        List<ByteString> encoded = new ArrayList<>();
        resources.toProto().forEach(resource -> encoded.add(resource.toByteString()));
        return encoded;
    }

    private static Resources decode(List<ByteString> encoded) throws InvalidProtocolBufferException {
        List<Resource> resources = new ArrayList<>(encoded.size());
        for (ByteString resource : encoded) {
            resources.add(Resource.parseFrom(resource));
        }
        return Resources.of(resources);
    }
}

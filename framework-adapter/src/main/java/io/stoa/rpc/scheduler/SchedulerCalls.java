package io.stoa.rpc.scheduler;

import com.google.protobuf.ByteString;
import io.stoa.http.call.CallRules;
import io.stoa.mesos.FrameworkRoles;
import io.stoa.mesos.scheduler.SchedulerApi;
import io.stoa.proto.v1.AcknowledgeRequest;
import io.stoa.proto.v1.Acknowledgement;
import io.stoa.proto.v1.ReconcileRequest;
import io.stoa.proto.v1.SendMessageRequest;
import io.stoa.state.model.FrameworkId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.OperationID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.scheduler.Protos.Call;

/** The requests that Mesos has, too, as its calls. */
final class SchedulerCalls {

    private static final int MAX_IDS = 1_000;
    private static final int UUID_BYTES = 16;

    private SchedulerCalls() {}

    /** Nothing is offered to who subscribes: all its roles are suppressed. */
    static Call subscribe(FrameworkInfo info) {
        Call.Builder call = Call.newBuilder()
                .setType(Call.Type.SUBSCRIBE)
                .setSubscribe(Call.Subscribe.newBuilder()
                        .setFrameworkInfo(info)
                        .addAllSuppressedRoles(FrameworkRoles.of(info)));
        if (info.hasId()) {
            call.setFrameworkId(info.getId());
        }
        return call.build();
    }

    /**
     * A scheduler that does not say whose it is stays its principal's, and need not repeat its id.
     *
     * @param principal who the caller has proved to be; empty where nobody has to
     */
    static Checked<List<Call>> update(FrameworkId id, FrameworkInfo info, Optional<String> principal) {
        Optional<String> excess = InfoLimits.excess(info);
        if (excess.isPresent()) {
            return Checked.invalid(excess.get());
        }
        FrameworkInfo.Builder complete = info.toBuilder();
        if (!info.hasId()) {
            complete.setId(proto(id));
        }
        if (!info.hasPrincipal()) {
            principal.ifPresent(complete::setPrincipal);
        }
        FrameworkInfo named = complete.build();
        return valid(of(id, Call.Type.UPDATE_FRAMEWORK)
                .setUpdateFramework(Call.UpdateFramework.newBuilder()
                        .setFrameworkInfo(named)
                        .addAllSuppressedRoles(FrameworkRoles.of(named)))
                .build());
    }

    static Checked<List<Call>> tearDown(FrameworkId id) {
        return valid(of(id, Call.Type.TEARDOWN).build());
    }

    static Checked<List<Call>> acknowledge(FrameworkId id, AcknowledgeRequest request) {
        int count = request.getAcknowledgementsCount();
        if (count == 0 || count > MAX_IDS) {
            return Checked.invalid("acknowledgements: " + count + " (expected: 1 to " + MAX_IDS + ")");
        }
        List<Call> calls = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Acknowledgement acknowledgement = request.getAcknowledgements(i);
            Optional<String> error = invalidity(acknowledgement);
            if (error.isPresent()) {
                return Checked.invalid("acknowledgements[" + i + "]." + error.get());
            }
            Call call = call(id, acknowledgement);
            error = SchedulerApi.invalidity(call);
            if (error.isPresent()) {
                return Checked.invalid("acknowledgements[" + i + "]: " + error.get());
            }
            calls.add(call);
        }
        return Checked.passed(calls);
    }

    private static Optional<String> invalidity(Acknowledgement acknowledgement) {
        if (acknowledgement.getAgentId().isEmpty()) {
            return Optional.of("agent_id: missing (expected: that of the status)");
        }
        if (acknowledgement.getTaskId().isEmpty()
                && acknowledgement.getOperationId().isEmpty()) {
            return Optional.of("task_id: missing (expected: it, or operation_id)");
        }
        ByteString uuid = acknowledgement.getUuid();
        if (uuid.size() != UUID_BYTES) {
            return Optional.of("uuid: " + uuid.size() + " bytes (expected: " + UUID_BYTES + ")");
        }
        return CallRules.uuidInvalidity(uuid)
                .map(inMesosWords -> "uuid: " + HexFormat.of().formatHex(uuid.toByteArray())
                        + " (expected: a UUID of RFC 4122, version 1 to 5)");
    }

    private static Call call(FrameworkId id, Acknowledgement acknowledgement) {
        AgentID agentId =
                AgentID.newBuilder().setValue(acknowledgement.getAgentId()).build();
        if (!acknowledgement.getTaskId().isEmpty()) {
            return of(id, Call.Type.ACKNOWLEDGE)
                    .setAcknowledge(Call.Acknowledge.newBuilder()
                            .setAgentId(agentId)
                            .setTaskId(TaskID.newBuilder().setValue(acknowledgement.getTaskId()))
                            .setUuid(acknowledgement.getUuid()))
                    .build();
        }
        return of(id, Call.Type.ACKNOWLEDGE_OPERATION_STATUS)
                .setAcknowledgeOperationStatus(Call.AcknowledgeOperationStatus.newBuilder()
                        .setAgentId(agentId)
                        .setOperationId(OperationID.newBuilder().setValue(acknowledgement.getOperationId()))
                        .setUuid(acknowledgement.getUuid()))
                .build();
    }

    static Checked<List<Call>> reconcile(FrameworkId id, ReconcileRequest request) {
        int count = request.getTaskIdsCount();
        if (count > MAX_IDS) {
            return Checked.invalid("task_ids: " + count + " (expected: at most " + MAX_IDS + ")");
        }
        Call.Reconcile.Builder reconcile = Call.Reconcile.newBuilder();
        for (String taskId : request.getTaskIdsList()) {
            reconcile.addTasks(Call.Reconcile.Task.newBuilder()
                    .setTaskId(TaskID.newBuilder().setValue(taskId)));
        }
        return valid(of(id, Call.Type.RECONCILE).setReconcile(reconcile).build());
    }

    static Checked<List<Call>> message(FrameworkId id, SendMessageRequest request) {
        if (request.getAgentId().isEmpty()) {
            return Checked.invalid("agent_id: missing (expected: that of the executor)");
        }
        if (request.getExecutorId().isEmpty()) {
            return Checked.invalid("executor_id: missing (expected: that of a custom executor)");
        }
        return valid(of(id, Call.Type.MESSAGE)
                .setMessage(Call.Message.newBuilder()
                        .setAgentId(AgentID.newBuilder().setValue(request.getAgentId()))
                        .setExecutorId(ExecutorID.newBuilder().setValue(request.getExecutorId()))
                        .setData(request.getData()))
                .build());
    }

    private static Checked<List<Call>> valid(Call call) {
        return SchedulerApi.invalidity(call)
                .<Checked<List<Call>>>map(Checked::invalid)
                .orElseGet(() -> Checked.passed(List.of(call)));
    }

    private static Call.Builder of(FrameworkId id, Call.Type type) {
        return Call.newBuilder().setType(type).setFrameworkId(proto(id));
    }

    private static FrameworkID proto(FrameworkId id) {
        return FrameworkID.newBuilder().setValue(id.value()).build();
    }
}

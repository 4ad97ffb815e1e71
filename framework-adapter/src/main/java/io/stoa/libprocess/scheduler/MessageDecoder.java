package io.stoa.libprocess.scheduler;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.libprocess.Message;
import io.stoa.mesos.scheduler.Takeover;
import io.stoa.proto.libprocess.DeactivateFrameworkMessage;
import io.stoa.proto.libprocess.FrameworkToExecutorMessage;
import io.stoa.proto.libprocess.KillTaskMessage;
import io.stoa.proto.libprocess.LaunchTasksMessage;
import io.stoa.proto.libprocess.MesosId;
import io.stoa.proto.libprocess.ReconcileTasksMessage;
import io.stoa.proto.libprocess.RegisterFrameworkMessage;
import io.stoa.proto.libprocess.ReregisterFrameworkMessage;
import io.stoa.proto.libprocess.ResourceRequestMessage;
import io.stoa.proto.libprocess.ReviveOffersMessage;
import io.stoa.proto.libprocess.StatusUpdateAcknowledgementMessage;
import io.stoa.proto.libprocess.UnregisterFrameworkMessage;
import io.stoa.state.model.FrameworkId;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.mesos.scheduler.Protos.Call.Subscribe;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.Filters;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;

/**
 * Reads what frameworks say: the one message of drivers since Mesos 0.23, and the messages before it, each of which is
 * a call in other words. The bytes of {@code mesos} and {@code mesos.v1} are the same.
 */
final class MessageDecoder {

    /** What drivers since Mesos 0.23 say everything with. */
    static final String CALL = "mesos.scheduler.Call";

    private static final String INTERNAL = "mesos.internal.";

    private static final int TYPE_TAG = Call.TYPE_FIELD_NUMBER << 3;

    private static final Map<String, Form> FORMS = Map.ofEntries(
            Map.entry(CALL, MessageDecoder::call),
            Map.entry(INTERNAL + "RegisterFrameworkMessage", MessageDecoder::register),
            Map.entry(INTERNAL + "ReregisterFrameworkMessage", MessageDecoder::reregister),
            Map.entry(
                    INTERNAL + "UnregisterFrameworkMessage",
                    body -> new Request.Unregister(
                            id(UnregisterFrameworkMessage.parseFrom(body).getFrameworkId()))),
            Map.entry(
                    INTERNAL + "DeactivateFrameworkMessage",
                    body -> new Request.Deactivate(
                            id(DeactivateFrameworkMessage.parseFrom(body).getFrameworkId()))),
            Map.entry(INTERNAL + "ResourceRequestMessage", MessageDecoder::requestResources),
            Map.entry(INTERNAL + "LaunchTasksMessage", MessageDecoder::launchTasks),
            Map.entry(INTERNAL + "ReviveOffersMessage", MessageDecoder::reviveOffers),
            Map.entry(INTERNAL + "KillTaskMessage", MessageDecoder::killTask),
            Map.entry(INTERNAL + "StatusUpdateAcknowledgementMessage", MessageDecoder::acknowledge),
            Map.entry(INTERNAL + "ReconcileTasksMessage", MessageDecoder::reconcileTasks),
            Map.entry(INTERNAL + "FrameworkToExecutorMessage", MessageDecoder::toExecutor));

    private MessageDecoder() {}

    /** How one kind of message is read. */
    private interface Form {
        Request read(byte[] body) throws InvalidProtocolBufferException;
    }

    /** Empty for a message that no framework sends. */
    static Optional<Request> decode(Message message) throws InvalidProtocolBufferException {
        Form form = FORMS.get(message.name());
        return form == null ? Optional.empty() : Optional.of(form.read(message.body()));
    }

    private static Request call(byte[] body) throws InvalidProtocolBufferException {
        return subscribes(body)
                ? subscribe(org.apache.mesos.scheduler.Protos.Call.parseFrom(body))
                : new Request.Say(Call.parseFrom(body));
    }

    /** Looks for the type alone, since what else is in a call may be a lot. */
    private static boolean subscribes(byte[] body) throws InvalidProtocolBufferException {
        CodedInputStream in = CodedInputStream.newInstance(body);
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == TYPE_TAG) {
                    return in.readEnum() == Call.Type.SUBSCRIBE_VALUE;
                }
                in.skipField(tag);
            }
        } catch (IOException e) {
            throw new InvalidProtocolBufferException(e);
        }
        return false;
    }

    /** Here alone the numbers of v1 are others: it has no {@code force}. */
    private static Request subscribe(org.apache.mesos.scheduler.Protos.Call call)
            throws InvalidProtocolBufferException {
        if (!call.hasSubscribe()) {
            return new Request.Say(
                    Call.newBuilder().setType(Call.Type.SUBSCRIBE).build());
        }
        Subscribe old = call.getSubscribe();
        Call.Subscribe.Builder subscribe = Call.Subscribe.newBuilder()
                .setFrameworkInfo(FrameworkInfo.parseFrom(old.getFrameworkInfo().toByteString()))
                .addAllSuppressedRoles(old.getSuppressedRolesList());
        if (old.hasOfferConstraints()) {
            subscribe.setOfferConstraints(
                    OfferConstraints.parseFrom(old.getOfferConstraints().toByteString()));
        }
        Call.Builder now = Call.newBuilder().setType(Call.Type.SUBSCRIBE).setSubscribe(subscribe);
        if (call.hasFrameworkId()) {
            now.setFrameworkId(
                    FrameworkID.newBuilder().setValue(call.getFrameworkId().getValue()));
        }
        return new Request.Subscribe(now.build(), old.getForce() ? Takeover.ALLOWED : Takeover.REFUSED);
    }

    private static Request register(byte[] body) throws InvalidProtocolBufferException {
        FrameworkInfo info =
                FrameworkInfo.parseFrom(RegisterFrameworkMessage.parseFrom(body).getFramework());
        return info.getId().getValue().isEmpty()
                ? subscribe(info, Takeover.REFUSED)
                : new Request.Refuse("Registering with 'id' already set");
    }

    private static Request reregister(byte[] body) throws InvalidProtocolBufferException {
        ReregisterFrameworkMessage message = ReregisterFrameworkMessage.parseFrom(body);
        FrameworkInfo info = FrameworkInfo.parseFrom(message.getFramework());
        return info.getId().getValue().isEmpty()
                ? new Request.Refuse("Re-registering without an 'id'")
                : subscribe(info, message.getFailover() ? Takeover.ALLOWED : Takeover.REFUSED);
    }

    private static Request subscribe(FrameworkInfo info, Takeover takeover) {
        Call.Builder call = Call.newBuilder()
                .setType(Call.Type.SUBSCRIBE)
                .setSubscribe(Call.Subscribe.newBuilder().setFrameworkInfo(info));
        if (info.hasId()) {
            call.setFrameworkId(info.getId());
        }
        return new Request.Subscribe(call.build(), takeover);
    }

    private static Request requestResources(byte[] body) throws InvalidProtocolBufferException {
        ResourceRequestMessage message = ResourceRequestMessage.parseFrom(body);
        Call.Request.Builder request = Call.Request.newBuilder();
        for (ByteString asked : message.getRequestsList()) {
            request.addRequests(org.apache.mesos.v1.Protos.Request.parseFrom(asked));
        }
        return say(message.getFrameworkId(), Call.Type.REQUEST, call -> call.setRequest(request));
    }

    /** Without tasks the offers are declined. */
    private static Request launchTasks(byte[] body) throws InvalidProtocolBufferException {
        LaunchTasksMessage message = LaunchTasksMessage.parseFrom(body);
        Filters filters = Filters.parseFrom(message.getFilters());
        Offer.Operation.Launch.Builder launch = Offer.Operation.Launch.newBuilder();
        for (ByteString task : message.getTasksList()) {
            launch.addTaskInfos(TaskInfo.parseFrom(task));
        }
        Call.Accept.Builder accept = Call.Accept.newBuilder().setFilters(filters);
        for (ByteString offer : message.getOfferIdsList()) {
            accept.addOfferIds(OfferID.parseFrom(offer));
        }
        if (launch.getTaskInfosCount() == 0) {
            return say(
                    message.getFrameworkId(),
                    Call.Type.DECLINE,
                    call -> call.setDecline(Call.Decline.newBuilder()
                            .addAllOfferIds(accept.getOfferIdsList())
                            .setFilters(filters)));
        }
        accept.addOperations(Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .setLaunch(launch));
        return say(message.getFrameworkId(), Call.Type.ACCEPT, call -> call.setAccept(accept));
    }

    private static Request reviveOffers(byte[] body) throws InvalidProtocolBufferException {
        ReviveOffersMessage message = ReviveOffersMessage.parseFrom(body);
        return say(
                message.getFrameworkId(),
                Call.Type.REVIVE,
                call -> call.setRevive(Call.Revive.newBuilder().addAllRoles(message.getRolesList())));
    }

    /** Who speaks this way has no kill policy, as in Mesos. */
    private static Request killTask(byte[] body) throws InvalidProtocolBufferException {
        KillTaskMessage message = KillTaskMessage.parseFrom(body);
        return say(
                message.getFrameworkId(),
                Call.Type.KILL,
                call -> call.setKill(Call.Kill.newBuilder().setTaskId(taskId(message.getTaskId()))));
    }

    private static Request acknowledge(byte[] body) throws InvalidProtocolBufferException {
        StatusUpdateAcknowledgementMessage message = StatusUpdateAcknowledgementMessage.parseFrom(body);
        return say(
                message.getFrameworkId(),
                Call.Type.ACKNOWLEDGE,
                call -> call.setAcknowledge(Call.Acknowledge.newBuilder()
                        .setAgentId(agentId(message.getSlaveId()))
                        .setTaskId(taskId(message.getTaskId()))
                        .setUuid(message.getUuid())));
    }

    private static Request reconcileTasks(byte[] body) throws InvalidProtocolBufferException {
        ReconcileTasksMessage message = ReconcileTasksMessage.parseFrom(body);
        Call.Reconcile.Builder reconcile = Call.Reconcile.newBuilder();
        for (ByteString bytes : message.getStatusesList()) {
            TaskStatus status = TaskStatus.parseFrom(bytes);
            Call.Reconcile.Task.Builder task = reconcile.addTasksBuilder().setTaskId(status.getTaskId());
            if (status.hasAgentId()) {
                task.setAgentId(status.getAgentId());
            }
        }
        return say(message.getFrameworkId(), Call.Type.RECONCILE, call -> call.setReconcile(reconcile));
    }

    private static Request toExecutor(byte[] body) throws InvalidProtocolBufferException {
        FrameworkToExecutorMessage message = FrameworkToExecutorMessage.parseFrom(body);
        return say(
                message.getFrameworkId(),
                Call.Type.MESSAGE,
                call -> call.setMessage(Call.Message.newBuilder()
                        .setAgentId(agentId(message.getSlaveId()))
                        .setExecutorId(ExecutorID.newBuilder()
                                .setValue(message.getExecutorId().getValue()))
                        .setData(message.getData())));
    }

    private static Request say(MesosId framework, Call.Type type, Consumer<Call.Builder> what) {
        Call.Builder call = Call.newBuilder()
                .setFrameworkId(FrameworkID.newBuilder().setValue(framework.getValue()))
                .setType(type);
        what.accept(call);
        return new Request.Say(call.build());
    }

    private static FrameworkId id(MesosId id) {
        return new FrameworkId(id.getValue());
    }

    private static AgentID agentId(MesosId id) {
        return AgentID.newBuilder().setValue(id.getValue()).build();
    }

    private static TaskID taskId(MesosId id) {
        return TaskID.newBuilder().setValue(id.getValue()).build();
    }
}

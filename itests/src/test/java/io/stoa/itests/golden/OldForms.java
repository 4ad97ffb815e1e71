package io.stoa.itests.golden;

import com.google.protobuf.Message;
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
import org.apache.mesos.Protos.Offer;
import org.apache.mesos.Protos.TaskID;
import org.apache.mesos.Protos.TaskInfo;
import org.apache.mesos.Protos.TaskState;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.scheduler.Protos.Call;

/** Calls as drivers said them before Mesos 0.23. */
final class OldForms {

    private OldForms() {}

    /** The call itself where it had no other form. */
    static Message of(Call call) {
        MesosId framework = id(call.getFrameworkId().getValue());
        return switch (call.getType()) {
            case SUBSCRIBE -> subscribe(call.getSubscribe());
            case TEARDOWN ->
                UnregisterFrameworkMessage.newBuilder()
                        .setFrameworkId(framework)
                        .build();
            case ACCEPT -> launch(call.getAccept(), framework);
            case DECLINE -> {
                LaunchTasksMessage.Builder decline = LaunchTasksMessage.newBuilder()
                        .setFrameworkId(framework)
                        .setFilters(call.getDecline().getFilters().toByteString());
                call.getDecline().getOfferIdsList().forEach(offer -> decline.addOfferIds(offer.toByteString()));
                yield decline.build();
            }
            case REVIVE ->
                ReviveOffersMessage.newBuilder().setFrameworkId(framework).build();
            case KILL ->
                KillTaskMessage.newBuilder()
                        .setFrameworkId(framework)
                        .setTaskId(id(call.getKill().getTaskId().getValue()))
                        .build();
            case ACKNOWLEDGE ->
                StatusUpdateAcknowledgementMessage.newBuilder()
                        .setFrameworkId(framework)
                        .setSlaveId(id(call.getAcknowledge().getSlaveId().getValue()))
                        .setTaskId(id(call.getAcknowledge().getTaskId().getValue()))
                        .setUuid(call.getAcknowledge().getUuid())
                        .build();
            case RECONCILE -> reconcile(call.getReconcile(), framework);
            case REQUEST ->
                ResourceRequestMessage.newBuilder().setFrameworkId(framework).build();
            default -> call;
        };
    }

    private static Message subscribe(Call.Subscribe subscribe) {
        return subscribe.getFrameworkInfo().hasId()
                ? ReregisterFrameworkMessage.newBuilder()
                        .setFramework(subscribe.getFrameworkInfo().toByteString())
                        .setFailover(subscribe.getForce())
                        .build()
                : RegisterFrameworkMessage.newBuilder()
                        .setFramework(subscribe.getFrameworkInfo().toByteString())
                        .build();
    }

    private static Message launch(Call.Accept accept, MesosId framework) {
        LaunchTasksMessage.Builder launch = LaunchTasksMessage.newBuilder()
                .setFrameworkId(framework)
                .setFilters(accept.getFilters().toByteString());
        accept.getOfferIdsList().forEach(offer -> launch.addOfferIds(offer.toByteString()));
        for (Offer.Operation operation : accept.getOperationsList()) {
            for (TaskInfo task : operation.getLaunch().getTaskInfosList()) {
                launch.addTasks(task.toByteString());
            }
        }
        return launch.build();
    }

    private static Message reconcile(Call.Reconcile reconcile, MesosId framework) {
        ReconcileTasksMessage.Builder message =
                ReconcileTasksMessage.newBuilder().setFrameworkId(framework);
        for (Call.Reconcile.Task task : reconcile.getTasksList()) {
            TaskStatus.Builder status = TaskStatus.newBuilder()
                    .setTaskId(TaskID.newBuilder().setValue(task.getTaskId().getValue()))
                    .setState(TaskState.TASK_RUNNING);
            if (task.hasSlaveId()) {
                status.setSlaveId(task.getSlaveId());
            }
            message.addStatuses(status.build().toByteString());
        }
        return message.build();
    }

    private static MesosId id(String value) {
        return MesosId.newBuilder().setValue(value).build();
    }
}

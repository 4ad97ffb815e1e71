package io.stoa.itests;

import java.util.List;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OperationID;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskGroupInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;

/** Calls of frameworks, and operations in them, that read like prose. */
public final class Calls {

    private Calls() {}

    /** Refuses nothing of what is left over. */
    public static Call.Builder accept(Offer offer, Offer.Operation.Builder... operations) {
        return accept(List.of(offer), operations);
    }

    /** Refuses nothing of what is left over. */
    public static Call.Builder accept(List<Offer> offers, Offer.Operation.Builder... operations) {
        Call.Accept.Builder accept = Call.Accept.newBuilder();
        offers.forEach(offer -> accept.addOfferIds(offer.getId()));
        List.of(operations).forEach(accept::addOperations);
        accept.getFiltersBuilder().setRefuseSeconds(0);
        return Call.newBuilder().setType(Call.Type.ACCEPT).setAccept(accept);
    }

    public static Call.Builder decline(Offer offer, double refuseSeconds) {
        Call.Decline.Builder decline = Call.Decline.newBuilder().addOfferIds(offer.getId());
        decline.getFiltersBuilder().setRefuseSeconds(refuseSeconds);
        return Call.newBuilder().setType(Call.Type.DECLINE).setDecline(decline);
    }

    public static Call.Builder suppress(String... roles) {
        return Call.newBuilder()
                .setType(Call.Type.SUPPRESS)
                .setSuppress(Call.Suppress.newBuilder().addAllRoles(List.of(roles)));
    }

    public static Call.Builder revive(String... roles) {
        return Call.newBuilder()
                .setType(Call.Type.REVIVE)
                .setRevive(Call.Revive.newBuilder().addAllRoles(List.of(roles)));
    }

    /** @param info with id */
    public static Call.Builder update(FrameworkInfo info, String... suppressedRoles) {
        return Call.newBuilder()
                .setType(Call.Type.UPDATE_FRAMEWORK)
                .setUpdateFramework(Call.UpdateFramework.newBuilder()
                        .setFrameworkInfo(info)
                        .addAllSuppressedRoles(List.of(suppressedRoles)));
    }

    /** Asks for these tasks; for all without any. */
    public static Call.Builder reconcile(String... taskIds) {
        Call.Reconcile.Builder reconcile = Call.Reconcile.newBuilder();
        for (String taskId : taskIds) {
            reconcile.addTasksBuilder().setTaskId(TaskID.newBuilder().setValue(taskId));
        }
        return Call.newBuilder().setType(Call.Type.RECONCILE).setReconcile(reconcile);
    }

    public static Call.Builder acknowledge(OperationStatus status) {
        return Call.newBuilder()
                .setType(Call.Type.ACKNOWLEDGE_OPERATION_STATUS)
                .setAcknowledgeOperationStatus(Call.AcknowledgeOperationStatus.newBuilder()
                        .setAgentId(status.getAgentId())
                        .setOperationId(status.getOperationId())
                        .setUuid(status.getUuid().getValue()));
    }

    public static Call.Builder reconcileOperations(String... ids) {
        Call.ReconcileOperations.Builder reconcile = Call.ReconcileOperations.newBuilder();
        for (String id : ids) {
            reconcile
                    .addOperationsBuilder()
                    .setOperationId(OperationID.newBuilder().setValue(id));
        }
        return Call.newBuilder().setType(Call.Type.RECONCILE_OPERATIONS).setReconcileOperations(reconcile);
    }

    public static Call.Builder tearDown() {
        return Call.newBuilder().setType(Call.Type.TEARDOWN);
    }

    /** An operation whose end the framework is told. */
    public static Offer.Operation.Builder withId(String id, Offer.Operation.Builder operation) {
        return operation.setId(OperationID.newBuilder().setValue(id));
    }

    public static Offer.Operation.Builder launch(TaskInfo... tasks) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .setLaunch(Offer.Operation.Launch.newBuilder().addAllTaskInfos(List.of(tasks)));
    }

    /** Tasks that live and die together. */
    public static Offer.Operation.Builder launchGroup(ExecutorInfo.Builder executor, TaskInfo... tasks) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH_GROUP)
                .setLaunchGroup(Offer.Operation.LaunchGroup.newBuilder()
                        .setExecutor(executor.setType(ExecutorInfo.Type.DEFAULT))
                        .setTaskGroup(TaskGroupInfo.newBuilder().addAllTasks(List.of(tasks))));
    }

    public static Offer.Operation.Builder reserve(Resource... resources) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.RESERVE)
                .setReserve(Offer.Operation.Reserve.newBuilder().addAllResources(List.of(resources)));
    }

    public static Offer.Operation.Builder unreserve(Resource... resources) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.UNRESERVE)
                .setUnreserve(Offer.Operation.Unreserve.newBuilder().addAllResources(List.of(resources)));
    }

    public static Offer.Operation.Builder createVolume(Resource... volumes) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.CREATE)
                .setCreate(Offer.Operation.Create.newBuilder().addAllVolumes(List.of(volumes)));
    }

    public static Offer.Operation.Builder destroyVolume(Resource... volumes) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.DESTROY)
                .setDestroy(Offer.Operation.Destroy.newBuilder().addAllVolumes(List.of(volumes)));
    }
}

package io.stoa.itests.cluster;

import static io.stoa.itests.Fixtures.framework;
import static io.stoa.itests.Fixtures.shellTask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stoa.agent.Agent;
import io.stoa.itests.SchedulerClient;
import io.stoa.state.resources.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Offer.Operation;
import org.apache.mesos.v1.Protos.OperationID;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.Protos.Volume;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A framework that reserves and makes volumes, on a cluster that loses its master and its agent meanwhile. */
@Timeout(240)
class VolumesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Resource DISK = reserved("disk", 64);
    private static final Resource CPU = reserved("cpus", 1);
    private static final Resource VOLUME = volume();

    @TempDir
    Path directory;

    @Test
    void reservationsVolumesAndFeedbackOutliveTasksAgentsAndMasters() throws Exception {
        FrameworkInfo info = keeper().build();
        try (Candidates candidates = Candidates.at(directory);
                StoaProcess first = candidates.master("first")) {
            String firstAddress = candidates.awaitLeader();
            try (StoaProcess second = candidates.master("second")) {
                SchedulerClient before = subscribed(firstAddress, info);
                OperationStatus created;
                try (Agent agent = candidates.agent()) {
                    created = makeAVolumeAndUseIt(before);
                }
                try (Agent again = candidates.agent()) {
                    first.kill();
                    String next = candidates.awaitLeaderOtherThan(firstAddress);
                    try (SchedulerClient after =
                            subscribed(next, keeper().setId(before.id()).build())) {
                        assertThat(operation(after, "create")).isEqualTo(created);
                        after.call(acknowledge(created));
                        Offer kept = after.awaitOffer(holding(VOLUME));
                        assertThat(kept.getAgentId()).isEqualTo(created.getAgentId());
                        giveEverythingBack(after, kept);
                    }
                }
            }
        }
    }

    /** The status of CREATE, which stays unacknowledged. */
    private static OperationStatus makeAVolumeAndUseIt(SchedulerClient client) throws Exception {
        Offer offer = client.awaitOffer(any -> true);
        TaskInfo user = shellTask("user", offer.getAgentId(), "true").toBuilder()
                .clearResources()
                .addResources(CPU)
                .addResources(VOLUME)
                .addAllResources(Resources.parse("mem:32").toProto())
                .build();
        client.call(accept(
                offer,
                reserve(),
                Operation.newBuilder()
                        .setType(Operation.Type.CREATE)
                        .setId(OperationID.newBuilder().setValue("create"))
                        .setCreate(Operation.Create.newBuilder().addVolumes(VOLUME)),
                Operation.newBuilder()
                        .setType(Operation.Type.LAUNCH)
                        .setLaunch(Operation.Launch.newBuilder().addTaskInfos(user))));

        client.awaitState("user", TaskState.TASK_FINISHED);
        OperationStatus created = operation(client, "create");
        assertThat(created.getState()).isEqualTo(OperationState.OPERATION_FINISHED);
        client.awaitOffer(holding(VOLUME));
        return created;
    }

    private static void giveEverythingBack(SchedulerClient client, Offer offer) throws Exception {
        client.call(accept(
                offer,
                Operation.newBuilder()
                        .setType(Operation.Type.DESTROY)
                        .setDestroy(Operation.Destroy.newBuilder().addVolumes(VOLUME)),
                Operation.newBuilder()
                        .setType(Operation.Type.UNRESERVE)
                        .setUnreserve(Operation.Unreserve.newBuilder()
                                .addResources(CPU)
                                .addResources(DISK))));

        Offer whole = client.awaitOffer(
                each -> each.getResourcesList().stream().noneMatch(resource -> resource.getReservationsCount() > 0));
        assertThat(Resources.of(whole.getResourcesList()))
                .isEqualTo(Resources.parse("cpus:4;mem:4096;disk:1024;ports:[31000-31099]"));
    }

    private static FrameworkInfo.Builder keeper() {
        return framework("keeper")
                .addRoles("team")
                .addCapabilities(Capability.newBuilder().setType(Capability.Type.MULTI_ROLE))
                .addCapabilities(Capability.newBuilder().setType(Capability.Type.RESERVATION_REFINEMENT));
    }

    private static Operation.Builder reserve() {
        return Operation.newBuilder()
                .setType(Operation.Type.RESERVE)
                .setReserve(Operation.Reserve.newBuilder().addResources(CPU).addResources(DISK));
    }

    private static Call.Builder accept(Offer offer, Operation.Builder... operations) {
        Call.Accept.Builder accept = Call.Accept.newBuilder().addOfferIds(offer.getId());
        List.of(operations).forEach(accept::addOperations);
        accept.getFiltersBuilder().setRefuseSeconds(0);
        return Call.newBuilder().setType(Call.Type.ACCEPT).setAccept(accept);
    }

    private static Call.Builder acknowledge(OperationStatus status) {
        return Call.newBuilder()
                .setType(Call.Type.ACKNOWLEDGE_OPERATION_STATUS)
                .setAcknowledgeOperationStatus(Call.AcknowledgeOperationStatus.newBuilder()
                        .setAgentId(status.getAgentId())
                        .setOperationId(status.getOperationId())
                        .setUuid(status.getUuid().getValue()));
    }

    private static OperationStatus operation(SchedulerClient client, String id) throws InterruptedException {
        return client.await(event -> event.getType() == Event.Type.UPDATE_OPERATION_STATUS
                        && event.getUpdateOperationStatus()
                                .getStatus()
                                .getOperationId()
                                .getValue()
                                .equals(id))
                .getUpdateOperationStatus()
                .getStatus();
    }

    private static Predicate<Offer> holding(Resource resource) {
        return offer -> Resources.of(offer.getResourcesList()).contains(Resources.of(List.of(resource)));
    }

    private static Resource reserved(String name, double amount) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(amount))
                .addReservations(ReservationInfo.newBuilder()
                        .setType(ReservationInfo.Type.DYNAMIC)
                        .setRole("team"))
                .build();
    }

    private static Resource volume() {
        Resource.Builder volume = DISK.toBuilder();
        volume.getDiskBuilder()
                .setPersistence(DiskInfo.Persistence.newBuilder().setId("data"))
                .setVolume(Volume.newBuilder().setContainerPath("data").setMode(Volume.Mode.RW));
        return volume.build();
    }

    /** Subscribes as soon as the master, which has just been elected, serves. */
    private static SchedulerClient subscribed(String master, FrameworkInfo info) {
        return await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> SchedulerClient.subscribe(master, info), client -> true);
    }
}

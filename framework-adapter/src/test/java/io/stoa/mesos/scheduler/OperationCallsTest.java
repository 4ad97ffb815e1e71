package io.stoa.mesos.scheduler;

import static io.stoa.mesos.TestResources.bag;
import static io.stoa.mesos.TestResources.createVolumes;
import static io.stoa.mesos.TestResources.destroy;
import static io.stoa.mesos.TestResources.grow;
import static io.stoa.mesos.TestResources.id;
import static io.stoa.mesos.TestResources.reserve;
import static io.stoa.mesos.TestResources.reserved;
import static io.stoa.mesos.TestResources.shared;
import static io.stoa.mesos.TestResources.shrink;
import static io.stoa.mesos.TestResources.unreserve;
import static io.stoa.mesos.TestResources.volume;
import static io.stoa.mesos.scheduler.SchedulerFixture.accept;
import static io.stoa.mesos.scheduler.SchedulerFixture.framework;
import static io.stoa.mesos.scheduler.SchedulerFixture.launch;
import static io.stoa.mesos.scheduler.SchedulerFixture.task;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.state.model.Agent;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.resources.Conversion;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer.Operation;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.Test;

/** Reservations, volumes and the feedback about them, through the calls of a framework in the role {@code team}. */
class OperationCallsTest {

    private static final FrameworkId ID = new FrameworkId("M-0000");
    private static final Resources ALL = Resources.parse("cpus:4;mem:1024;disk:100");
    private static final Resource CPU = reserved("cpus", 1, "team");
    private static final Resource DISK = reserved("disk", 10, "team");
    private static final Resource VOLUME = volume("v", 10, "team");
    private static final Resource SHARED = shared(VOLUME);
    private static final String ON_AGENT = "; on agent S0 at slave(1)@127.0.0.1:5051 (localhost)";

    private final SchedulerFixture fixture = new SchedulerFixture();
    private final FrameworkInfo.Builder info = framework(FrameworkInfo.Capability.Type.SHARED_RESOURCES)
            .clearRoles()
            .addRoles("team");
    private FakeStream stream;

    OperationCallsTest() {
        stream = fixture.subscribe(info);
        fixture.agent("cpus:4;mem:1024;disk:100");
    }

    private String offer(Resources resources) {
        return fixture.allocator.offer(ID, "S0", "team", resources);
    }

    private String offer() {
        return offer(host().free());
    }

    private Agent host() {
        return fixture.state.snapshot().agent(new AgentId("S0")).orElseThrow();
    }

    private void acceptAll(Operation.Builder... operations) {
        fixture.call(stream, accept(offer(), operations));
    }

    private static TaskInfo.Builder taskOn(String id, Resource... resources) {
        return task(id, "cpus:0.1").addAllResources(List.of(resources));
    }

    private List<OperationStatus> statuses() {
        return stream.events.stream()
                .filter(event -> event.getType() == Event.Type.UPDATE_OPERATION_STATUS)
                .map(event -> event.getUpdateOperationStatus().getStatus())
                .toList();
    }

    private void acknowledge(String operationId, ByteString uuid) {
        fixture.call(
                stream,
                Call.newBuilder()
                        .setType(Call.Type.ACKNOWLEDGE_OPERATION_STATUS)
                        .setAcknowledgeOperationStatus(Call.AcknowledgeOperationStatus.newBuilder()
                                .setAgentId(AgentID.newBuilder().setValue("S0"))
                                .setOperationId(id(operationId))
                                .setUuid(uuid)));
    }

    @Test
    void operationsAndATaskOnWhatTheyMakeAreOneTransaction() {
        fixture.state.hold();
        acceptAll(reserve(CPU, DISK), createVolumes(VOLUME), launch(taskOn("t", CPU, VOLUME)));
        assertThat(host().total()).isEqualTo(ALL);
        fixture.state.release();
        fixture.loop.runAll();

        assertThat(fixture.knows("t")).isTrue();
        assertThat(host().claimed()).isEqualTo(bag(CPU, VOLUME).plus(Resources.parse("cpus:0.1")));
        assertThat(host().total())
                .isEqualTo(Resources.parse("cpus:3;mem:1024;disk:90").plus(bag(CPU, VOLUME)));
        assertThat(fixture.allocator.calls).endsWith("settle cpus:1.1; disk:10");
        assertThat(stream.operations()).isEmpty();
    }

    @Test
    void anOperationHasTheIdOfNoOtherThatIsNotAcknowledged() {
        acceptAll(reserve(CPU).setId(id("op")), reserve(DISK).setId(id("op")));
        acceptAll(reserve(DISK).setId(id("op")));

        assertThat(statuses())
                .extracting(OperationStatus::getState)
                .containsExactlyInAnyOrder(
                        OperationState.OPERATION_FINISHED,
                        OperationState.OPERATION_ERROR,
                        OperationState.OPERATION_ERROR);
        assertThat(statuses()).extracting(OperationStatus::getMessage).contains("Operation has duplicate ID: op");
        assertThat(host().total())
                .isEqualTo(Resources.parse("cpus:3;mem:1024;disk:100").plus(bag(CPU)));
        assertThat(fixture.counted("master/operations/reserve/error")).isEqualTo(2);
    }

    @Test
    void whatIsNotDoneIsCountedWhetherTheFrameworkAskedForFeedbackOrNot() {
        fixture.call(stream, accept("nosuch", reserve(CPU), unreserve(CPU).setId(id("op"))));
        acceptAll(unreserve(CPU));
        assertThat(fixture.counted("master/operations/error")).isEqualTo(3);
        assertThat(fixture.counted("master/operations/reserve/error")).isEqualTo(1);
        assertThat(fixture.counted("master/operations/unreserve/error")).isEqualTo(2);
    }

    @Test
    void whatWasConvertedIsNotDeclined() {
        acceptAll(reserve(CPU));
        assertThat(fixture.allocator.calls).endsWith("settle cpus:1");
        acceptAll(unreserve(CPU));
        assertThat(fixture.allocator.calls).endsWith("settle " + bag(CPU));
    }

    @Test
    void severalOffersOfOneAgentAreOne() {
        String first = offer(Resources.parse("cpus:0.5"));
        Call.Builder call = accept(offer(Resources.parse("cpus:0.5")), reserve(CPU));
        call.getAcceptBuilder().addOfferIds(OfferID.newBuilder().setValue(first));
        fixture.call(stream, call);

        assertThat(host().total())
                .isEqualTo(Resources.parse("cpus:3;mem:1024;disk:100").plus(bag(CPU)));
    }

    @Test
    void theFrameworkIsToldWhatWasDoneUntilItAcknowledges() {
        acceptAll(reserve(CPU).setId(id("op")));
        OperationStatus finished = statuses().get(0);
        assertThat(stream.operations()).containsExactly("op OPERATION_FINISHED");
        assertThat(finished.getAgentId().getValue()).isEqualTo("S0");
        assertThat(finished.getUuid().getValue().byteAt(6) >> 4).isEqualTo(4);

        fixture.advance(9_999);
        assertThat(statuses()).hasSize(1);
        fixture.advance(1);
        assertThat(statuses()).hasSize(2);
        acknowledge("op", ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
        fixture.advance(20_000);
        assertThat(statuses()).hasSize(3).containsOnly(finished);

        acknowledge("op", finished.getUuid().getValue());
        assertThat(fixture.counted("master/invalid_operation_status_update_acknowledgements"))
                .isEqualTo(1);
        assertThat(fixture.counted("master/valid_operation_status_update_acknowledgements"))
                .isEqualTo(1);
        fixture.advance(1_000_000);
        assertThat(statuses()).hasSize(3);
        assertThat(fixture.state.snapshot().operationsOf(ID)).isEmpty();
    }

    @Test
    void nothingIsToldBeforeItIsDurable() {
        fixture.state.hold();
        acceptAll(reserve(CPU).setId(id("op")));
        assertThat(stream.operations()).isEmpty();
        fixture.state.release();
        fixture.loop.runAll();
        assertThat(stream.operations()).hasSize(1);
    }

    @Test
    void aNewSubscriptionIsToldAgainAndTheOldOneNoMore() {
        acceptAll(reserve(CPU).setId(id("op")));
        OperationStatus finished = statuses().get(0);
        FakeStream old = stream;
        stream = fixture.subscribe(info, "M-0000");
        assertThat(stream.types())
                .containsExactly(Event.Type.SUBSCRIBED, Event.Type.HEARTBEAT, Event.Type.UPDATE_OPERATION_STATUS);
        assertThat(statuses()).containsExactly(finished);

        fixture.advance(10_000);
        assertThat(statuses()).hasSize(2);
        assertThat(old.operations()).hasSize(1);
    }

    @Test
    void reconciliationTellsWhatIsKnownWithoutAskingForAnAcknowledgement() {
        acceptAll(reserve(CPU).setId(id("op")));
        Call.ReconcileOperations.Builder named = Call.ReconcileOperations.newBuilder()
                .addOperations(Call.ReconcileOperations.Operation.newBuilder().setOperationId(id("op")))
                .addOperations(Call.ReconcileOperations.Operation.newBuilder().setOperationId(id("other")));
        for (Call.ReconcileOperations.Builder each : List.of(named, Call.ReconcileOperations.newBuilder())) {
            fixture.call(
                    stream,
                    Call.newBuilder().setType(Call.Type.RECONCILE_OPERATIONS).setReconcileOperations(each));
        }

        assertThat(stream.operations())
                .containsExactly(
                        "op OPERATION_FINISHED",
                        "op OPERATION_FINISHED",
                        "other OPERATION_UNKNOWN Reconciliation: Operation is unknown and no 'agent_id' was provided",
                        "op OPERATION_FINISHED");
        assertThat(statuses().stream().map(OperationStatus::hasUuid)).containsExactly(true, false, false, false);
    }

    @Test
    void whatIsMalformedIsRefusedAndWithoutAnIdInSilence() {
        Resource negative = reserved("cpus", -1, "team");
        Operation.Builder sourced = reserve(CPU);
        sourced.getReserveBuilder().addSource(reserved("cpus", 1));

        acceptAll(
                reserve(negative).setId(id("negative")),
                reserve(negative),
                sourced.setId(id("sourced")),
                Operation.newBuilder().setType(Operation.Type.GROW_VOLUME).setId(id("empty")),
                Operation.newBuilder()
                        .setType(Operation.Type.CREATE_DISK)
                        .setCreateDisk(Operation.CreateDisk.newBuilder()
                                .setSource(DISK)
                                .setTargetType(Resource.DiskInfo.Source.Type.MOUNT))
                        .setId(id("disk")));

        String invalid = " OPERATION_ERROR Operation attempted with invalid resources: ";
        assertThat(stream.operations())
                .containsExactly(
                        "negative" + invalid + "Resource 'cpus(reservations: [(DYNAMIC,team)]):-1' is invalid:"
                                + " Invalid scalar resource: value <= 0",
                        "sourced" + invalid + "Reservation updates are not yet implemented for the scheduler API.",
                        "empty" + invalid
                                + "A GROW_VOLUME operation must have the Offer.Operation.grow_volume field set",
                        "disk OPERATION_ERROR Not supported on agent S0 at slave(1)@127.0.0.1:5051 (localhost) because"
                                + " it does not have RESOURCE_PROVIDER capability");
        assertThat(host().total()).isEqualTo(ALL);
    }

    @Test
    void whatIsNotOfferedCannotBeConverted() {
        Resource foreign = CPU.toBuilder()
                .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole("other"))
                .build();
        String missing = " OPERATION_ERROR cpus(allocated: team):4; mem(allocated: team):1024;"
                + " disk(allocated: team):100 does not contain ";

        acceptAll(
                reserve(reserved("cpus", 5, "team")).setId(id("much")),
                unreserve(CPU).setId(id("none")),
                unreserve(foreign).setId(id("foreign")),
                destroy(VOLUME).setId(id("unheard")),
                shrink(VOLUME, 5).setId(id("shrink")));

        assertThat(stream.operations())
                .containsExactly(
                        "much" + missing + "cpus(allocated: team):5",
                        "none" + missing + "cpus(allocated: team)(reservations: [(DYNAMIC,team)]):1",
                        "foreign" + missing + "cpus(allocated: other)(reservations: [(DYNAMIC,team)]):1",
                        "unheard OPERATION_ERROR Persistent volumes not found" + ON_AGENT,
                        "shrink OPERATION_ERROR Invalid SHRINK_VOLUME operation: cpus(allocated: team):4;"
                                + " mem(allocated: team):1024; disk(allocated: team):100 does not contain"
                                + " disk(allocated: team)(reservations: [(DYNAMIC,team)])[v:data]:10");
    }

    @Test
    void anOperationThatFailsLeavesTheResourcesToTheNext() {
        acceptAll(
                createVolumes(VOLUME).setId(id("too early")),
                reserve(DISK),
                createVolumes(VOLUME).setId(id("in time")),
                launch(taskOn("t", VOLUME)));

        assertThat(stream.operations().get(1)).isEqualTo("in time OPERATION_FINISHED");
        assertThat(stream.operations().get(0)).startsWith("too early OPERATION_ERROR ");
        assertThat(fixture.knows("t")).isTrue();
    }

    @Test
    void whatComesOfAResizeIsForTheNextOffer() {
        acceptAll(reserve(reserved("disk", 15, "team")), createVolumes(VOLUME));
        Resource grown = volume("v", 15, "team");

        acceptAll(grow(VOLUME, reserved("disk", 5, "team")), launch(taskOn("early", grown)));
        assertThat(host().total().volumes()).isEqualTo(bag(grown));
        assertThat(stream.updates().get(0)).startsWith("TASK_ERROR REASON_TASK_INVALID Total resources ");

        acceptAll(launch(taskOn("late", grown)));
        assertThat(fixture.knows("late")).isTrue();
        fixture.report("late", TaskState.TASK_FINISHED, 1);
        acceptAll(shrink(grown, 5));
        assertThat(host().total().volumes()).isEqualTo(bag(VOLUME));
    }

    @Test
    void severalTasksHaveOneSharedVolumeWhichStaysAsLongAsOneHasIt() {
        acceptAll(reserve(DISK), createVolumes(SHARED), launch(taskOn("a", SHARED), taskOn("b", SHARED)));
        assertThat(fixture.knows("a") && fixture.knows("b")).isTrue();
        fixture.report("a", TaskState.TASK_FINISHED, 1);

        acceptAll(destroy(SHARED).setId(id("used")));
        assertThat(stream.operations()).containsExactly("used OPERATION_ERROR Persistent volumes in use" + ON_AGENT);

        fixture.report("b", TaskState.TASK_FINISHED, 2);
        acceptAll(launch(taskOn("c", SHARED)), destroy(SHARED).setId(id("just launched")));
        assertThat(stream.operations()).endsWith("just launched OPERATION_ERROR Persistent volumes in use" + ON_AGENT);

        fixture.report("c", TaskState.TASK_FINISHED, 3);
        acceptAll(destroy(SHARED), unreserve(DISK));
        assertThat(host().total()).isEqualTo(ALL);
    }

    @Test
    void twoOffersOfASharedVolumeDoNotDestroyIt() {
        acceptAll(reserve(DISK), createVolumes(SHARED));
        String first = offer(bag(SHARED));
        Call.Builder call = accept(offer(bag(SHARED)), destroy(SHARED).setId(id("op")));
        call.getAcceptBuilder().addOfferIds(OfferID.newBuilder().setValue(first));
        fixture.call(stream, call);

        assertThat(stream.operations())
                .containsExactly("op OPERATION_ERROR Persistent volume disk(allocated: team)(reservations:"
                        + " [(DYNAMIC,team)])[v:data]<SHARED>:10 cannot be removed due to additional shared copies");
    }

    @Test
    void aMountedDiskIsReservedAndMadeAVolumeAsAWhole() {
        fixture.agent("""
                [{"name":"cpus","type":"SCALAR","scalar":{"value":1}},
                 {"name":"disk","type":"SCALAR","scalar":{"value":10},
                  "disk":{"source":{"type":"MOUNT","mount":{"root":"/mnt"}}}}]""");
        Resources whole =
                fixture.state.snapshot().agent(new AgentId("S1")).orElseThrow().free();
        Resource mounted = whole.toProto().get(1);
        Resource half = Resources.refined(mounted).toBuilder()
                .setScalar(Value.Scalar.newBuilder().setValue(5))
                .addAllReservations(DISK.getReservationsList())
                .build();
        Resource all = half.toBuilder().setScalar(mounted.getScalar()).build();
        Resource volume = all.toBuilder()
                .setDisk(
                        VOLUME.getDisk().toBuilder().setSource(mounted.getDisk().getSource()))
                .build();

        String offer = fixture.allocator.offer(ID, "S1", "team", whole);
        fixture.call(stream, accept(offer, reserve(half).setId(id("half")), reserve(all), createVolumes(volume)));

        assertThat(stream.operations())
                .containsExactly("half OPERATION_ERROR cpus(allocated: team):1; disk(allocated: team)[MOUNT:/mnt]:10"
                        + " does not contain disk(allocated: team)[MOUNT:/mnt]:5");
        assertThat(fixture.state
                        .snapshot()
                        .agent(new AgentId("S1"))
                        .orElseThrow()
                        .total()
                        .volumes())
                .isEqualTo(bag(volume));
    }

    @Test
    void amountsBeyondAllMeasureAreRefused() {
        Resource huge = volume("v", 9e15, "team");
        acceptAll(
                grow(huge, reserved("disk", 9e15, "team")).setId(id("grow")),
                reserve(reserved("cpus", 9e15, "team"), reserved("cpus", 9e15, "team"))
                        .setId(id("reserve")),
                grow(volume("v", 9.2e15, "team"), reserved("disk", 2.337e13, "team"))
                        .setId(id("edge")));

        assertThat(stream.operations()).hasSize(3).allMatch(each -> each.contains(" OPERATION_ERROR "));
        assertThat(host().total()).isEqualTo(ALL);
    }

    @Test
    void aFrameworkThatNeverAcknowledgesHasToStopSomewhere() {
        Operation.Builder[] operations = new Operation.Builder[FrameworkOperations.MAX_UNACKNOWLEDGED + 1];
        for (int i = 0; i < operations.length; i++) {
            operations[i] = reserve(reserved("cpus", 0, "team")).setId(id("op" + i));
        }
        acceptAll(operations);
        acceptAll(reserve(CPU).setId(id("next")), reserve(CPU));

        String error =
                " OPERATION_ERROR Operations that wait for an acknowledgement: 10000 (expected: less than 10000)";
        assertThat(stream.operations())
                .filteredOn(each -> !each.contains("FINISHED"))
                .containsExactly("op10000" + error, "next" + error);
        assertThat(host().total().contains(bag(CPU))).isTrue();
    }

    @Test
    void anOfferThatIsStaleIsAnInvalidOne() {
        String offer = offer();
        fixture.commit(new StateMutation.Claim(
                ID, new AgentId("S0"), "team", task("t", "cpus:4").build()));
        fixture.call(stream, accept(offer, reserve(CPU).setId(id("op")), reserve(CPU)));

        assertThat(stream.operations())
                .containsExactly("op OPERATION_ERROR Operation attempted with invalid offers: Offer " + offer
                        + " is no longer valid");
    }

    @Test
    void aMasterThatCannotCommitDropsOperations() {
        fixture.state.refuse(CommitResult.Reason.QUEUE_FULL);
        acceptAll(reserve(CPU).setId(id("op")), reserve(CPU));

        assertThat(stream.operations())
                .containsExactly("op OPERATION_DROPPED Operation was not done: refused by the test");
        assertThat(fixture.allocator.calls).endsWith("settle {}");
    }

    @Test
    @SuppressWarnings("deprecation") // Mesos' pre-refinement fields role and reservation
    void theOldFormOfAReservationMeansTheSame() {
        Resource old = reserved("cpus", 1).toBuilder()
                .setRole("team")
                .setReservation(Resource.ReservationInfo.getDefaultInstance())
                .build();
        acceptAll(reserve(old), launch(task("t", "mem:32").addResources(old)));

        assertThat(fixture.knows("t")).isTrue();
        assertThat(host().claimed()).isEqualTo(bag(CPU).plus(Resources.parse("mem:32")));
    }

    @Test
    void aRefinedReservationGoesOnAReservedResourceAndComesOff() {
        stream = fixture.subscribe(info.clearRoles().addRoles("team/web"), "M-0000");
        Resource refined = reserved("cpus", 1, "team", "team/web");
        fixture.commit(new StateMutation.ConvertResources(
                new AgentId("S0"), List.of(new Conversion(Resources.parse("cpus:1"), bag(CPU))), Optional.empty()));

        String offer = fixture.allocator.offer(ID, "S0", "team/web", host().free());
        fixture.call(stream, accept(offer, reserve(refined)));
        assertThat(host().total().contains(bag(refined))).isTrue();
        offer = fixture.allocator.offer(ID, "S0", "team/web", host().free());
        fixture.call(stream, accept(offer, unreserve(refined)));
        assertThat(host().total().contains(bag(CPU))).isTrue();
    }
}

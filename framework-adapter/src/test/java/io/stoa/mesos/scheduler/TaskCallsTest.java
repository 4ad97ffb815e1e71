package io.stoa.mesos.scheduler;

import static io.stoa.mesos.scheduler.SchedulerFixture.accept;
import static io.stoa.mesos.scheduler.SchedulerFixture.acknowledge;
import static io.stoa.mesos.scheduler.SchedulerFixture.framework;
import static io.stoa.mesos.scheduler.SchedulerFixture.task;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.state.model.AgentId;
import io.stoa.state.model.ExecutorKey;
import io.stoa.state.model.FrameworkId;
import io.stoa.state.model.Quota;
import io.stoa.state.resources.ResourceLimits;
import io.stoa.state.resources.ResourceQuantities;
import io.stoa.state.resources.Resources;
import io.stoa.state.transaction.CommitResult;
import io.stoa.state.transaction.StateMutation;
import io.stoa.state.transaction.StateTransaction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OperationID;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.TaskGroupInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TaskCallsTest {

    private static final FrameworkId ID = new FrameworkId("M-0000");

    private final SchedulerFixture fixture = new SchedulerFixture();
    private final FakeStream stream;

    TaskCallsTest() {
        stream = fixture.subscribe(framework());
    }

    @BeforeEach
    void anAgent() {
        fixture.agent("cpus:4;mem:1024;disk:8;ports:[31000-32000]");
    }

    private String offer() {
        return fixture.allocator.offer(ID, "S0", "cpus:4;mem:1024;ports:[31000-32000]");
    }

    private void launch(String taskId) {
        fixture.call(stream, accept(offer(), task(taskId, "cpus:1")));
    }

    private static Call.Builder kill(String taskId) {
        return Call.newBuilder()
                .setType(Call.Type.KILL)
                .setKill(Call.Kill.newBuilder().setTaskId(TaskID.newBuilder().setValue(taskId)));
    }

    private static Call.Builder killOn(String agentId, String taskId) {
        Call.Builder call = kill(taskId);
        call.getKillBuilder().setAgentId(AgentID.newBuilder().setValue(agentId));
        return call;
    }

    private static Call.Builder reconcile(String... taskIds) {
        Call.Reconcile.Builder reconcile = Call.Reconcile.newBuilder();
        for (String taskId : taskIds) {
            reconcile.addTasks(Call.Reconcile.Task.newBuilder()
                    .setTaskId(TaskID.newBuilder().setValue(taskId)));
        }
        return Call.newBuilder().setType(Call.Type.RECONCILE).setReconcile(reconcile);
    }

    @Test
    void anAcceptBecomesClaimsAndTheRestGoesBack() {
        assertThat(fixture.call(stream, accept(offer(), task("a", "cpus:1;mem:32"), task("b", "cpus:2"))))
                .isEqualTo(CallAnswer.ACCEPTED);
        assertThat(fixture.knows("a")).isTrue();
        assertThat(fixture.knows("b")).isTrue();
        assertThat(stream.updates()).isEmpty();
        assertThat(fixture.allocator.calls).endsWith("settle cpus:3; mem:32");
        assertThat(fixture.state.snapshot().tasks())
                .allSatisfy(task -> assertThat(task.info().getResourcesList())
                        .allSatisfy(resource -> assertThat(
                                        resource.getAllocationInfo().getRole())
                                .isEqualTo("*")));
    }

    @Test
    void tasksAreJudgedOneAfterTheOther() {
        fixture.call(stream, accept(offer(), task("a", "cpus:3"), task("b", "cpus:3"), task("a", "cpus:1")));
        assertThat(stream.updates())
                .containsExactly(
                        "TASK_ERROR REASON_TASK_INVALID Total resources cpus(allocated: *):3 required by task and its"
                                + " executor is more than available cpus(allocated: *):1; mem(allocated: *):1024;"
                                + " ports(allocated: *):[31000-32000]",
                        "TASK_ERROR REASON_TASK_INVALID Task has duplicate ID: a");
        assertThat(stream.lastStatus().hasUuid()).isFalse();
        assertThat(stream.lastStatus().getSource()).isEqualTo(TaskStatus.Source.SOURCE_MASTER);
        assertThat(fixture.knows("a")).isTrue();
        assertThat(fixture.knows("b")).isFalse();
    }

    @Test
    void oneMalformedResourceFailsTheWholeOperation() {
        String offer = offer();
        var negative = task("bad", "cpus:1");
        negative.getResourcesBuilder(0).getScalarBuilder().setValue(-1);
        fixture.call(stream, accept(offer, task("good", "cpus:1"), negative));
        assertThat(stream.updates())
                .hasSize(2)
                .containsOnly("TASK_ERROR REASON_TASK_INVALID Resource 'cpus:-1' is invalid: Invalid scalar resource:"
                        + " value <= 0");
        assertThat(fixture.allocator.calls).endsWith("settle {}");
    }

    @Test
    void invalidOffersLoseTheTasks() {
        fixture.call(stream, accept("nosuch", task("a", "cpus:1")));
        assertThat(stream.updates())
                .containsExactly("TASK_LOST REASON_INVALID_OFFERS Task launched with invalid offers: Offer nosuch is no"
                        + " longer valid");
        Call.Builder none = accept("x", task("a", "cpus:1"));
        none.getAcceptBuilder().clearOfferIds();
        fixture.call(stream, none);
        assertThat(stream.lastStatus().getMessage())
                .isEqualTo("Task launched with invalid offers: No offers specified");
    }

    @Test
    void partitionAwareFrameworksSeeOtherStates() {
        FakeStream aware = fixture.subscribe(framework(FrameworkInfo.Capability.Type.PARTITION_AWARE));
        fixture.call("M-0001", Optional.of(aware.id()), accept("nosuch", task("a", "cpus:1")));
        assertThat(aware.lastStatus().getState()).isEqualTo(TaskState.TASK_DROPPED);
        fixture.call("M-0001", Optional.of(aware.id()), kill("nosuch"));
        assertThat(aware.lastStatus().getState()).isEqualTo(TaskState.TASK_UNKNOWN);
        fixture.call("M-0001", Optional.of(aware.id()), killOn("S0", "nosuch"));
        assertThat(aware.lastStatus().getState()).isEqualTo(TaskState.TASK_GONE);
    }

    @Test
    void resourcesThatOthersTookMeanwhileMakeTheOfferInvalid() {
        String stale = fixture.allocator.offer(ID, "S0", "cpus:8");
        fixture.call(stream, accept(stale, task("a", "cpus:1"), task("b", "cpus:6")));
        assertThat(fixture.knows("a")).isTrue();
        assertThat(stream.updates())
                .containsExactly("TASK_LOST REASON_INVALID_OFFERS Task launched with invalid offers: Offer " + stale
                        + " is no longer valid");
        assertThat(fixture.allocator.calls).endsWith("settle cpus:1");
        assertThat(fixture.allocator.refuseSeconds).isZero();
    }

    @Test
    void limitThatWasLoweredMeanwhileMakesTheOfferInvalid() {
        String stale = offer();
        Quota two = new Quota(ResourceQuantities.EMPTY, ResourceLimits.of(Map.of("cpus", 2_000L)));
        fixture.state.commit(StateTransaction.of(new StateMutation.SetQuota("*", two, true)));

        fixture.call(stream, accept(stale, task("a", "cpus:2"), task("b", "cpus:0.1")));

        assertThat(fixture.knows("a")).isTrue();
        assertThat(stream.updates())
                .containsExactly("TASK_LOST REASON_INVALID_OFFERS Task launched with invalid offers: Offer " + stale
                        + " is no longer valid");
    }

    @Test
    void whatIsNotUsedIsRefusedUnlessSomethingWasLost() {
        fixture.call(stream, accept(offer(), task("a", "cpus:1")));
        assertThat(fixture.allocator.refuseSeconds).isEqualTo(5);
        fixture.gateway.disconnected.add(new AgentId("S0"));
        fixture.call(stream, accept(offer(), task("b", "cpus:1")));
        assertThat(fixture.allocator.refuseSeconds).isZero();
    }

    @Test
    void tasksForAgentsThatAreGoneOrDisconnectedAreLost() {
        fixture.gateway.disconnected.add(new AgentId("S0"));
        launch("a");
        fixture.call(stream, accept(fixture.allocator.offer(ID, "S9", "cpus:1"), task("b", "cpus:1")));
        assertThat(stream.updates())
                .containsExactly(
                        "TASK_LOST REASON_AGENT_DISCONNECTED Agent disconnected",
                        "TASK_LOST REASON_AGENT_REMOVED Agent removed");
    }

    @Test
    void aFullQueueLosesTheTasksAndGivesTheOffersBack() {
        String offer = offer();
        fixture.state.refuse(CommitResult.Reason.QUEUE_FULL);
        fixture.call(stream, accept(offer, task("a", "cpus:1")));
        assertThat(stream.updates())
                .containsExactly("TASK_LOST REASON_MASTER_DISCONNECTED Task was not launched: refused by the test");
        assertThat(fixture.allocator.calls).endsWith("settle {}");
    }

    @Test
    void aLargeAcceptIsSpreadOverTransactionsAndSettledOnce() {
        String offer = offer();
        String longName = "x".repeat(200_000);
        fixture.call(
                stream,
                accept(
                        offer,
                        task("a", "cpus:1").setName(longName),
                        task("b", "cpus:1").setName(longName),
                        task("c", "cpus:1").setName(longName)));
        assertThat(fixture.state.snapshot().taskCount()).isEqualTo(3);
        assertThat(fixture.allocator.calls.stream().filter(call -> call.startsWith("settle")))
                .containsExactly("settle cpus:3");
    }

    @Test
    void callsAboutTasksWaitForLaunchesBeforeThem() {
        fixture.state.hold();
        launch("a");
        fixture.call(stream, kill("a"));
        fixture.call(stream, reconcile("a"));
        assertThat(stream.updates()).isEmpty();
        fixture.state.release();
        fixture.loop.runAll();
        assertThat(fixture.gateway.calls).contains("kill S0 a");
        assertThat(stream.updates())
                .containsExactly("TASK_STAGING REASON_RECONCILIATION Reconciliation: Latest task state");
    }

    @Test
    void updatesReachTheFrameworkAsTheyAreCommitted() {
        launch("a");
        fixture.report("a", TaskState.TASK_RUNNING, 1);
        assertThat(stream.lastStatus().getState()).isEqualTo(TaskState.TASK_RUNNING);
        assertThat(stream.lastStatus().getUuid()).isEqualTo(SchedulerFixture.uuid(1));
        fixture.api.agentEvents().uncommittedStatus(ID, stream.lastStatus());
        fixture.loop.runAll();
        assertThat(stream.updates()).hasSize(2);
    }

    @Test
    void onlyTheAcknowledgedEndOfATaskMakesItUnknown() {
        launch("a");
        fixture.report("a", TaskState.TASK_RUNNING, 1);
        fixture.call(stream, acknowledge("a", 1));
        fixture.report("a", TaskState.TASK_FINISHED, 2);
        fixture.call(stream, acknowledge("a", 1));
        assertThat(fixture.knows("a")).isTrue();
        fixture.call(stream, acknowledge("a", 2));
        assertThat(fixture.knows("a")).isFalse();
        fixture.call(stream, acknowledge("a", 2));
        assertThat(fixture.gateway.calls.stream().filter(call -> call.equals("acknowledge S0 a")))
                .hasSize(4);
    }

    @Test
    void theEndOfATaskIsForgottenBeforeItsAgentForgetsIt() {
        launch("a");
        fixture.report("a", TaskState.TASK_FINISHED, 1);
        fixture.state.hold();
        fixture.call(stream, acknowledge("a", 1));
        assertThat(fixture.gateway.calls).doesNotContain("acknowledge S0 a");
        fixture.state.release();
        assertThat(fixture.gateway.calls).contains("acknowledge S0 a");
    }

    @Test
    void acknowledgementsForUnknownOrDisconnectedAgentsAreIgnored() {
        launch("a");
        fixture.report("a", TaskState.TASK_FINISHED, 1);
        fixture.gateway.disconnected.add(new AgentId("S0"));
        assertThat(fixture.call(stream, acknowledge("a", 1))).isEqualTo(CallAnswer.ACCEPTED);
        assertThat(fixture.knows("a")).isTrue();
        assertThat(fixture.gateway.calls).doesNotContain("acknowledge S0 a");
    }

    @Test
    void killingAnUnknownTaskIsReconciliation() {
        fixture.call(stream, kill("nosuch"));
        fixture.call(stream, killOn("S0", "nosuch"));
        fixture.call(stream, killOn("wrong", "nosuch"));
        assertThat(stream.updates())
                .containsExactly(
                        "TASK_LOST REASON_RECONCILIATION Reconciliation: Task is unknown",
                        "TASK_LOST REASON_RECONCILIATION Reconciliation: Task is unknown to the agent",
                        "TASK_LOST REASON_RECONCILIATION Reconciliation: Task is unknown");
        assertThat(stream.lastStatus().getAgentId().getValue()).isEqualTo("wrong");
    }

    @Test
    void aTaskIsKilledOnItsOwnAgentOnly() {
        launch("a");
        fixture.call(stream, killOn("wrong", "a"));
        assertThat(fixture.gateway.calls).doesNotContain("kill S0 a");
        fixture.call(stream, killOn("S0", "a"));
        assertThat(fixture.gateway.calls).contains("kill S0 a");
        assertThat(stream.updates()).isEmpty();
    }

    @Test
    void tasksOnUnreachableAgentsAreNotReconciledImplicitly() {
        launch("a");
        fixture.report("a", TaskState.TASK_RUNNING, 1);
        fixture.call(stream, reconcile());
        assertThat(stream.updates()).hasSize(2);
        fixture.commit(new StateMutation.MarkAgentUnreachable(new AgentId("S0"), 5));
        assertThat(stream.types()).endsWith(Event.Type.FAILURE);
        fixture.call(stream, reconcile());
        assertThat(stream.updates()).hasSize(2);
        fixture.call(stream, killOn("S0", "a"));
        assertThat(stream.updates())
                .last()
                .isEqualTo("TASK_LOST REASON_RECONCILIATION Reconciliation: Task is unreachable");
        assertThat(fixture.gateway.calls).doesNotContain("kill S0 a");
    }

    @Test
    void groupIsClaimedAsAWholeOrRefused() {
        ExecutorInfo.Builder executor =
                ExecutorInfo.newBuilder().setExecutorId(ExecutorID.newBuilder().setValue("e"));
        fixture.call(stream, accept(offer(), group(executor)));
        executor.setType(ExecutorInfo.Type.DEFAULT)
                .setFrameworkId(FrameworkID.newBuilder().setValue("M-0000"))
                .addAllResources(Resources.parse("cpus:0.1;mem:32;disk:1").toProto());
        fixture.call(stream, accept(fixture.allocator.offer(ID, "S0", "cpus:4;mem:64;disk:8"), group(executor)));
        fixture.call(
                stream,
                accept(offer(), group(executor).setId(OperationID.newBuilder().setValue("op"))));
        assertThat(stream.updates())
                .containsExactly(
                        "TASK_ERROR REASON_TASK_GROUP_INVALID 'ExecutorInfo.framework_id' must be set",
                        "TASK_ERROR REASON_TASK_GROUP_INVALID The `id` field cannot be set on LAUNCH_GROUP operations");
        assertThat(fixture.state.snapshot().tasksOf(ID)).singleElement().satisfies(task -> {
            assertThat(task.group()).contains("a");
            assertThat(task.info().getExecutor().getExecutorId().getValue()).isEqualTo("e");
        });
    }

    @Test
    void operationsAreRefused() {
        Offer.Operation.Builder reserve = Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.RESERVE)
                .setReserve(Offer.Operation.Reserve.newBuilder());
        int before = stream.events.size();
        fixture.call(stream, accept(offer(), reserve));
        assertThat(stream.types().subList(before, stream.events.size())).containsOnly(Event.Type.OFFERS);
        fixture.call(
                stream, accept(offer(), reserve.setId(OperationID.newBuilder().setValue("op"))));
        Event last = stream.events.get(stream.events.size() - 1);
        assertThat(last.getUpdateOperationStatus().getStatus().getState()).isEqualTo(OperationState.OPERATION_ERROR);
        assertThat(last.getUpdateOperationStatus().getStatus().getOperationId().getValue())
                .isEqualTo("op");
    }

    private static Offer.Operation.Builder group(ExecutorInfo.Builder executor) {
        return Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH_GROUP)
                .setLaunchGroup(Offer.Operation.LaunchGroup.newBuilder()
                        .setExecutor(executor)
                        .setTaskGroup(TaskGroupInfo.newBuilder().addTasks(task("a", "cpus:1"))));
    }

    private static Call.Builder message() {
        return Call.newBuilder()
                .setType(Call.Type.MESSAGE)
                .setMessage(Call.Message.newBuilder()
                        .setAgentId(AgentID.newBuilder().setValue("S0"))
                        .setExecutorId(ExecutorID.newBuilder().setValue("e"))
                        .setData(ByteString.copyFromUtf8("hello")));
    }

    @Test
    void messagesGoBothWays() {
        fixture.call(stream, message());
        assertThat(fixture.gateway.calls).contains("message e hello");
        ExecutorKey executor = new ExecutorKey(new AgentId("S0"), ID, "e");
        fixture.api.agentEvents().executorMessage(executor, ByteString.copyFromUtf8("hi"));
        fixture.api.agentEvents().executorExited(executor, OptionalInt.of(768));
        fixture.loop.runAll();
        assertThat(stream.types()).endsWith(Event.Type.MESSAGE, Event.Type.FAILURE);
        assertThat(stream.events.get(stream.events.size() - 1).getFailure().getStatus())
                .isEqualTo(768);
    }

    @Test
    void whatIsNotLaunchedIsCountedAsMesosDoes() {
        FakeStream aware = fixture.subscribe(framework(FrameworkInfo.Capability.Type.PARTITION_AWARE));
        fixture.call(stream, accept(offer(), task("a", "cpus:3"), task("b", "cpus:3")));
        fixture.call(stream, accept("nosuch", task("c", "cpus:1"), task("d", "cpus:1")));
        fixture.call("M-0001", Optional.of(aware.id()), accept("nosuch", task("e", "cpus:1")));
        fixture.call(stream, accept(fixture.allocator.offer(ID, "S0", "cpus:8"), task("f", "cpus:6")));

        assertThat(fixture.counted("master/tasks_error")).isEqualTo(1);
        assertThat(fixture.counted("master/tasks_lost")).isEqualTo(3);
        assertThat(fixture.counted("master/tasks_dropped")).isEqualTo(1);
        assertThat(fixture.counted("master/task_error/source_master/reason_task_invalid"))
                .isEqualTo(1);
        assertThat(fixture.counted("master/task_lost/source_master/reason_invalid_offers"))
                .isEqualTo(3);
        fixture.gateway.disconnected.add(new AgentId("S0"));
        launch("g");
        assertThat(fixture.counted("master/task_lost/source_master/reason_slave_disconnected"))
                .isEqualTo(1);
    }

    @Test
    void whatGoesOnIsCountedAsValidAndTheRestAsInvalid() {
        launch("a");
        fixture.report("a", TaskState.TASK_RUNNING, 1);
        fixture.call(stream, acknowledge("a", 1));
        fixture.call(stream, message());
        ExecutorKey executor = new ExecutorKey(new AgentId("S0"), ID, "e");
        fixture.api.agentEvents().executorMessage(executor, ByteString.EMPTY);
        for (String what : List.of(
                "status_updates",
                "status_update_acknowledgements",
                "framework_to_executor_messages",
                "executor_to_framework_messages")) {
            assertThat(fixture.counted("master/valid_" + what)).as(what).isEqualTo(1);
            assertThat(fixture.counted("master/invalid_" + what)).as(what).isZero();
        }

        fixture.gateway.disconnected.add(new AgentId("S0"));
        fixture.call(stream, acknowledge("a", 1));
        fixture.call(stream, message());
        assertThat(fixture.gateway.calls).containsOnlyOnce("message e hello");
        stream.close();
        fixture.loop.runAll();
        fixture.report("a", TaskState.TASK_KILLING, 2);
        fixture.api.agentEvents().executorMessage(executor, ByteString.EMPTY);
        for (String what : List.of(
                "status_updates",
                "status_update_acknowledgements",
                "framework_to_executor_messages",
                "executor_to_framework_messages")) {
            assertThat(fixture.counted("master/valid_" + what)).as(what).isEqualTo(1);
            assertThat(fixture.counted("master/invalid_" + what)).as(what).isEqualTo(1);
        }
    }

    @Test
    void aCallOfUnknownTypeIsNotImplemented() {
        assertThat(fixture.call(stream, Call.newBuilder().setType(Call.Type.UNKNOWN))
                        .kind())
                .isEqualTo(CallAnswer.Kind.NOT_IMPLEMENTED);
    }
}

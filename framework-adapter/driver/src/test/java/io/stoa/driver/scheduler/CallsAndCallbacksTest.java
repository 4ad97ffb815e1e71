package io.stoa.driver.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.Collections;
import java.util.List;
import org.apache.mesos.MesosSchedulerDriver;
import org.apache.mesos.Protos.Filters;
import org.apache.mesos.Protos.Offer;
import org.apache.mesos.Protos.OperationID;
import org.apache.mesos.Protos.Request;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.scheduler.Protos.OfferConstraints;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.Test;

/** Each method of the driver, and each callback, on a subscription. */
class CallsAndCallbacksTest extends DriverFixture {

    private static final Filters FILTERS =
            Filters.newBuilder().setRefuseSeconds(7).build();
    private static final ByteString UUID = ByteString.copyFrom(new byte[16]);

    @Test
    void offersAreAcceptedWithTheirOperationsInOrder() throws Exception {
        MesosSchedulerDriver driver = registered();
        Offer.Operation reserve = Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.RESERVE)
                .build();

        assertThat(driver.acceptOffers(List.of(offer("o1"), offer("o2")), List.of(reserve, launch("t1")), FILTERS))
                .isEqualTo(Status.DRIVER_RUNNING);

        Call call = master.call();
        assertThat(call.getType()).isEqualTo(Call.Type.ACCEPT);
        assertThat(call.getFrameworkId().getValue()).isEqualTo("framework-1");
        assertThat(call.getAccept().getOfferIdsList())
                .extracting(OfferID::getValue)
                .containsExactly("o1", "o2");
        assertThat(call.getAccept().getOperationsList())
                .extracting(operation -> operation.getType().name())
                .containsExactly("RESERVE", "LAUNCH");
        assertThat(call.getAccept()
                        .getOperations(1)
                        .getLaunch()
                        .getTaskInfos(0)
                        .getAgentId()
                        .getValue())
                .isEqualTo("agent-1");
        assertThat(call.getAccept().getFilters().getRefuseSeconds()).isEqualTo(7);
    }

    @Test
    @SuppressWarnings("deprecation")
    void tasksAreLaunchedByAccepting() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.launchTasks(offer("o1"), List.of(aTask("t1")));
        driver.launchTasks(offer("o1"), List.of(aTask("t1")), FILTERS);
        driver.launchTasks(List.of(offer("o1")), List.of(aTask("t1")));
        driver.launchTasks(List.of(offer("o1")), List.of(aTask("t1")), FILTERS);

        for (boolean filtered : new boolean[] {false, true, false, true}) {
            Call.Accept accept = master.call().getAccept();
            assertThat(accept.getOperations(0).getLaunch().getTaskInfos(0).getName())
                    .isEqualTo("t1");
            assertThat(accept.getFilters().hasRefuseSeconds()).isEqualTo(filtered);
        }
    }

    @Test
    void offersAreDeclined() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.declineOffer(offer("o1"));
        driver.declineOffer(offer("o2"), FILTERS);

        Call byDefault = master.call();
        assertThat(byDefault.getType()).isEqualTo(Call.Type.DECLINE);
        assertThat(byDefault.getDecline().getOfferIds(0).getValue()).isEqualTo("o1");
        assertThat(byDefault.getDecline().getFilters().hasRefuseSeconds()).isFalse();
        assertThat(master.call().getDecline().getFilters().getRefuseSeconds()).isEqualTo(7);
    }

    @Test
    void rolesAreRevivedAndSuppressed() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.reviveOffers();
        driver.reviveOffers(List.of("web"));
        driver.reviveOffers(Collections.emptyList());
        driver.suppressOffers();
        driver.suppressOffers(List.of("web"));
        driver.suppressOffers(Collections.emptyList());
        driver.killTask(task("t1"));

        Call all = master.call();
        assertThat(all.getType()).isEqualTo(Call.Type.REVIVE);
        assertThat(all.hasRevive()).isFalse();
        assertThat(master.call().getRevive().getRolesList()).containsExactly("web");
        Call none = master.call();
        assertThat(none.getType()).isEqualTo(Call.Type.SUPPRESS);
        assertThat(none.hasSuppress()).isFalse();
        assertThat(master.call().getSuppress().getRolesList()).containsExactly("web");
        assertThat(master.call().getType()).as("no roles: no call").isEqualTo(Call.Type.KILL);
    }

    @Test
    void tasksAreKilledReconciledAndSentMessages() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.killTask(task("t1"));
        driver.reconcileTasks(
                List.of(aStatus("t1").build(), aStatus("t2").clearSlaveId().build()));
        driver.reconcileTasks(Collections.emptyList());
        driver.sendFrameworkMessage(executor(), agent(), "hello".getBytes(UTF_8));
        driver.requestResources(List.of(Request.newBuilder().setSlaveId(agent()).build()));

        assertThat(master.call().getKill().getTaskId().getValue()).isEqualTo("t1");
        Call.Reconcile known = master.call().getReconcile();
        assertThat(known.getTasks(0).getTaskId().getValue()).isEqualTo("t1");
        assertThat(known.getTasks(0).getAgentId().getValue()).isEqualTo("agent-1");
        assertThat(known.getTasks(1).hasAgentId()).isFalse();
        Call all = master.call();
        assertThat(all.hasReconcile()).isTrue();
        assertThat(all.getReconcile().getTasksCount()).isZero();
        Call.Message message = master.call().getMessage();
        assertThat(message.getExecutorId().getValue()).isEqualTo("executor-1");
        assertThat(message.getAgentId().getValue()).isEqualTo("agent-1");
        assertThat(message.getData().toStringUtf8()).isEqualTo("hello");
        assertThat(master.call().getRequest().getRequests(0).getAgentId().getValue())
                .isEqualTo("agent-1");
    }

    @Test
    @SuppressWarnings("deprecation")
    void aFrameworkIsUpdated() throws Exception {
        MesosSchedulerDriver driver = registered();
        var info = aFramework().setId(frameworkId("framework-1")).addRoles("db");
        OfferConstraints constraints = OfferConstraints.newBuilder()
                .putRoleConstraints("db", OfferConstraints.RoleConstraints.getDefaultInstance())
                .build();
        driver.updateFramework(info.build(), List.of("web"), constraints);
        driver.updateFramework(info.build(), List.of());

        Call.UpdateFramework update = master.call(200, "").getUpdateFramework();
        assertThat(update.getFrameworkInfo().getRolesList()).containsExactly("web", "db");
        assertThat(update.getFrameworkInfo().getUser()).isEqualTo(System.getProperty("user.name"));
        assertThat(update.getSuppressedRolesList()).containsExactly("web");
        assertThat(update.getOfferConstraints().getRoleConstraintsMap()).containsKey("db");
        Call.UpdateFramework without = master.call(200, "").getUpdateFramework();
        assertThat(without.getSuppressedRolesList()).isEmpty();
        assertThat(without.getOfferConstraints().getRoleConstraintsMap()).isEmpty();
    }

    @Test
    void onlyUpdatesWithAUuidAndAnAgentAreAcknowledged() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.acknowledgeStatusUpdate(aStatus("t1").build());
        driver.acknowledgeStatusUpdate(
                aStatus("t2").setUuid(UUID).clearSlaveId().build());
        driver.acknowledgeStatusUpdate(aStatus("t3").setUuid(UUID).build());

        Call call = master.call();
        assertThat(call.getType()).isEqualTo(Call.Type.ACKNOWLEDGE);
        assertThat(call.getAcknowledge().getTaskId().getValue()).isEqualTo("t3");
        assertThat(call.getAcknowledge().getAgentId().getValue()).isEqualTo("agent-1");
        assertThat(call.getAcknowledge().getUuid()).isEqualTo(UUID);
    }

    @Test
    void withImplicitAcknowledgementsUpdatesAreAcknowledgedAfterTheCallback() throws Exception {
        scheduler.on("statusUpdate", driver -> driver.killTask(task("later")));
        MesosSchedulerDriver driver = registered(
                started(new MesosSchedulerDriver(scheduler, aFramework().build(), master.address())));
        master.update(update("t1").setUuid(UUID));
        master.update(update("t2"));

        assertThat(master.call().getAcknowledge().getTaskId().getValue()).isEqualTo("t1");
        assertThat(master.call().getType()).isEqualTo(Call.Type.KILL);
        assertThat(master.call().getType()).as("no uuid: no acknowledgement").isEqualTo(Call.Type.KILL);
        assertThatThrownBy(() -> driver.acknowledgeStatusUpdate(
                        aStatus("t1").setUuid(UUID).build()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Implicit acknowledgements are enabled");
    }

    @Test
    void anAbortInTheCallbackLeavesTheUpdateUnacknowledged() throws Exception {
        scheduler.on("statusUpdate", org.apache.mesos.SchedulerDriver::abort);
        registered(started(new MesosSchedulerDriver(scheduler, aFramework().build(), master.address())));
        master.update(update("t1").setUuid(UUID));

        assertThat(master.call().getType()).isEqualTo(Call.Type.SUPPRESS);
    }

    @Test
    void eachEventBecomesItsCallback() throws Exception {
        registered();
        master.offer("o1", "o2");
        master.send(Event.newBuilder()
                .setType(Event.Type.INVERSE_OFFERS)
                .setInverseOffers(Event.InverseOffers.getDefaultInstance()));
        master.send(Event.newBuilder().setType(Event.Type.OFFERS).setOffers(Event.Offers.getDefaultInstance()));
        master.send(Event.newBuilder()
                .setType(Event.Type.RESCIND)
                .setRescind(Event.Rescind.newBuilder()
                        .setOfferId(OfferID.newBuilder().setValue("o1"))));
        master.update(update("t1").setUuid(UUID));
        master.update(update("t2").setUuid(ByteString.EMPTY));
        master.send(Event.newBuilder()
                .setType(Event.Type.MESSAGE)
                .setMessage(Event.Message.newBuilder()
                        .setAgentId(AgentID.newBuilder().setValue("agent-1"))
                        .setExecutorId(ExecutorID.newBuilder().setValue("executor-1"))
                        .setData(ByteString.copyFromUtf8("hello"))));
        master.send(failure("agent-1", "executor-1", 256));
        master.send(failure("agent-1", null, 0));

        assertThat(scheduler.next()).isEqualTo("resourceOffers o1 o2");
        assertThat(scheduler.next()).isEqualTo("offerRescinded o1");
        assertThat(scheduler.next()).isEqualTo("statusUpdate t1 TASK_RUNNING uuid SOURCE_EXECUTOR");
        assertThat(scheduler.next()).isEqualTo("statusUpdate t2 TASK_RUNNING SOURCE_EXECUTOR");
        assertThat(scheduler.next()).isEqualTo("frameworkMessage executor-1 agent-1 hello");
        assertThat(scheduler.next()).isEqualTo("executorLost executor-1 agent-1 256");
        assertThat(scheduler.next()).isEqualTo("slaveLost agent-1");
    }

    /** As offers are to bindings that lack one of their enums' values. */
    @Test
    void anOfferThatCannotBeReadIsDeclinedForLongAndTheOthersAreToldOf() throws Exception {
        MesosSchedulerDriver driver = registered();
        org.apache.mesos.v1.Protos.Offer whole = org.apache.mesos.v1.Protos.Offer.newBuilder()
                .setId(OfferID.newBuilder().setValue("whole"))
                .setFrameworkId(
                        org.apache.mesos.v1.Protos.FrameworkID.newBuilder().setValue("framework-1"))
                .setAgentId(AgentID.newBuilder().setValue("agent-1"))
                .setHostname("host-1")
                .build();
        org.apache.mesos.v1.Protos.Offer broken = org.apache.mesos.v1.Protos.Offer.newBuilder()
                .setId(OfferID.newBuilder().setValue("broken"))
                .buildPartial();
        for (List<org.apache.mesos.v1.Protos.Offer> offers : List.of(List.of(broken), List.of(broken, whole))) {
            master.send(Event.newBuilder()
                    .setType(Event.Type.OFFERS)
                    .setOffers(Event.Offers.newBuilder().addAllOffers(offers).buildPartial())
                    .buildPartial()
                    .toByteArray());
            Call.Decline decline = master.call().getDecline();
            assertThat(decline.getOfferIds(0).getValue()).isEqualTo("broken");
            assertThat(decline.getFilters().getRefuseSeconds()).isEqualTo(3600);
        }

        assertThat(scheduler.next()).isEqualTo("resourceOffers whole");
        assertThat(driver.abort()).isEqualTo(Status.DRIVER_ABORTED);
        assertThat(master.call().getType()).isEqualTo(Call.Type.SUPPRESS);
        assertThat(master.call().getDecline().getOfferIdsList())
                .extracting(OfferID::getValue)
                .containsExactly("whole");
    }

    @Test
    void aStatusThatCannotBeReadIsNotAcknowledged() throws Exception {
        registered(started(new MesosSchedulerDriver(scheduler, aFramework().build(), master.address())));
        master.send(Event.newBuilder()
                .setType(Event.Type.UPDATE)
                .setUpdate(Event.Update.newBuilder()
                        .setStatus(update("t1").clearState().setUuid(UUID).buildPartial())
                        .buildPartial())
                .buildPartial()
                .toByteArray());
        master.update(update("t2").setUuid(UUID));

        assertThat(scheduler.next()).startsWith("statusUpdate t2");
        assertThat(master.call().getAcknowledge().getTaskId().getValue()).isEqualTo("t2");
    }

    @Test
    void operationsWithAnIdAreRefused() throws Exception {
        MesosSchedulerDriver driver = registered();
        Offer.Operation operation = launch("t1").toBuilder()
                .setId(OperationID.newBuilder().setValue("id-1"))
                .build();

        assertThatThrownBy(() -> driver.acceptOffers(List.of(offer("o1")), List.of(operation), FILTERS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'id' field was set");
    }

    private static Event.Builder failure(String agent, @org.jspecify.annotations.Nullable String executor, int status) {
        Event.Failure.Builder failure =
                Event.Failure.newBuilder().setAgentId(AgentID.newBuilder().setValue(agent));
        if (executor != null) {
            failure.setExecutorId(ExecutorID.newBuilder().setValue(executor)).setStatus(status);
        }
        return Event.newBuilder().setType(Event.Type.FAILURE).setFailure(failure);
    }

    private static TaskStatus.Builder aStatus(String task) {
        return TaskStatus.newBuilder()
                .setTaskId(task(task))
                .setSlaveId(agent())
                .setState(org.apache.mesos.Protos.TaskState.TASK_RUNNING);
    }

    private static org.apache.mesos.v1.Protos.TaskStatus.Builder update(String task) {
        return org.apache.mesos.v1.Protos.TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(task))
                .setAgentId(AgentID.newBuilder().setValue("agent-1"))
                .setState(TaskState.TASK_RUNNING)
                .setSource(org.apache.mesos.v1.Protos.TaskStatus.Source.SOURCE_EXECUTOR);
    }
}

package io.stoa.driver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.stoa.driver.Threads;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.mesos.MesosSchedulerDriver;
import org.apache.mesos.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked or said again while the subscription stands. */
class RepetitionsTest extends DriverFixture {

    @Test
    void tasksOfALaunchWithoutAnAnswerAreAskedAfterUntilTheMasterSpeaksOfThem() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.acceptOffers(
                List.of(offer("o1")),
                List.of(launch("t1", "t2")),
                org.apache.mesos.Protos.Filters.getDefaultInstance());
        master.unansweredCall();
        master.breakCalls();

        assertThat(master.call().getDecline().getOfferIds(0).getValue())
                .as("the launch must not come behind the question")
                .isEqualTo("o1");
        assertThat(asked(master.call())).containsExactly("t1", "t2");
        assertThat(asked(master.call(503, "busy"))).containsExactly("t1", "t2");
        running("t1");
        assertThat(scheduler.next()).startsWith("statusUpdate t1 TASK_RUNNING");
        assertThat(asked(master.call())).containsExactly("t2");
        assertThat(scheduler.isEmpty()).as("nothing is called lost").isTrue();
    }

    @Test
    void aTaskThatWasHeardOfIsNotAskedAfter() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.acceptOffers(
                List.of(offer("o1")),
                List.of(launch("t1", "t2")),
                org.apache.mesos.Protos.Filters.getDefaultInstance());
        master.unansweredCall();
        running("t1");
        assertThat(scheduler.next()).startsWith("statusUpdate t1 TASK_RUNNING");
        master.breakCalls();

        assertThat(master.call().getType()).isEqualTo(Call.Type.DECLINE);
        assertThat(asked(master.call())).containsExactly("t2");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 500, 502, 504})
    void aLaunchMayHaveArrivedInSpiteOfAnError(int status) throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.launchTasks(List.of(offer("o1")), List.of(aTask("t1")));
        master.call(status, "somewhere between");

        assertThat(master.call().getType()).isEqualTo(Call.Type.DECLINE);
        assertThat(asked(master.call())).containsExactly("t1");
        assertThat(scheduler.isEmpty()).isTrue();
    }

    @Test
    void aTaskIsAskedAfterOnEachNewSubscription() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.launchTasks(List.of(offer("o1")), List.of(aTask("t1")));
        master.unansweredCall();
        for (int i = 0; i < 2; i++) {
            master.breakConnections();
            assertThat(scheduler.next()).isEqualTo("disconnected");
            master.subscribed();
            assertThat(asked(master.unansweredCall())).containsExactly("t1");
            assertThat(scheduler.next()).isEqualTo("reregistered master-1");
        }
    }

    @Test
    void callsThatTheMasterIsTooBusyForAreRepeated() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.killTask(task("t1"));
        driver.declineOffer(offer("o1"));
        driver.acknowledgeStatusUpdate(TaskStatus.newBuilder()
                .setTaskId(task("t1"))
                .setSlaveId(agent())
                .setState(org.apache.mesos.Protos.TaskState.TASK_RUNNING)
                .setUuid(ByteString.copyFrom(new byte[16]))
                .build());
        driver.reconcileTasks(List.of());

        Call.Type[] types = {Call.Type.KILL, Call.Type.DECLINE, Call.Type.ACKNOWLEDGE, Call.Type.RECONCILE};
        for (Call.Type type : types) {
            assertThat(master.call(503, "Too many calls are waiting").getType()).isEqualTo(type);
        }
        for (Call.Type type : types) {
            assertThat(master.call().getType()).isEqualTo(type);
        }
    }

    @Test
    void callsWithoutAnAnswerAreRepeatedAsLongAsTheyHaveNone() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.killTask(task("t1"));
        for (int i = 0; i < 2; i++) {
            assertThat(master.unansweredCall().getKill().getTaskId().getValue()).isEqualTo("t1");
            master.breakCalls();
        }
        assertThat(master.call().getKill().getTaskId().getValue()).isEqualTo("t1");
    }

    @Test
    void messagesAndRequestsAreNotRepeated() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.sendFrameworkMessage(executor(), agent(), new byte[1]);
        driver.killTask(task("t1"));
        master.call(503, "busy");
        master.call(503, "busy");

        assertThat(master.call().getType()).isEqualTo(Call.Type.KILL);
    }

    @Test
    void whatWasWantedLastIsSaidLastAgain() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.reviveOffers(List.of("web"));
        driver.suppressOffers(List.of("web"));
        assertThat(master.call(503, "busy").getType()).isEqualTo(Call.Type.REVIVE);
        assertThat(master.call().getType()).isEqualTo(Call.Type.SUPPRESS);

        assertThat(master.call().getType()).isEqualTo(Call.Type.REVIVE);
        assertThat(master.call().getType())
                .as("the revival must not have the last word")
                .isEqualTo(Call.Type.SUPPRESS);
    }

    @Test
    void anUpdateOfTheFrameworkThatGetsLostIsRepeated() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.updateFramework(
                aFramework().setId(frameworkId("framework-1")).addRoles("db").build(),
                List.of(),
                org.apache.mesos.scheduler.Protos.OfferConstraints.getDefaultInstance());
        assertThat(master.unansweredCall().getType()).isEqualTo(Call.Type.UPDATE_FRAMEWORK);
        master.breakCalls();
        master.call(503, "busy");

        assertThat(master.call(200, "").getUpdateFramework().getFrameworkInfo().getRolesList())
                .containsExactly("web", "db");
    }

    @Test
    void refusalsOfOldCallsDoNotEndTheNewSubscription() throws Exception {
        CountDownLatch refused = new CountDownLatch(1);
        scheduler.on("disconnected", driver -> Threads.await(refused));
        MesosSchedulerDriver driver = registered();
        driver.killTask(task("holds the others back"));
        master.unansweredCall();
        for (int i = 0; i < 20; i++) {
            driver.reconcileTasks(List.of());
        }
        master.offer("behind them");
        assertThat(scheduler.next()).startsWith("resourceOffers");
        master.answerCall(202, "");
        for (int i = 0; i < 20; i++) {
            master.unansweredCall();
        }
        master.answerCalls(20, 403, "Framework is not subscribed");
        refused.countDown();

        assertThat(scheduler.next()).isEqualTo("disconnected");
        master.subscribed();
        assertThat(scheduler.next()).isEqualTo("reregistered master-1");
        driver.killTask(task("t1"));
        assertThat(master.call().getKill().getTaskId().getValue()).isEqualTo("t1");
        assertThat(scheduler.isEmpty()).isTrue();
    }

    private static List<String> asked(Call reconcile) {
        assertThat(reconcile.getType()).isEqualTo(Call.Type.RECONCILE);
        return reconcile.getReconcile().getTasksList().stream()
                .map(task -> task.getTaskId().getValue())
                .toList();
    }

    private void running(String task) throws Exception {
        master.update(org.apache.mesos.v1.Protos.TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(task))
                .setAgentId(AgentID.newBuilder().setValue("agent-1"))
                .setState(TaskState.TASK_RUNNING)
                .setSource(org.apache.mesos.v1.Protos.TaskStatus.Source.SOURCE_EXECUTOR));
    }
}

package io.stoa.driver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.mesos.MesosSchedulerDriver;
import org.apache.mesos.Protos.Filters;
import org.apache.mesos.Protos.FrameworkInfo.Capability;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.Test;

/** What becomes of calls that the master does not take. */
class LossesTest extends DriverFixture {

    private static final Filters NO_FILTERS = Filters.getDefaultInstance();

    @Test
    void withoutAMasterLaunchesAreLostAndOtherCallsIgnored() throws Exception {
        MesosSchedulerDriver driver = started();
        master.subscribeRequest();
        driver.killTask(task("t1"));
        driver.declineOffer(offer("o1"));
        assertThat(driver.acceptOffers(List.of(offer("o1")), List.of(launch("t1", "t2")), NO_FILTERS))
                .isEqualTo(Status.DRIVER_RUNNING);

        assertThat(scheduler.next()).isEqualTo("statusUpdate t1 TASK_LOST REASON_MASTER_DISCONNECTED SOURCE_MASTER");
        assertThat(scheduler.next()).isEqualTo("statusUpdate t2 TASK_LOST REASON_MASTER_DISCONNECTED SOURCE_MASTER");
        master.answerSubscribe(503, "");
        master.subscribed();
        scheduler.next();
        driver.killTask(task("t2"));
        assertThat(master.call().getKill().getTaskId().getValue()).isEqualTo("t2");
    }

    @Test
    void partitionAwareFrameworksAreToldDropped() throws Exception {
        MesosSchedulerDriver driver = started(new MesosSchedulerDriver(
                scheduler,
                aFramework()
                        .addCapabilities(Capability.newBuilder().setType(Capability.Type.PARTITION_AWARE))
                        .build(),
                master.address(),
                false));
        master.subscribeRequest();
        driver.launchTasks(List.of(offer("o1")), List.of(aTask("t1")));

        assertThat(scheduler.next()).isEqualTo("statusUpdate t1 TASK_DROPPED REASON_MASTER_DISCONNECTED SOURCE_MASTER");
    }

    @Test
    void whatAFrameworkWantsIsRememberedUntilItIsRegistered() throws Exception {
        MesosSchedulerDriver driver = registered();
        master.endStream();
        assertThat(scheduler.next()).isEqualTo("disconnected");
        Call beforehand = subscribeRefusedOnce();
        driver.suppressOffers(List.of("web"));
        driver.updateFramework(
                aFramework().setId(frameworkId("framework-1")).addRoles("db").build(),
                List.of("db"),
                org.apache.mesos.scheduler.Protos.OfferConstraints.getDefaultInstance());
        driver.reviveOffers(List.of("db"));
        driver.suppressOffers(List.of("web"));
        master.answerSubscribe(503, "");
        Call subscribe = master.subscribed();

        assertThat(beforehand.getSubscribe().getSuppressedRolesList()).isEmpty();
        assertThat(subscribe.getSubscribe().getSuppressedRolesList()).containsExactly("web");
        assertThat(subscribe.getSubscribe().getFrameworkInfo().getRolesList()).containsExactly("web", "db");
        Call update = master.call(200, "");
        assertThat(update.getType()).isEqualTo(Call.Type.UPDATE_FRAMEWORK);
        assertThat(update.getUpdateFramework().getSuppressedRolesList()).containsExactly("web");
    }

    @Test
    void toSuppressAllRolesIsToSuppressThoseOfNow() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.suppressOffers(List.of("left"));
        driver.suppressOffers();
        assertThat(master.call().getType()).isEqualTo(Call.Type.SUPPRESS);
        assertThat(master.call().getType()).isEqualTo(Call.Type.SUPPRESS);
        master.breakConnections();

        assertThat(master.subscribed().getSubscribe().getSuppressedRolesList()).containsExactly("web");
    }

    /** The driver waits for the answer to this one. */
    private Call subscribeRefusedOnce() throws Exception {
        return Call.parseFrom(master.subscribeRequest().body());
    }

    @Test
    void aLaunchThatTheMasterRefusesIsLost() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.launchTasks(List.of(offer("o1")), List.of(aTask("t1")));
        master.call(503, "too busy");

        assertThat(scheduler.next()).isEqualTo("statusUpdate t1 TASK_LOST REASON_MASTER_DISCONNECTED SOURCE_MASTER");
        assertThat(master.call().getDecline().getOfferIds(0).getValue())
                .as("nobody uses the offer, and the subscription stands")
                .isEqualTo("o1");
    }

    @Test
    void aLaunchWithoutAnAnswerIsAskedAfter() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.launchTasks(List.of(offer("o1")), List.of(aTask("t1")));
        master.unansweredCall();
        master.breakConnections();

        assertThat(scheduler.next()).isEqualTo("disconnected");
        master.subscribed();
        Call.Reconcile reconcile = master.call().getReconcile();
        assertThat(reconcile.getTasksCount()).isEqualTo(1);
        assertThat(reconcile.getTasks(0).getTaskId().getValue()).isEqualTo("t1");
        assertThat(reconcile.getTasks(0).getAgentId().getValue()).isEqualTo("agent-1");
        assertThat(scheduler.next()).isEqualTo("reregistered master-1");
    }

    @Test
    void aMasterThatDoesNotKnowTheSubscriptionIsSubscribedAnew() throws Exception {
        MesosSchedulerDriver driver = registered();
        String stream = "The stream ID 'x' included in this request didn't match the stream ID currently associated"
                + " with framework ID 'framework-1'";
        for (String text : List.of("Framework is not subscribed", stream, "Framework cannot be found")) {
            driver.reconcileTasks(List.of());
            master.call(text.equals("Framework is not subscribed") ? 403 : 400, text);
            assertThat(scheduler.next()).isEqualTo("disconnected");
            master.awaitClosedStream();
            master.subscribed();
            assertThat(scheduler.next()).isEqualTo("reregistered master-1");
        }
    }

    @Test
    void aRefusedUpdateOfTheFrameworkIsAnError() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.updateFramework(
                aFramework().setId(frameworkId("framework-1")).build(),
                List.of("nosuch"),
                org.apache.mesos.scheduler.Protos.OfferConstraints.getDefaultInstance());
        master.call(400, "Suppressed role 'nosuch' is not contained");

        assertThat(scheduler.next()).isEqualTo("error Suppressed role 'nosuch' is not contained");
        assertThat(driver.join()).isEqualTo(Status.DRIVER_ABORTED);
    }

    @Test
    void anUpdateOfAnotherFrameworkIsAnError() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.updateFramework(
                aFramework().setId(frameworkId("other")).build(),
                List.of(),
                org.apache.mesos.scheduler.Protos.OfferConstraints.getDefaultInstance());

        assertThat(scheduler.next())
                .startsWith("error The 'FrameworkInfo.id' provided")
                .contains("(other)", "(framework-1)");
    }

    @Test
    void anUpdateBeforeTheRegistrationIsAnError() throws Exception {
        MesosSchedulerDriver driver = started();
        driver.updateFramework(
                aFramework().build(),
                List.of(),
                org.apache.mesos.scheduler.Protos.OfferConstraints.getDefaultInstance());

        assertThat(scheduler.next()).startsWith("error").contains("must not be called prior to registration");
    }

    @Test
    void callsBeyondTheLimitAreRefusedWithoutWaiting() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        scheduler.on("registered", driver -> {
            inside.countDown();
            try {
                letGo.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        MesosSchedulerDriver driver = started();
        master.subscribed();
        inside.await();
        for (int i = 0; i < 100_000; i++) {
            driver.acknowledgeStatusUpdate(org.apache.mesos.Protos.TaskStatus.newBuilder()
                    .setTaskId(task("unneeded"))
                    .setState(org.apache.mesos.Protos.TaskState.TASK_RUNNING)
                    .build());
        }
        driver.killTask(task("refused"));
        assertThat(driver.launchTasks(List.of(offer("o1")), List.of(aTask("t1"))))
                .isEqualTo(Status.DRIVER_RUNNING);
        letGo.countDown();

        assertThat(scheduler.next()).isEqualTo("registered framework-1 master-1 leader");
        assertThat(scheduler.next()).isEqualTo("statusUpdate t1 TASK_LOST REASON_MASTER_DISCONNECTED SOURCE_MASTER");
        driver.killTask(task("taken"));
        assertThat(master.call().getKill().getTaskId().getValue()).isEqualTo("taken");
    }
}

package io.stoa.driver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.MesosSchedulerDriver;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How drivers stop and abort, and what their methods return. */
class DriverEndTest extends DriverFixture {

    @Test
    void aDriverThatWasNotStartedSaysSo() {
        MesosSchedulerDriver driver =
                new MesosSchedulerDriver(scheduler, aFramework().build(), master.address());

        assertThat(driver.killTask(task("t1"))).isEqualTo(Status.DRIVER_NOT_STARTED);
        assertThat(driver.join()).isEqualTo(Status.DRIVER_NOT_STARTED);
        assertThat(driver.abort()).isEqualTo(Status.DRIVER_NOT_STARTED);
        assertThat(driver.stop()).isEqualTo(Status.DRIVER_NOT_STARTED);
    }

    @Test
    void argumentsThatAreNullAreRefused() {
        assertThatThrownBy(
                        () -> new MesosSchedulerDriver(nothing(), aFramework().build(), "m:1"))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("Not expecting a null Scheduler");
        assertThatThrownBy(() -> new MesosSchedulerDriver(scheduler, nothing(), "m:1"))
                .hasMessage("Not expecting a null FrameworkInfo");
        assertThatThrownBy(
                        () -> new MesosSchedulerDriver(scheduler, aFramework().build(), nothing()))
                .hasMessage("Not expecting a null master");
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    @Test
    void aMasterThatCannotBeUnderstoodIsAnError() throws Exception {
        MesosSchedulerDriver driver =
                new MesosSchedulerDriver(scheduler, aFramework().build(), "nonsense");

        assertThat(driver.run()).isEqualTo(Status.DRIVER_ABORTED);
        assertThat(scheduler.next())
                .startsWith("error Failed to create a master detector for 'nonsense': Failed to parse 'nonsense'");
        assertThat(driver.join()).isEqualTo(Status.DRIVER_ABORTED);
        assertThat(driver.stop()).isEqualTo(Status.DRIVER_ABORTED);
    }

    @Test
    void aStopWithFailoverSendsNoTeardown() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.killTask(task("t1"));

        assertThat(driver.stop(true)).isEqualTo(Status.DRIVER_STOPPED);
        assertThat(driver.killTask(task("t2"))).isEqualTo(Status.DRIVER_STOPPED);
        assertThat(master.call().getType()).as("what was called before is sent").isEqualTo(Call.Type.KILL);
        assertThatThrownBy(master::call).isInstanceOf(IOException.class);
        assertThat(driver.join()).isEqualTo(Status.DRIVER_STOPPED);
        assertThat(driver.stop(true)).isEqualTo(Status.DRIVER_STOPPED);
        master.awaitClosedStream();
    }

    @Test
    void aStopSendsATeardownBeforeAnybodyHearsOfTheEnd() throws Exception {
        MesosSchedulerDriver driver = registered();
        CompletableFuture<Status> end = CompletableFuture.supplyAsync(driver::join);
        driver.stop();

        Call teardown = master.unansweredCall();
        assertThat(teardown.getType()).isEqualTo(Call.Type.TEARDOWN);
        assertThat(end).isNotDone();
        master.breakConnections();
        assertThat(end.get()).isEqualTo(Status.DRIVER_STOPPED);
    }

    @Test
    void aTeardownThatTheMasterIsTooBusyForIsRepeated() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.stop();

        assertThat(master.call(503, "Too busy").getType()).isEqualTo(Call.Type.TEARDOWN);
        Call again = master.unansweredCall();
        assertThat(again.getType()).isEqualTo(Call.Type.TEARDOWN);
        CompletableFuture<Status> end = CompletableFuture.supplyAsync(driver::join);
        assertThat(end).isNotDone();
        master.answerCall(202, "");

        assertThat(end.get()).isEqualTo(Status.DRIVER_STOPPED);
        master.awaitClosedStream();
    }

    @Test
    void aTeardownWhoseConnectionBreaksIsRepeatedOverAnother() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.stop();
        assertThat(master.unansweredCall().getType()).isEqualTo(Call.Type.TEARDOWN);
        master.breakCalls();

        // Perhaps the first has arrived.
        assertThat(master.call(400, "Framework cannot be found").getType()).isEqualTo(Call.Type.TEARDOWN);
        assertThat(driver.join()).isEqualTo(Status.DRIVER_STOPPED);
    }

    @Test
    void aStopInsideACallbackEndsTheRun() throws Exception {
        scheduler.on("disconnected", driver -> driver.stop(true));
        MesosSchedulerDriver driver =
                new MesosSchedulerDriver(scheduler, aFramework().build(), master.address(), false);
        CompletableFuture<Status> run = CompletableFuture.supplyAsync(driver::run);
        master.subscribed();
        assertThat(scheduler.next()).startsWith("registered");
        master.endStream();

        assertThat(scheduler.next()).isEqualTo("disconnected");
        assertThat(run.get()).isEqualTo(Status.DRIVER_STOPPED);
    }

    @Test
    void aStopWithoutAMasterEndsAtOnce() throws Exception {
        MesosSchedulerDriver driver = started();
        master.subscribeRequest();

        assertThat(driver.stop()).isEqualTo(Status.DRIVER_STOPPED);
        assertThat(driver.join()).isEqualTo(Status.DRIVER_STOPPED);
        master.awaitClosedStream();
    }

    @Test
    void anAbortWantsNoMoreOffersAndGivesBackThoseThereAre() throws Exception {
        MesosSchedulerDriver driver = registered();
        master.offer("o1", "o2", "o3");
        scheduler.next();
        driver.declineOffer(offer("o2"));
        assertThat(master.call().getDecline().getOfferIds(0).getValue()).isEqualTo("o2");

        assertThat(driver.abort()).isEqualTo(Status.DRIVER_ABORTED);
        assertThat(driver.declineOffer(offer("o1"))).isEqualTo(Status.DRIVER_ABORTED);
        assertThat(master.call().getType()).isEqualTo(Call.Type.SUPPRESS);
        assertThat(master.call().getDecline().getOfferIdsList())
                .extracting(org.apache.mesos.v1.Protos.OfferID::getValue)
                .containsExactly("o1", "o3");
        assertThat(driver.join()).isEqualTo(Status.DRIVER_ABORTED);
        master.offer("late");
        assertThat(master.call().getDecline().getOfferIds(0).getValue()).isEqualTo("late");
        assertThat(scheduler.isEmpty()).isTrue();
    }

    @Test
    void anAbortedDriverThatIsStoppedTearsDown() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.abort();
        assertThat(master.call().getType()).isEqualTo(Call.Type.SUPPRESS);

        assertThat(driver.stop()).isEqualTo(Status.DRIVER_ABORTED);
        assertThat(master.call().getType()).isEqualTo(Call.Type.TEARDOWN);
        assertThat(driver.join()).isEqualTo(Status.DRIVER_STOPPED);
    }

    @Test
    void anAbortWhileItSubscribesWantsNoOffersEither() throws Exception {
        MesosSchedulerDriver driver = started();
        master.subscribeRequest();
        driver.abort();
        assertThat(driver.join()).isEqualTo(Status.DRIVER_ABORTED);
        master.takeSubscription(ScriptedMaster.MASTER, 15);

        assertThat(master.call().getType()).isEqualTo(Call.Type.SUPPRESS);
        assertThat(driver.stop()).isEqualTo(Status.DRIVER_ABORTED);
        assertThat(master.call().getType()).isEqualTo(Call.Type.TEARDOWN);
        assertThat(scheduler.isEmpty()).isTrue();
    }

    @Test
    void whatIsRefusedWhileItRunsIsIgnoredAfterTheEnd() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.stop(true);
        var info = aFramework().setId(frameworkId("framework-1")).build();
        var constraints = org.apache.mesos.scheduler.Protos.OfferConstraints.getDefaultInstance();

        assertThat(driver.updateFramework(info, List.of("web", "web"), constraints))
                .isEqualTo(Status.DRIVER_STOPPED);
    }

    @Test
    void anAbortedDriverDoesNotComeBack() throws Exception {
        MesosSchedulerDriver driver = registered();
        driver.abort();
        master.call();
        master.breakConnections();

        assertThat(driver.join()).isEqualTo(Status.DRIVER_ABORTED);
        assertThat(scheduler.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(classes = {RuntimeException.class, IOException.class, StackOverflowError.class, EOFException.class})
    void whateverACallbackThrowsAborts(Class<? extends Throwable> type) throws Exception {
        Throwable thrown = type.getDeclaredConstructor().newInstance();
        scheduler.on("resourceOffers", driver -> DriverEndTest.<RuntimeException>sneak(thrown));
        MesosSchedulerDriver driver = registered();
        master.offer("o1", "o2");

        assertThat(scheduler.next()).isEqualTo("resourceOffers o1 o2");
        assertThat(master.call().getType()).isEqualTo(Call.Type.SUPPRESS);
        assertThat(master.call().getDecline().getOfferIdsList())
                .extracting(org.apache.mesos.v1.Protos.OfferID::getValue)
                .containsExactly("o1", "o2");
        assertThat(driver.join()).isEqualTo(Status.DRIVER_ABORTED);
        assertThat(scheduler.isEmpty()).as("nothing is called after it").isTrue();
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void methodsMayBeCalledInsideCallbacks() throws Exception {
        scheduler.on("resourceOffers", driver -> {
            driver.launchTasks(List.of(offer("o1")), List.of(aTask("t1")));
            driver.reviveOffers();
        });
        registered();
        master.offer("o1");

        assertThat(master.call().getType()).isEqualTo(Call.Type.ACCEPT);
        assertThat(master.call().getType()).isEqualTo(Call.Type.REVIVE);
    }

    @Test
    void aWaitForTheEndOutlastsInterrupts() throws Exception {
        MesosSchedulerDriver driver = registered();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            driver.join();
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        waiting.start();
        waiting.interrupt();
        assertThat(interrupted).isNotDone();
        driver.stop(true);

        assertThat(interrupted.get()).isTrue();
    }
}

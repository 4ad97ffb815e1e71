package io.stoa.driver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.mesos.MesosSchedulerDriver;
import org.apache.mesos.Protos.Status;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.Test;

/** How a driver gets to its master, and back to it. */
class SubscriptionTest extends DriverFixture {

    @Test
    void aNewFrameworkIsRegistered() throws Exception {
        MesosSchedulerDriver driver = started();
        Call subscribe = master.subscribed();

        assertThat(driver.start()).isEqualTo(Status.DRIVER_RUNNING);
        assertThat(scheduler.next()).isEqualTo("registered framework-1 master-1 leader");
        assertThat(subscribe.getType()).isEqualTo(Call.Type.SUBSCRIBE);
        assertThat(subscribe.hasFrameworkId()).isFalse();
        assertThat(subscribe.getSubscribe().getFrameworkInfo().getName()).isEqualTo("under-test");
        assertThat(subscribe.getSubscribe().getFrameworkInfo().getUser()).isEqualTo(System.getProperty("user.name"));
        assertThat(subscribe.getSubscribe().getFrameworkInfo().getHostname()).isNotEmpty();
    }

    @Test
    void aFrameworkWithAnIdIsRegisteredByANewDriverToo() throws Exception {
        started(new MesosSchedulerDriver(
                scheduler,
                aFramework().setId(frameworkId("framework-1")).build(),
                List.of("web"),
                "http://" + master.address(),
                false));
        Call subscribe = master.subscribed();

        assertThat(scheduler.next()).isEqualTo("registered framework-1 master-1 leader");
        assertThat(subscribe.getFrameworkId().getValue()).isEqualTo("framework-1");
        assertThat(subscribe.getSubscribe().getFrameworkInfo().getId().getValue())
                .isEqualTo("framework-1");
        assertThat(subscribe.getSubscribe().getSuppressedRolesList()).containsExactly("web");
    }

    @Test
    void aBrokenStreamIsADisconnectionAndTheSameMasterReregisters() throws Exception {
        registered();
        master.breakConnections();

        assertThat(scheduler.next()).isEqualTo("disconnected");
        Call again = master.subscribed();
        assertThat(again.getFrameworkId().getValue()).isEqualTo("framework-1");
        assertThat(scheduler.next()).isEqualTo("reregistered master-1");
    }

    @Test
    void anotherMasterRegistersTheFrameworkAnew() throws Exception {
        registered();
        master.endStream();

        assertThat(scheduler.next()).isEqualTo("disconnected");
        master.subscribed("master-2", 15);
        assertThat(scheduler.next()).isEqualTo("registered framework-1 master-2 leader");
    }

    @Test
    void aMasterThatIsNotReadyIsAskedAgain() throws Exception {
        started();
        for (int i = 0; i < 3; i++) {
            master.subscribeRequest();
            master.answerSubscribe(503, "Master has not finished recovery");
        }
        master.subscribed();

        assertThat(scheduler.next()).isEqualTo("registered framework-1 master-1 leader");
    }

    @Test
    void aStreamWithoutHeartbeatsIsLost() throws Exception {
        started();
        master.subscribed("master-1", 0.05);

        assertThat(scheduler.next()).isEqualTo("registered framework-1 master-1 leader");
        assertThat(scheduler.next()).isEqualTo("disconnected");
        master.subscribed();
        assertThat(scheduler.next()).isEqualTo("reregistered master-1");
    }

    @Test
    void anEventThatCannotBeReadIsALostStream() throws Exception {
        registered();
        master.send(new byte[] {(byte) 0xff});

        assertThat(scheduler.next()).isEqualTo("disconnected");
        master.awaitClosedStream();
        master.subscribed();
        assertThat(scheduler.next()).isEqualTo("reregistered master-1");
    }

    @Test
    void whatComesBeforeTheRegistrationIsIgnored() throws Exception {
        started();
        master.subscribeRequest();
        master.answerSubscribe(503, "");
        master.subscribed();
        master.offer("offer-1");

        assertThat(scheduler.next()).isEqualTo("registered framework-1 master-1 leader");
        assertThat(scheduler.next()).isEqualTo("resourceOffers offer-1");
    }

    @Test
    void theCredentialIsThatOfHttpBasic() throws Exception {
        started(new MesosSchedulerDriver(
                scheduler, aFramework().build(), master.address(), credential("me", "secret")));

        assertThat(master.subscribeRequest().header("Authorization")).isEqualTo("Basic bWU6c2VjcmV0");
    }

    @Test
    void aRefusedCredentialIsAnError() throws Exception {
        MesosSchedulerDriver driver = started(
                new MesosSchedulerDriver(scheduler, aFramework().build(), master.address(), credential("me", "wrong")));
        master.subscribeRequest();
        master.answerSubscribe(401, "401 Unauthorized.");

        assertThat(scheduler.next()).isEqualTo("error Master refused authentication");
        assertThat(driver.join()).isEqualTo(Status.DRIVER_ABORTED);
    }

    @Test
    void anInvalidFrameworkIsAnError() throws Exception {
        MesosSchedulerDriver driver = started();
        master.subscribeRequest();
        master.answerSubscribe(400, "Failed to validate scheduler::Call: name");

        assertThat(scheduler.next()).isEqualTo("error Failed to validate scheduler::Call: name");
        assertThat(driver.join()).isEqualTo(Status.DRIVER_ABORTED);
    }

    @Test
    void anErrorOfTheMasterAbortsFirst() throws Exception {
        scheduler.on("error", driver -> assertThat(driver.abort()).isEqualTo(Status.DRIVER_ABORTED));
        MesosSchedulerDriver driver = registered();
        master.send(Event.newBuilder()
                .setType(Event.Type.ERROR)
                .setError(Event.Error.newBuilder().setMessage("Framework has been removed")));

        assertThat(scheduler.next()).isEqualTo("error Framework has been removed");
        assertThat(driver.join()).isEqualTo(Status.DRIVER_ABORTED);
        assertThat(scheduler.isEmpty()).isTrue();
    }

    @Test
    void anErrorInsteadOfARegistrationIsToldToo() throws Exception {
        started();
        master.subscribeRequest();
        master.answerSubscribe(503, "");
        master.subscribeRequest();
        master.beginStream();
        master.send(Event.newBuilder()
                .setType(Event.Type.ERROR)
                .setError(Event.Error.newBuilder().setMessage("Framework has been removed")));
        master.endStream();

        assertThat(scheduler.next()).isEqualTo("error Framework has been removed");
    }
}

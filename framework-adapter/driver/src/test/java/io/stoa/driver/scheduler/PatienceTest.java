package io.stoa.driver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.driver.DriverStatus;
import io.stoa.driver.HandClock;
import io.stoa.driver.Threads;
import io.stoa.driver.detector.DetectorTimes;
import io.stoa.driver.http.ConnectionLimits;
import io.stoa.testing.Patience;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long a driver waits, where that is set by the test. */
@Timeout(120)
class PatienceTest {

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final HandClock clock = new HandClock();
    /** Whatever the machine does, only what a test is about can be late. */
    private SchedulerSettings settings =
            new SchedulerSettings(0, ConnectionLimits.usual(), DetectorTimes.usual()).withNanoClock(clock);

    private volatile Runnable onOffers = () -> {};

    private final ScriptedMaster master = new ScriptedMaster();
    private final SchedulerControl driver = new SchedulerControl(
            new Noted(),
            DriverFixture.aFramework().build().toByteArray(),
            Collections.emptyList(),
            master.address(),
            false,
            null,
            () -> settings);

    PatienceTest() throws Exception {}

    @AfterEach
    void close() throws Exception {
        DriverStatus unused = driver.stop(true);
        master.close();
    }

    @Test
    void aMasterThatHasHeartbeatsButDoesNotSubscribeIsAskedAgain() throws Exception {
        driver.start();
        master.subscribeRequest();
        master.beginStream();
        master.send(Event.newBuilder().setType(Event.Type.HEARTBEAT));
        clock.awaitAsked(1);
        clock.passMs(ConnectionLimits.usual().answerTimeoutMs());
        master.awaitClosedStream();
        master.subscribed();

        assertThat(Patience.next(heard)).isEqualTo("registered");
    }

    @Test
    void withoutABackoffThereIsAPauseNevertheless() throws Exception {
        driver.start();
        long begin = System.nanoTime();
        for (int i = 0; i < 6; i++) {
            master.subscribeRequest();
            master.answerSubscribe(503, "");
        }
        master.subscribed();

        assertThat(Patience.next(heard)).isEqualTo("registered");
        assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Test
    void tooManyChangesThatWaitAreSaidByANewSubscription() throws Exception {
        settings = settings.withFirstDelayMs(TimeUnit.DAYS.toMillis(1));
        driver.start();
        master.subscribed();
        assertThat(Patience.next(heard)).isEqualTo("registered");
        driver.suppressOffers(List.of("web"));
        master.call(503, "busy");
        driver.killTask(DriverFixture.task("behind").toByteArray());
        assertThat(master.call().getType()).isEqualTo(Call.Type.KILL);
        for (int i = 0; i < 1_000; i++) {
            driver.reviveOffers(List.of("db"));
        }

        assertThat(Patience.next(heard)).isEqualTo("disconnected");
        assertThat(master.subscribed().getSubscribe().getSuppressedRolesList()).containsExactly("web");
        assertThat(Patience.next(heard)).isEqualTo("reregistered");
    }

    @Test
    void aMasterThatStaysTooBusyForATeardownDoesNotHoldUpTheEnd() throws Exception {
        settings = settings.withFirstDelayMs(1);
        driver.start();
        master.subscribed();
        assertThat(Patience.next(heard)).isEqualTo("registered");
        driver.stop(false);
        CompletableFuture<DriverStatus> end = CompletableFuture.supplyAsync(driver::join);

        int asked = 0;
        try {
            while (true) {
                assertThat(master.call(503, "").getType()).isEqualTo(Call.Type.TEARDOWN);
                asked++;
            }
        } catch (IOException e) {
            assertThat(Patience.join(end)).isEqualTo(DriverStatus.STOPPED);
        }
        // Within five seconds, after 1 + 2 + ... + 512 ms and then at most once a second.
        assertThat(asked).isBetween(2, 14);
    }

    /** What it would have said is of no interest to the next subscription, and there may be none for long. */
    @Test
    void aCallThatMeetsABrokenConnectionIsNotRepeatedWithoutOne() throws Exception {
        settings = settings.withFirstDelayMs(0);
        CountDownLatch broken = new CountDownLatch(1);
        onOffers = () -> Threads.await(broken);
        driver.start();
        master.subscribed();
        assertThat(Patience.next(heard)).isEqualTo("registered");
        master.offer("o1");
        assertThat(Patience.next(heard)).isEqualTo("offers");
        driver.killTask(DriverFixture.task("t1").toByteArray());
        master.endStream();
        // The loss waits behind the call.
        Patience.await().until(() -> Threads.none("stoa-driver-stream"));
        broken.countDown();

        assertThat(Patience.next(heard)).isEqualTo("disconnected");
        master.subscribed();
        assertThat(Patience.next(heard)).isEqualTo("reregistered");
    }

    private final class Noted implements SchedulerCallbacks {

        @Override
        public void registered(byte[] frameworkId, byte[] master) {
            heard.add("registered");
        }

        @Override
        public void reregistered(byte[] master) {
            heard.add("reregistered");
        }

        @Override
        public void disconnected() {
            heard.add("disconnected");
        }

        @Override
        public List<byte[]> resourceOffers(List<byte[]> offers) {
            heard.add("offers");
            onOffers.run();
            return Collections.emptyList();
        }

        @Override
        public void offerRescinded(byte[] offerId) {
            heard.add("rescinded");
        }

        @Override
        public void statusUpdate(byte[] status) {
            heard.add("update");
        }

        @Override
        public void frameworkMessage(byte[] executorId, byte[] agentId, byte[] data) {
            heard.add("message");
        }

        @Override
        public void slaveLost(byte[] agentId) {
            heard.add("agent lost");
        }

        @Override
        public void executorLost(byte[] executorId, byte[] agentId, int status) {
            heard.add("executor lost");
        }

        @Override
        public void error(String message) {
            heard.add("error " + message);
        }
    }
}

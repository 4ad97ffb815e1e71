package io.stoa.driver.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.driver.DriverStatus;
import io.stoa.driver.detector.DetectorTimes;
import io.stoa.driver.http.ConnectionLimits;
import io.stoa.testing.Patience;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A driver that is less patient than the usual one. */
@Timeout(120)
class PatienceTest {

    private static final int ANSWER_TIMEOUT_MS = 500;

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final ScriptedMaster master = new ScriptedMaster();
    private final SchedulerControl driver = new SchedulerControl(
            new Noted(),
            DriverFixture.aFramework().build().toByteArray(),
            Collections.emptyList(),
            master.address(),
            false,
            null,
            () -> new SchedulerSettings(
                    0, ConnectionLimits.usual().withAnswerTimeoutMs(ANSWER_TIMEOUT_MS), DetectorTimes.usual()));

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

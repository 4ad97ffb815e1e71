package org.apache.mesos.v1.scheduler;

import io.stoa.driver.DurationText;
import io.stoa.driver.detector.DetectorTimes;
import io.stoa.driver.detector.MasterAddress;
import io.stoa.driver.detector.MasterDetector;
import io.stoa.driver.http.Authorization;
import io.stoa.driver.loop.EventLoop;
import io.stoa.driver.v1.LastResort;
import io.stoa.driver.v1.V1Session;
import io.stoa.driver.wire.MalformedMessageException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.Credential;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.jspecify.annotations.Nullable;

/**
 * Connects a scheduler of the v1 API with the leading master, without native code. Thread-safe. Takes the place of the
 * class of this name in Mesos' jar, whose documentation holds: a callback that throws ends the process there and here,
 * and whoever drops the object ends its connection.
 */
public class V1Mesos implements Mesos {

    private static final int TEARDOWN = 2;
    private static final long TEARDOWN_MS = 10 * 60_000;
    private static final String USUAL_DELAY = "2secs";

    /** Held, so that it lives as long as this. */
    @SuppressWarnings("UnusedVariable")
    private final Scheduler scheduler;

    private final EventLoop loop;
    private final V1Session session;

    /**
     * @throws IllegalArgumentException where the master's address cannot be understood; libmesos ends the process then
     */
    public V1Mesos(Scheduler scheduler, String master) {
        this(scheduler, master, null);
    }

    public V1Mesos(Scheduler scheduler, String master, @Nullable Credential credential) {
        this(
                scheduler,
                master,
                credential == null ? null : credential.toByteArray(),
                System.getenv().getOrDefault("MESOS_CONNECTION_DELAY_MAX", USUAL_DELAY),
                LastResort::abort);
    }

    /** @param onThrowable what follows when a callback throws */
    V1Mesos(
            @Nullable Scheduler scheduler,
            @Nullable String master,
            byte @Nullable [] credential,
            String connectionDelay,
            Consumer<Throwable> onThrowable) {
        if (scheduler == null) {
            throw new NullPointerException("Not expecting a null scheduler");
        }
        if (master == null) {
            throw new NullPointerException("Not expecting a null master");
        }
        this.scheduler = scheduler;
        WeakCallbacks callbacks = new WeakCallbacks(this, scheduler);
        MasterDetector detector = MasterAddress.detector(master, DetectorTimes.usual());
        String authorization = credential == null ? null : Authorization.of(credential);
        long delayMs = DurationText.millis(connectionDelay);
        loop = new EventLoop("stoa-driver-v1", onThrowable);
        session = new V1Session(loop, detector, authorization, delayMs, callbacks);
        loop.deliver(session::start);
        V1Session of = session;
        EventLoop on = loop;
        callbacks.whenDropped(on, () -> close(on, of));
    }

    /** Of TEARDOWN it returns when the master has answered, so that the process may end behind it. */
    @Override
    public void send(Call call) {
        byte[] bytes = call.toByteArray();
        boolean last = call.getType().getNumber() == TEARDOWN;
        if (loop.inLoop()) {
            send(bytes, last);
        } else if (last) {
            CountDownLatch sent = new CountDownLatch(1);
            loop.execute(() -> {
                try {
                    send(bytes, true);
                } finally {
                    sent.countDown();
                }
            });
            await(sent);
        } else {
            loop.execute(() -> send(bytes, false));
        }
    }

    private void send(byte[] call, boolean last) {
        try {
            session.send(call);
            if (last) {
                session.awaitSent(TEARDOWN_MS);
            }
        } catch (MalformedMessageException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(CountDownLatch sent) {
        try {
            boolean unused = sent.await(TEARDOWN_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void reconnect() {
        loop.execute(session::reconnect);
    }

    /** For tests: no thread remains. */
    void close() {
        loop.execute(() -> close(loop, session));
    }

    private static void close(EventLoop loop, V1Session session) {
        session.close();
        loop.close();
    }
}

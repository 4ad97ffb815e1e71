package org.apache.mesos.v1.scheduler;

import io.stoa.driver.http.Authorization;
import io.stoa.driver.loop.EventLoop;
import io.stoa.driver.scheduler.SchedulerControl;
import io.stoa.driver.scheduler.SchedulerSettings;
import io.stoa.driver.v1.DriverEvents;
import io.stoa.driver.v1.LastResort;
import io.stoa.driver.v1.V0Adapter;
import io.stoa.driver.wire.MalformedMessageException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.function.Consumer;
import org.apache.mesos.v1.Protos.Credential;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.jspecify.annotations.Nullable;

/**
 * Connects a scheduler of the v1 API by way of a driver of the v0 API, without native code. Thread-safe. Takes the
 * place of the class of this name in Mesos' jar: what the v0 API has no call for, such as UPDATE_FRAMEWORK and calls
 * about inverse offers and operations, is dropped there and here. Whoever drops the object ends its connection, with no
 * effect on its tasks.
 */
public class V0Mesos implements Mesos {

    /** Held, so that it lives as long as this. */
    @SuppressWarnings("UnusedVariable")
    private final Scheduler scheduler;

    private final EventLoop loop;
    private final V0Adapter adapter;
    private final SchedulerControl driver;

    public V0Mesos(Scheduler scheduler, FrameworkInfo framework, String master) {
        this(scheduler, framework, master, null);
    }

    public V0Mesos(Scheduler scheduler, FrameworkInfo framework, String master, @Nullable Credential credential) {
        this(scheduler, framework, master, credential == null ? null : credential.toByteArray(), LastResort::abort);
    }

    /** @param onThrowable what follows when a callback throws */
    V0Mesos(
            @Nullable Scheduler scheduler,
            @Nullable FrameworkInfo framework,
            @Nullable String master,
            byte @Nullable [] credential,
            Consumer<Throwable> onThrowable) {
        if (scheduler == null) {
            throw new NullPointerException("Not expecting a null scheduler");
        }
        if (framework == null) {
            throw new NullPointerException("Not expecting a null framework");
        }
        if (master == null) {
            throw new NullPointerException("Not expecting a null master");
        }
        this.scheduler = scheduler;
        WeakCallbacks callbacks = new WeakCallbacks(this, scheduler);
        loop = new EventLoop("stoa-driver-v0-adapter", onThrowable);
        adapter = new V0Adapter(loop, callbacks);
        driver = new SchedulerControl(
                new DriverEvents(loop, adapter),
                framework.toByteArray(),
                Collections.emptyList(),
                master,
                false,
                credential == null ? null : Authorization.of(credential),
                () -> SchedulerSettings.of(System.getenv()));
        driver.start();
        SchedulerControl of = driver;
        EventLoop on = loop;
        callbacks.whenDropped(on, () -> close(on, of));
    }

    /** Hands the call over and does not wait: of TEARDOWN, too, nobody can tell when it has arrived. */
    @Override
    public void send(Call call) {
        byte[] bytes = call.toByteArray();
        loop.execute(() -> {
            try {
                adapter.send(bytes, driver);
            } catch (MalformedMessageException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Does nothing: a driver of the v0 API has no such call, and finds a lost master again by itself. */
    @Override
    public void reconnect() {}

    /** For tests: no thread remains, and no task is touched. */
    void close() {
        close(loop, driver);
    }

    private static void close(EventLoop loop, SchedulerControl driver) {
        driver.stop(true);
        loop.close();
    }
}

package org.apache.mesos.v1.scheduler;

import io.stoa.driver.loop.EventLoop;
import io.stoa.driver.loop.Timer;
import io.stoa.driver.v1.V1Callbacks;
import java.io.IOException;
import java.lang.ref.WeakReference;
import org.apache.mesos.v1.scheduler.Protos.Event;

/**
 * The scheduler, as long as somebody holds its Mesos object, which in turn holds the scheduler. To drop that object is
 * the only way to end a connection that Mesos' interface has: the native library is deleted by the object's finalizer.
 */
final class WeakCallbacks implements V1Callbacks {

    private static final long LOOK_MS = 1_000;

    private final WeakReference<Mesos> mesos;
    private final WeakReference<Scheduler> scheduler;

    WeakCallbacks(Mesos mesos, Scheduler scheduler) {
        this.mesos = new WeakReference<>(mesos);
        this.scheduler = new WeakReference<>(scheduler);
    }

    /** @param close runs once, on the loop, soon after the object was collected; must not refer to it */
    void whenDropped(EventLoop loop, Runnable close) {
        if (mesos.get() == null) {
            close.run();
        } else {
            Timer unused = loop.schedule(LOOK_MS, () -> whenDropped(loop, close));
        }
    }

    @Override
    public void connected() {
        Mesos from = mesos.get();
        Scheduler to = scheduler.get();
        if (from != null && to != null) {
            to.connected(from);
        }
    }

    @Override
    public void disconnected() {
        Mesos from = mesos.get();
        Scheduler to = scheduler.get();
        if (from != null && to != null) {
            to.disconnected(from);
        }
    }

    @Override
    public void received(byte[] event) throws IOException {
        Mesos from = mesos.get();
        Scheduler to = scheduler.get();
        if (from != null && to != null) {
            to.received(from, Event.parseFrom(event));
        }
    }
}

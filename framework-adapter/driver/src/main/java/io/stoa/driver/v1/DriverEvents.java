package io.stoa.driver.v1;

import io.stoa.driver.loop.EventLoop;
import io.stoa.driver.scheduler.SchedulerCallbacks;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Hands what a driver tells over to an adapter's loop. The driver waits while too much of it waits there: so the master
 * waits, and nothing is lost.
 */
public final class DriverEvents implements SchedulerCallbacks {

    private static final int MAX_WAITING = 1_000;

    private final EventLoop loop;
    private final V0Adapter adapter;
    private final Semaphore room = new Semaphore(MAX_WAITING);

    public DriverEvents(EventLoop loop, V0Adapter adapter) {
        this.loop = loop;
        this.adapter = adapter;
    }

    @Override
    public void registered(byte[] frameworkId, byte[] master) {
        hand(() -> adapter.registered(frameworkId, master));
    }

    @Override
    public void reregistered(byte[] master) {
        hand(() -> adapter.registered(null, master));
    }

    @Override
    public void disconnected() {
        hand(adapter::disconnected);
    }

    @Override
    public List<byte[]> resourceOffers(List<byte[]> offers) {
        hand(() -> adapter.received(Events.offers(offers)));
        return Collections.emptyList();
    }

    @Override
    public void offerRescinded(byte[] offerId) {
        hand(() -> adapter.received(Events.rescind(offerId)));
    }

    @Override
    public void statusUpdate(byte[] status) {
        hand(() -> adapter.received(Events.update(status)));
    }

    @Override
    public void frameworkMessage(byte[] executorId, byte[] agentId, byte[] data) {
        hand(() -> adapter.received(Events.message(agentId, executorId, data)));
    }

    @Override
    public void slaveLost(byte[] agentId) {
        hand(() -> adapter.received(Events.failure(agentId)));
    }

    @Override
    public void executorLost(byte[] executorId, byte[] agentId, int status) {
        hand(() -> adapter.received(Events.failure(agentId, executorId, status)));
    }

    @Override
    public void error(String message) {
        hand(() -> adapter.error(message));
    }

    private void hand(Runnable event) {
        room.acquireUninterruptibly();
        loop.deliver(() -> {
            room.release();
            event.run();
        });
    }
}

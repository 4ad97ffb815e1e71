package io.stoa.driver.v1;

import io.stoa.driver.loop.EventLoop;
import io.stoa.driver.loop.Timer;
import io.stoa.driver.scheduler.SchedulerControl;
import io.stoa.driver.wire.MalformedMessageException;
import io.stoa.driver.wire.WireMessage;
import io.stoa.driver.wire.WireWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A scheduler of the v1 API on a driver of the v0 API, as libmesos' adapter has it. The driver subscribes by itself;
 * what it tells is held back until the scheduler says SUBSCRIBE, too. Belongs to a loop of its own: calls of the
 * scheduler are handed over to the driver, which does not block.
 */
public final class V0Adapter {

    private static final Logger LOGGER = LoggerFactory.getLogger(V0Adapter.class);
    private static final int HEARTBEAT_MS = 15_000;
    private static final double HEARTBEAT_SECONDS = 15;
    /** A scheduler that does not subscribe wants no more of them. */
    private static final int MAX_PENDING = 10_000;

    private static final byte[] UNSET = {};

    private final EventLoop loop;
    private final V1Callbacks callbacks;
    private final Deque<byte[]> pending = new ArrayDeque<>();
    private byte[] frameworkId = UNSET;
    private boolean subscribed;
    private @Nullable Timer heartbeat;

    public V0Adapter(EventLoop loop, V1Callbacks callbacks) {
        this.loop = loop;
        this.callbacks = callbacks;
    }

    /** @param id null: the one before */
    void registered(byte @Nullable [] id, byte[] master) {
        LOGGER.info("Registered with the Mesos master; invoking connected callback");
        callbacks.connected();
        if (id != null) {
            frameworkId = id;
        }
        received(Events.subscribed(frameworkId, HEARTBEAT_SECONDS, master));
        received(Events.heartbeat());
    }

    void disconnected() {
        LOGGER.info("Disconnected from the Mesos master; {} pending events are dropped", pending.size());
        pending.clear();
        subscribed = false;
        stopHeartbeat();
        callbacks.disconnected();
    }

    void error(String message) {
        if (!subscribed) {
            // A scheduler of this API may be told nothing before.
            callbacks.connected();
        }
        received(Events.error(message));
    }

    void received(byte[] event) {
        if (subscribed) {
            tell(event);
        } else if (pending.size() < MAX_PENDING) {
            pending.add(event);
        } else {
            LOGGER.warn("An event is dropped: {} wait for SUBSCRIBE (expected: fewer)", MAX_PENDING);
        }
    }

    private void tell(byte[] event) {
        try {
            callbacks.received(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void subscribe() {
        subscribed = true;
        scheduleHeartbeat();
        // A callback may lead to a disconnect, which drops the rest.
        for (byte[] event = pending.poll(); event != null; event = pending.poll()) {
            tell(event);
        }
    }

    private void scheduleHeartbeat() {
        stopHeartbeat();
        heartbeat = loop.schedule(HEARTBEAT_MS, () -> {
            received(Events.heartbeat());
            scheduleHeartbeat();
        });
    }

    private void stopHeartbeat() {
        if (heartbeat != null) {
            heartbeat.cancel();
            heartbeat = null;
        }
    }

    /** Does what a call says; what the v0 API has no word for is only noted. */
    public void send(byte[] bytes, SchedulerControl driver) throws MalformedMessageException {
        WireMessage call = WireMessage.parse(bytes);
        switch (Calls.type(call)) {
            case Calls.SUBSCRIBE:
                subscribe();
                break;
            case Calls.TEARDOWN:
                driver.stop(false);
                break;
            case Calls.ACCEPT:
                WireMessage accept = call.message(4);
                driver.acceptOffers(accept.all(1), accept.all(2), accept.bytes(3));
                break;
            case Calls.DECLINE:
                WireMessage decline = call.message(5);
                for (byte[] offerId : decline.all(1)) {
                    driver.declineOffer(offerId, decline.bytes(2));
                }
                break;
            case Calls.REVIVE:
                driver.reviveOffers();
                break;
            case Calls.SUPPRESS:
                driver.suppressOffers();
                break;
            case Calls.KILL:
                driver.killTask(call.message(6).bytes(1));
                break;
            case Calls.ACKNOWLEDGE:
                driver.acknowledgeStatusUpdate(status(call.message(8), 2, 1, 3));
                break;
            case Calls.RECONCILE:
                List<byte[]> statuses = new ArrayList<>();
                for (WireMessage task : call.message(9).messages(1)) {
                    statuses.add(status(task, 1, 2, 0));
                }
                driver.reconcileTasks(statuses);
                break;
            case Calls.MESSAGE:
                WireMessage message = call.message(10);
                driver.sendFrameworkMessage(message.bytes(2), message.bytes(1), message.bytes(3));
                break;
            case Calls.REQUEST:
                driver.requestResources(call.message(11).all(1));
                break;
            default:
                LOGGER.error("Received an unexpected call type={}", Calls.type(call));
                break;
        }
    }

    /** A {@code TaskStatus} out of the fields with these numbers. */
    private static byte[] status(WireMessage from, int taskId, int agentId, int uuid) {
        WireWriter status = new WireWriter().bytes(1, from.bytes(taskId));
        if (from.has(agentId)) {
            status.bytes(5, from.bytes(agentId));
        }
        if (from.has(uuid)) {
            status.bytes(11, from.bytes(uuid));
        }
        return status.toByteArray();
    }
}

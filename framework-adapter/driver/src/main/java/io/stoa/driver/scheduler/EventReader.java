package io.stoa.driver.scheduler;

import io.stoa.driver.wire.MalformedMessageException;
import io.stoa.driver.wire.WireMessage;
import io.stoa.driver.wire.WireWriter;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads events of Mesos' v1 scheduler API and hands what is in them to the framework. */
final class EventReader {

    private static final Logger LOG = LoggerFactory.getLogger(EventReader.class);
    private static final int OFFERS = 2;
    private static final int RESCIND = 3;
    private static final int UPDATE = 4;
    private static final int MESSAGE = 5;
    private static final int FAILURE = 6;
    private static final int ERROR = 7;
    private static final int UUID = 11;

    private final SchedulerCallbacks callbacks;
    private final FrameworkVoice voice;
    private final Consumer<WireMessage> afterUpdate;
    private final Consumer<List<byte[]>> unreadableOffers;

    /**
     * @param afterUpdate is given each status that the framework has taken
     * @param unreadableOffers is given offers that the framework's bindings cannot read
     */
    EventReader(
            SchedulerCallbacks callbacks,
            FrameworkVoice voice,
            Consumer<WireMessage> afterUpdate,
            Consumer<List<byte[]>> unreadableOffers) {
        this.callbacks = callbacks;
        this.voice = voice;
        this.afterUpdate = afterUpdate;
        this.unreadableOffers = unreadableOffers;
    }

    /** The offers in the event, none in other events. */
    static List<byte[]> offers(WireMessage event) throws MalformedMessageException {
        return type(event) == OFFERS ? event.message(3).all(1) : Collections.emptyList();
    }

    /** The id of the offer that the event takes back, empty for other events. */
    static byte[] rescinded(WireMessage event) throws MalformedMessageException {
        return type(event) == RESCIND ? event.message(4).bytes(1) : new byte[0];
    }

    /** What the master says in an event of type ERROR, null for others. */
    static @Nullable String error(WireMessage event) throws MalformedMessageException {
        return type(event) == ERROR ? event.message(8).text(1, "") : null;
    }

    private static int type(WireMessage event) {
        return event.integer(1, 0);
    }

    /** @param offers those in the event */
    void deliver(WireMessage event, List<byte[]> offers) throws MalformedMessageException {
        switch (type(event)) {
            case OFFERS:
                // None but inverse offers, which this driver's API does not know.
                if (!offers.isEmpty()) {
                    voice.call(() -> offer(offers));
                }
                return;
            case RESCIND:
                byte[] rescinded = rescinded(event);
                voice.call(() -> callbacks.offerRescinded(rescinded));
                return;
            case UPDATE:
                update(event.message(5));
                return;
            case MESSAGE:
                WireMessage message = event.message(6);
                voice.call(() -> callbacks.frameworkMessage(message.bytes(2), message.bytes(1), message.bytes(3)));
                return;
            case FAILURE:
                failure(event.message(7));
                return;
            default:
                LOG.debug("event without a callback type={}", type(event));
        }
    }

    private void offer(List<byte[]> offers) throws IOException {
        List<byte[]> unreadable = callbacks.resourceOffers(offers);
        if (!unreadable.isEmpty()) {
            unreadableOffers.accept(unreadable);
        }
    }

    private void update(WireMessage update) throws MalformedMessageException {
        WireMessage status = update.message(1);
        byte[] told = status.has(UUID) && status.bytes(UUID).length == 0
                ? new WireWriter().allBut(status, UUID).toByteArray()
                : update.bytes(1);
        voice.call(() -> {
            callbacks.statusUpdate(told);
            if (voice.heard()) {
                afterUpdate.accept(status);
            }
        });
    }

    private void failure(WireMessage failure) {
        byte[] agentId = failure.bytes(1);
        byte[] executorId = failure.bytes(2);
        if (agentId.length == 0) {
            LOG.warn("event FAILURE without an agent");
        } else if (executorId.length == 0) {
            voice.call(() -> callbacks.slaveLost(agentId));
        } else {
            int status = failure.integer(3, 0);
            voice.call(() -> callbacks.executorLost(executorId, agentId, status));
        }
    }
}

package io.stoa.agent;

import com.google.protobuf.InvalidProtocolBufferException;
import io.stoa.libprocess.Message;
import io.stoa.libprocess.MessageReceiver;
import io.stoa.proto.agent.DriverAcknowledgement;
import io.stoa.proto.agent.FrameworkMessage;
import io.stoa.proto.libprocess.FrameworkToExecutorMessage;
import io.stoa.proto.libprocess.StatusUpdateAcknowledgementMessage;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What drivers over libprocess say to an agent without going through its master: messages to executors, and with some
 * of them acknowledgements. As in Mesos anybody may speak to executors who knows the ids; acknowledgements are the
 * master's to judge. Safe for use by any thread.
 */
final class FrameworkMessages implements MessageReceiver {

    private static final Logger LOG = LoggerFactory.getLogger(FrameworkMessages.class);

    private static final int MAX_WAITING = 1_000;
    private static final int MAX_WAITING_KB = 64 << 10;

    private final Executor loop;
    private final Consumer<FrameworkMessage> messages;
    private final Predicate<DriverAcknowledgement> acknowledgements;
    private final Semaphore room = new Semaphore(MAX_WAITING);
    private final Semaphore roomKb = new Semaphore(MAX_WAITING_KB);
    private final LongAdder dropped = new LongAdder();

    /**
     * @param loop the agent's; what follows is called there
     * @param messages to executors, which need not be there
     * @param acknowledgements of updates, which need not be there; false where they are lost
     */
    FrameworkMessages(
            Executor loop, Consumer<FrameworkMessage> messages, Predicate<DriverAcknowledgement> acknowledgements) {
        this.loop = loop;
        this.messages = messages;
        this.acknowledgements = acknowledgements;
    }

    @Override
    public void receive(Message message) {
        try {
            switch (message.name()) {
                case "mesos.internal.FrameworkToExecutorMessage" -> toExecutor(message.body());
                case "mesos.internal.StatusUpdateAcknowledgementMessage" -> acknowledgement(message);
                default -> LOG.debug("Message ignored from={}", message.from());
            }
        } catch (InvalidProtocolBufferException e) {
            LOG.debug("Message cannot be read from={} reason={}", message.from(), e.getMessage());
        }
    }

    private void toExecutor(byte[] body) throws InvalidProtocolBufferException {
        FrameworkToExecutorMessage read = FrameworkToExecutorMessage.parseFrom(body);
        FrameworkMessage message = FrameworkMessage.newBuilder()
                .setFrameworkId(read.getFrameworkId().getValue())
                .setExecutorId(read.getExecutorId().getValue())
                .setData(read.getData())
                .build();
        onLoop(body.length, () -> messages.accept(message));
    }

    private void acknowledgement(Message said) throws InvalidProtocolBufferException {
        StatusUpdateAcknowledgementMessage read = StatusUpdateAcknowledgementMessage.parseFrom(said.body());
        DriverAcknowledgement acknowledgement = DriverAcknowledgement.newBuilder()
                .setFrom(said.from().toString())
                .setFrameworkId(read.getFrameworkId().getValue())
                .setTaskId(read.getTaskId().getValue())
                .setUuid(read.getUuid())
                .build();
        onLoop(said.body().length, () -> {
            if (!acknowledgements.test(acknowledgement)) {
                dropped.increment();
            }
        });
    }

    /** Whoever sends faster than the agent works loses what he sends: nothing of it is promised to arrive. */
    private void onLoop(int bytes, Runnable action) {
        int kb = (bytes >> 10) + 1;
        if (!room.tryAcquire()) {
            dropped.increment();
            return;
        }
        if (!roomKb.tryAcquire(kb)) {
            room.release();
            dropped.increment();
            return;
        }
        loop.execute(() -> {
            room.release();
            roomKb.release(kb);
            action.run();
        });
    }

    void addTo(Map<String, Double> figures) {
        figures.put("stoa/libprocess/messages_dropped", (double) dropped.sum());
    }
}

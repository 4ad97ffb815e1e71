package io.stoa.driver.executor;

import io.stoa.driver.http.ApiListener;
import io.stoa.driver.wire.MalformedMessageException;
import io.stoa.driver.wire.WireMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns an agent's events into the executor's callbacks. */
final class EventHandler implements ApiListener {

    private static final Logger LOGGER = LoggerFactory.getLogger(EventHandler.class);

    private static final int SUBSCRIBED = 1;
    private static final int LAUNCH = 2;
    private static final int KILL = 3;
    private static final int ACKNOWLEDGED = 4;
    private static final int MESSAGE = 5;
    private static final int ERROR = 6;
    private static final int SHUTDOWN = 7;
    private static final int LAUNCH_GROUP = 8;

    /** Of a {@code TaskInfo}. */
    private static final int TASK_ID = 2;

    private final ExecutorSession session;

    EventHandler(ExecutorSession session) {
        this.session = session;
    }

    @Override
    public void subscribed(String streamId) {
        LOGGER.debug("The agent takes SUBSCRIBE");
    }

    @Override
    public void refused(int status, String text) {
        session.refused(status, text);
    }

    @Override
    public void lost(String reason) {
        session.lost(reason);
    }

    @Override
    public void received(byte[] event) {
        if (session.isDeaf()) {
            return;
        }
        WireMessage fields;
        try {
            fields = WireMessage.parse(event);
        } catch (MalformedMessageException e) {
            session.fail("Failed to read an event: " + e.getMessage());
            return;
        }
        try {
            received(fields.integer(1, 0), fields);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void received(int type, WireMessage event) throws IOException {
        if (!session.isSubscribed() && needsSubscription(type)) {
            LOGGER.warn("Event type={} comes before SUBSCRIBED and is ignored", type);
            return;
        }
        switch (type) {
            case SUBSCRIBED:
                registered(event.message(2));
                break;
            case LAUNCH:
                launch(event.message(4).bytes(1));
                break;
            case LAUNCH_GROUP:
                for (byte[] task : event.message(8).message(1).all(1)) {
                    launch(task);
                }
                break;
            case KILL:
                session.callbacks().killTask(event.message(5).bytes(1));
                break;
            case ACKNOWLEDGED:
                acknowledged(event.message(3));
                break;
            case MESSAGE:
                session.callbacks().frameworkMessage(event.message(6).bytes(1));
                break;
            case SHUTDOWN:
                LOGGER.info("Executor asked to shutdown");
                session.shutdown();
                break;
            case ERROR:
                session.fail(event.message(7).text(1, ""));
                break;
            default:
                LOGGER.debug("Event type={} has no callback", type);
                break;
        }
    }

    /** An agent that ends its executor or its framework answers SUBSCRIBE with SHUTDOWN. */
    private static boolean needsSubscription(int type) {
        return type != SUBSCRIBED && type != SHUTDOWN && type != KILL && type != ERROR;
    }

    private void registered(WireMessage subscribed) throws IOException {
        byte[] agent = subscribed.bytes(3);
        String agentId = WireMessage.parse(agent).message(6).text(1, "");
        if (session.subscribed()) {
            LOGGER.info("Executor registered on agent {}", agentId);
            session.callbacks().registered(subscribed.bytes(1), subscribed.bytes(2), agent);
        } else {
            LOGGER.info("Executor reregistered on agent {}", agentId);
            session.callbacks().reregistered(agent);
        }
    }

    private void launch(byte[] task) throws IOException {
        String taskId = WireMessage.parse(task).message(TASK_ID).text(1, "");
        // The callback before, of the same group, may have aborted the driver.
        if (session.isDeaf()) {
            return;
        }
        if (session.work().launched(taskId, task)) {
            session.callbacks().launchTask(task);
        } else {
            LOGGER.warn("Task {} is launched a second time, which is ignored", taskId);
        }
    }

    private void acknowledged(WireMessage acknowledged) throws MalformedMessageException {
        String taskId = acknowledged.message(1).text(1, "");
        if (!session.work().acknowledged(taskId, acknowledged.bytes(2))) {
            LOGGER.warn("An unknown status update of task {} is acknowledged", taskId);
        }
    }
}

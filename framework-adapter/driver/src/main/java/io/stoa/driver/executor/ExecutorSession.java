package io.stoa.driver.executor;

import io.stoa.driver.http.ApiConnection;
import io.stoa.driver.http.CallOutcome;
import io.stoa.driver.loop.EventLoop;
import io.stoa.driver.loop.Timer;
import io.stoa.driver.wire.MalformedMessageException;
import io.stoa.driver.wire.WireMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an executor and its agent have with each other. As libmesos' executor driver has it, with these differences that
 * the API brings: the executor subscribes again by itself, instead of being asked to by the agent; and an update that
 * the agent has not taken makes it do so, since the updates go along in SUBSCRIBE, in their order.
 *
 * <p>Belongs to the loop, but for {@link #ignoreEvents}.
 */
public final class ExecutorSession {

    private static final Logger LOGGER = LoggerFactory.getLogger(ExecutorSession.class);
    /** An agent that begins refuses for some seconds. */
    private static final long AGENT_BEGINS_MS = 500;

    private static final double MILLIS = 1_000;
    private static final int UNAVAILABLE = 503;
    private static final int NOT_FOUND = 404;
    private static final int BAD_REQUEST = 400;

    private final ExecutorSettings settings;
    private final EventLoop loop;
    private final ExecutorCallbacks callbacks;
    private final ShutdownDeadline deadline;
    private final ExecutorCalls calls;
    private final EventHandler events = new EventHandler(this);
    private final UnacknowledgedWork work = new UnacknowledgedWork();
    /** Updates that are neither in the last SUBSCRIBE nor sent since. */
    private final List<byte[]> unsent = new ArrayList<>();

    private @Nullable ApiConnection connection;
    private @Nullable Timer retry;
    private @Nullable Timer recovery;
    private boolean subscribed;
    private boolean registered;
    private boolean stopped;
    private volatile boolean deaf;

    public ExecutorSession(
            ExecutorSettings settings, EventLoop loop, ExecutorCallbacks callbacks, ShutdownDeadline deadline) {
        this.settings = settings;
        this.loop = loop;
        this.callbacks = callbacks;
        this.deadline = deadline;
        calls = new ExecutorCalls(settings);
    }

    /** Subscribes. */
    public void start() {
        LOGGER.info(
                "Executor subscribes agent={} framework={} executor={}",
                settings.agent(),
                settings.frameworkId(),
                settings.executorId());
        subscribe();
    }

    /** From now on no callback is made, but for one that has begun. Any thread. */
    public void ignoreEvents() {
        deaf = true;
    }

    /** Says a task's status, now or as soon as there is an agent, until the agent acknowledges it. */
    public void sendStatusUpdate(byte[] status) throws MalformedMessageException {
        WireMessage fields = WireMessage.parse(status);
        if (ExecutorCalls.state(fields) == ExecutorCalls.TASK_STAGING) {
            fail("Attempted to send TASK_STAGING status update");
            return;
        }
        UUID uuid = UUID.randomUUID();
        byte[] update = calls.update(fields, uuid, System.currentTimeMillis() / MILLIS);
        if (!work.updated(uuid, update)) {
            fail(UnacknowledgedWork.MAX_UPDATES + " status updates are not acknowledged (expected: fewer)");
        } else if (subscribed) {
            send(update);
        } else {
            unsent.add(update);
        }
    }

    /** Sends something to the framework, once, if there is an agent. */
    public void sendFrameworkMessage(byte[] data) {
        ApiConnection open = connection;
        if (open == null || !subscribed) {
            LOGGER.warn("Framework message is dropped bytes={}: there is no agent", data.length);
        } else {
            open.call(calls.message(data), new MessageOutcome());
        }
    }

    /** Ends the session when what was sent before has arrived, or after some seconds. */
    public void stop(Runnable then) {
        afterLastCalls(() -> {
            close();
            then.run();
        });
    }

    /** Runs the action when what was sent before has arrived, or after some seconds. The connection stays. */
    public void abort(Runnable then) {
        afterLastCalls(then);
    }

    /** @param end may run twice */
    private void afterLastCalls(Runnable end) {
        ignoreEvents();
        stopped = true;
        cancelTimers();
        ApiConnection open = connection;
        if (open == null || !subscribed) {
            end.run();
        } else {
            open.whenSent(end);
            Timer unused = loop.schedule(settings.lastCallsMs(), end);
        }
    }

    private void subscribe() {
        retry = null;
        if (!deaf && connection == null) {
            unsent.clear();
            connection = ApiConnection.open(
                    loop, settings.agent(), settings.authorization(), settings.limits(), calls.subscribe(work), events);
        }
    }

    private void retryIn(long longestMs) {
        if (retry == null && !deaf) {
            retry = loop.schedule(ThreadLocalRandom.current().nextLong(longestMs / 4, longestMs + 1), this::subscribe);
        }
    }

    void refused(int status, String text) {
        String answer = "SUBSCRIBE is answered with " + status + " (" + text + ")";
        if (deaf) {
            close();
        } else if (status == BAD_REQUEST) {
            // The agent does not know the executor, or its framework, any more: over libprocess it says SHUTDOWN then.
            LOGGER.info("The agent has no use for this executor, shutting down: {}", answer);
            close();
            shutdown();
        } else if (registered) {
            lost(answer);
        } else if (status == UNAVAILABLE || status == NOT_FOUND) {
            LOGGER.warn("The agent is not ready: {}", answer);
            close();
            retryIn(AGENT_BEGINS_MS);
        } else {
            close();
            fail(answer);
        }
    }

    void lost(String reason) {
        close();
        if (deaf) {
            return;
        }
        if (!settings.checkpoint() || !registered) {
            LOGGER.info("Agent exited, shutting down: {}", reason);
            shutdown();
            return;
        }
        if (recovery == null) {
            LOGGER.info("Agent exited, waiting for it recovery_ms={}: {}", settings.recoveryMs(), reason);
            recovery = loop.schedule(settings.recoveryMs(), this::giveUp);
        }
        // Half of what the agent gives, so that two attempts fall into the time in which it waits for its executors.
        retryIn(Math.max(1, settings.backoffMs() / 2));
    }

    private void giveUp() {
        LOGGER.info("The agent has not come back recovery_ms={}, shutting down", settings.recoveryMs());
        shutdown();
    }

    private void close() {
        subscribed = false;
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    private void cancelTimers() {
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
        if (recovery != null) {
            recovery.cancel();
            recovery = null;
        }
    }

    /** Whether events are of no interest any more. */
    boolean isDeaf() {
        return deaf;
    }

    boolean isSubscribed() {
        return subscribed;
    }

    ExecutorCallbacks callbacks() {
        return callbacks;
    }

    UnacknowledgedWork work() {
        return work;
    }

    /** True the first time. */
    boolean subscribed() {
        boolean first = !registered;
        subscribed = true;
        registered = true;
        cancelTimers();
        unsent.forEach(this::send);
        unsent.clear();
        return first;
    }

    private void send(byte[] update) {
        ApiConnection open = connection;
        if (open != null) {
            open.call(calls.updateCall(update), new UpdateOutcome(open));
        }
    }

    /** The executor is to end, by itself or by force. */
    void shutdown() {
        try {
            if (!settings.local()) {
                deadline.start(settings.graceMs());
            }
        } finally {
            shutdownExecutor();
        }
    }

    private void shutdownExecutor() {
        try {
            callbacks.shutdown();
        } finally {
            ignoreEvents();
            cancelTimers();
        }
    }

    /** There is no point in going on. */
    void fail(String message) {
        if (deaf) {
            LOGGER.warn("The executor has ended, and is not told: {}", message);
            return;
        }
        callbacks.abort();
        cancelTimers();
        LOGGER.error("Executor is aborted: {}", message);
        callbacks.error(message);
    }

    /** What became of an update. Whether the agent has acted on it is for its acknowledgement to say. */
    private final class UpdateOutcome implements CallOutcome {

        private final ApiConnection sentOn;

        UpdateOutcome(ApiConnection sentOn) {
            this.sentOn = sentOn;
        }

        @Override
        public void answered(int status, String text) {
            if (status / 100 != 2) {
                failed("A status update is answered with " + status + " (" + text + ")");
            }
        }

        @Override
        public void unanswered(String reason, boolean mayHaveArrived) {
            failed("A status update is not answered: " + reason);
        }

        private void failed(String reason) {
            if (connection == sentOn && !stopped) {
                LOGGER.warn("Executor subscribes anew: {}", reason);
                close();
                subscribe();
            }
        }
    }

    private static final class MessageOutcome implements CallOutcome {

        @Override
        public void answered(int status, String text) {
            if (status / 100 != 2) {
                LOGGER.warn("Framework message is answered with {} ({})", status, text);
            }
        }

        @Override
        public void unanswered(String reason, boolean mayHaveArrived) {
            LOGGER.warn("Framework message is lost: {}", reason);
        }
    }
}

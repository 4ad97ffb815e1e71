package io.stoa.driver.scheduler;

import io.stoa.driver.detector.Leader;
import io.stoa.driver.detector.LeaderListener;
import io.stoa.driver.detector.MasterDetector;
import io.stoa.driver.http.ApiConnection;
import io.stoa.driver.http.ApiListener;
import io.stoa.driver.http.CallOutcome;
import io.stoa.driver.http.Endpoint;
import io.stoa.driver.loop.EventLoop;
import io.stoa.driver.loop.Timer;
import io.stoa.driver.wire.MalformedMessageException;
import io.stoa.driver.wire.WireMessage;
import io.stoa.driver.wire.WireWriter;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscription with whoever leads: at most one at a time, made anew, after a random and growing wait, whenever it
 * is lost. A connection is closed before the next is opened, so that the master cannot have two of one framework.
 *
 * <p>Belongs to the driver's loop.
 */
final class MasterLink {

    private static final Logger LOG = LoggerFactory.getLogger(MasterLink.class);
    private static final String PATH = "/api/v1/scheduler";
    private static final int SUBSCRIBED = 1;
    private static final int ERROR = 7;
    private static final long SHORTEST_BACKOFF_MS = 100;
    private static final long LONGEST_BACKOFF_MS = 60_000;
    /** Whatever was configured: a master that refuses must not be asked without a pause. */
    private static final long SHORTEST_WAIT_MS = 16;

    private static final long LOOK_MS = 1_000;
    private static final long SHORTEST_SILENCE_MS = 1_000;
    /** So many heartbeats may be missed. */
    private static final double HEARTBEATS = 5;

    private final EventLoop loop;
    private final MasterDetector detector;
    private final SchedulerSettings settings;
    private final @Nullable String authorization;
    private final Subscriber subscriber;

    private @Nullable Leader leader;
    private @Nullable ApiConnection connection;
    private boolean connected;
    private long subscription;
    private String lastMasterId = "";
    private long backoffMs;
    private @Nullable Timer retry;

    /** @param authorization the value of the header, if the framework has a credential */
    MasterLink(
            EventLoop loop,
            MasterDetector detector,
            SchedulerSettings settings,
            @Nullable String authorization,
            Subscriber subscriber) {
        this.loop = loop;
        this.detector = detector;
        this.settings = settings;
        this.authorization = authorization;
        this.subscriber = subscriber;
        backoffMs = settings.backoffMs();
    }

    void start() {
        detector.start(new LeaderListener() {
            @Override
            public void detected(@Nullable Leader detected) {
                loop.deliver(() -> onLeader(detected));
            }

            @Override
            public void failed(String reason) {
                loop.deliver(() -> subscriber.failed("Failed to detect a master: " + reason));
            }
        });
    }

    /** Whose link it is, for the log. */
    String framework() {
        return subscriber.framework();
    }

    boolean connected() {
        return connected;
    }

    /** Only while connected. */
    void send(byte[] call, CallOutcome outcome) {
        ApiConnection to = connection;
        if (to == null || !connected) {
            throw new IllegalStateException("connected: " + connected + " (expected: true)");
        }
        to.call(call, outcome);
    }

    /** Runs the action when what was sent has its outcome; at once if there is no connection. */
    void whenSent(Runnable action) {
        ApiConnection to = connection;
        if (to == null || !connected) {
            action.run();
        } else {
            to.whenSent(action);
        }
    }

    /** Tells one subscription from those before it, of which calls may still have an outcome to come. */
    long subscription() {
        return subscription;
    }

    /** Subscribes anew, unless that subscription is over already. */
    void renew(long which, String reason) {
        if (connection != null && which == subscription) {
            LOG.warn("subscription is renewed framework={} master={} reason={}", framework(), leader, reason);
            drop();
            retryLater();
        }
    }

    /** For an answer that does not take a call: renews the subscription where it is that which the master refuses. */
    void refused(long which, String type, int status, String text) {
        Refusal refusal = Refusal.of(status, text);
        if (refusal == Refusal.SUBSCRIPTION) {
            renew(which, type + " was refused: " + status + " " + text);
        } else if (refusal != Refusal.NONE) {
            LOG.warn("call was refused framework={} call={} status={} text={}", framework(), type, status, text);
        }
    }

    /** Whoever leads from now on is of no interest; the subscription there is stays. */
    void stopDetecting() {
        detector.close();
        stopRetrying();
    }

    void close() {
        detector.close();
        leader = null;
        stopRetrying();
        connected = false;
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    private void onLeader(@Nullable Leader detected) {
        if (!subscriber.running()) {
            return;
        }
        if (detected == null) {
            LOG.info("no master to subscribe with framework={}", framework());
        } else {
            LOG.info("subscribing framework={} master={}", framework(), detected);
        }
        leader = detected;
        stopRetrying();
        backoffMs = settings.backoffMs();
        drop();
        subscribeSoon();
    }

    private void drop() {
        ApiConnection old = connection;
        connection = null;
        if (old != null) {
            old.close();
        }
        if (connected) {
            connected = false;
            // Calls of this one that have no outcome yet must not be repeated while there is none.
            subscription++;
            subscriber.disconnected();
        }
    }

    /** What the connection before has brought comes first: a SUBSCRIBE without the id would make a second framework. */
    private void subscribeSoon() {
        loop.deliver(this::subscribe);
    }

    private void subscribe() {
        Leader to = leader;
        if (to == null || connection != null || !subscriber.running()) {
            return;
        }
        Attempt attempt = new Attempt();
        subscription++;
        connection = ApiConnection.open(
                loop,
                new Endpoint(to.host(), to.port(), PATH),
                authorization,
                settings.limits(),
                subscriber.subscribeCall(),
                attempt);
    }

    private void retryLater() {
        stopRetrying();
        if (!subscriber.running()) {
            return;
        }
        double failoverMs = subscriber.failoverTimeoutSeconds() * 1000;
        long longest = Math.min(backoffMs, LONGEST_BACKOFF_MS);
        if (failoverMs > 0) {
            longest = Math.min(longest, Math.max(SHORTEST_BACKOFF_MS, (long) (failoverMs / 10)));
        }
        backoffMs = Math.min(Math.max(2 * backoffMs, SHORTEST_WAIT_MS), LONGEST_BACKOFF_MS);
        longest = Math.max(longest, SHORTEST_WAIT_MS);
        retry = loop.schedule(ThreadLocalRandom.current().nextLong(longest / 8, longest + 1), this::subscribeSoon);
    }

    private void stopRetrying() {
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
    }

    private void onSubscribed(WireMessage subscribed) throws MalformedMessageException {
        ApiConnection on = connection;
        if (on == null) {
            return;
        }
        double heartbeatSeconds = subscribed.decimal(2, 0);
        if (heartbeatSeconds > 0) {
            on.expectEvent(Math.max((long) (heartbeatSeconds * 1000 * HEARTBEATS), SHORTEST_SILENCE_MS));
        }
        byte[] master = masterOf(subscribed);
        String masterId = WireMessage.parse(master).text(1, "");
        boolean again = !masterId.isEmpty() && masterId.equals(lastMasterId);
        lastMasterId = masterId;
        connected = true;
        backoffMs = settings.backoffMs();
        subscriber.subscribed(subscribed.bytes(1), master, again);
    }

    /** Looks now and then how long the subscription has been answered. */
    private void expectSubscribed(long which, long answeredNanos) {
        if (connected || which != subscription) {
            return;
        }
        long passedMs = TimeUnit.NANOSECONDS.toMillis(settings.nanoClock().getAsLong() - answeredNanos);
        long leftMs = settings.limits().answerTimeoutMs() - passedMs;
        if (leftMs > 0) {
            Timer unused = loop.schedule(Math.min(leftMs, LOOK_MS), () -> expectSubscribed(which, answeredNanos));
        } else {
            // What has come by then counts, however long a callback has held it up.
            loop.deliver(() -> endUnlessSubscribed(which));
        }
    }

    private void endUnlessSubscribed(long which) {
        if (!connected) {
            renew(which, "events came, but no SUBSCRIBED");
        }
    }

    /** What the master says of itself, else what was detected, else what is known of its address. */
    private byte[] masterOf(WireMessage subscribed) {
        if (subscribed.has(3)) {
            return subscribed.bytes(3);
        }
        Leader known = leader;
        byte[] info = known == null ? null : known.info();
        if (info != null || known == null) {
            return info == null ? new byte[0] : info;
        }
        return new WireWriter()
                .text(1, "")
                .integer(2, 0)
                .integer(3, known.port())
                .text(4, "master@" + known)
                .text(5, known.host())
                .toByteArray();
    }

    /** Is told nothing more once its connection is closed. */
    private final class Attempt implements ApiListener {

        @Override
        public void subscribed(String streamId) {
            LOG.info("subscription was answered framework={} master={} stream={}", framework(), leader, streamId);
            expectSubscribed(subscription, settings.nanoClock().getAsLong());
        }

        @Override
        public void received(byte[] record) {
            try {
                WireMessage event = WireMessage.parse(record);
                int type = event.integer(1, 0);
                if (type == SUBSCRIBED && !connected) {
                    onSubscribed(event.message(2));
                } else if (connected || type == ERROR) {
                    subscriber.received(event);
                }
            } catch (MalformedMessageException e) {
                LOG.warn("an event cannot be read framework={} bytes={}", framework(), record.length, e);
                renew(subscription, "an event cannot be read");
            }
        }

        @Override
        public void late(byte[] record) {
            try {
                WireMessage event = WireMessage.parse(record);
                if (event.integer(1, 0) == SUBSCRIBED) {
                    subscriber.identified(event.message(2).bytes(1));
                }
            } catch (MalformedMessageException e) {
                LOG.debug("an event of a connection that was given up cannot be read", e);
            }
        }

        @Override
        public void refused(int status, String text) {
            connection = null;
            if (status == 401) {
                subscriber.failed("Master refused authentication");
            } else if (status == 400 || status == 403) {
                subscriber.failed(text);
            } else {
                LOG.warn(
                        "subscription was refused framework={} master={} status={} text={}",
                        framework(),
                        leader,
                        status,
                        text);
                retryLater();
            }
        }

        @Override
        public void lost(String reason) {
            connection = null;
            retryLater();
            LOG.warn("connection was lost framework={} master={} reason={}", framework(), leader, reason);
            drop();
        }
    }
}

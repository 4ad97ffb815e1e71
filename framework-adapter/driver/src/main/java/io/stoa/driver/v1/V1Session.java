package io.stoa.driver.v1;

import io.stoa.driver.detector.Leader;
import io.stoa.driver.detector.LeaderListener;
import io.stoa.driver.detector.MasterDetector;
import io.stoa.driver.http.ApiConnection;
import io.stoa.driver.http.ApiListener;
import io.stoa.driver.http.CallOutcome;
import io.stoa.driver.http.ConnectionLimits;
import io.stoa.driver.http.Endpoint;
import io.stoa.driver.http.Reachability;
import io.stoa.driver.loop.EventLoop;
import io.stoa.driver.loop.Timer;
import io.stoa.driver.wire.MalformedMessageException;
import io.stoa.driver.wire.WireMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scheduler's side of the v1 API, as libmesos' scheduler library has it: it finds the leading master and says
 * {@code connected}; the scheduler itself sends SUBSCRIBE then, and again after each {@code disconnected}. Belongs to
 * the loop.
 *
 * <p>Beyond that library it notices a master that has fallen silent by itself, after five of its heartbeats' intervals.
 */
public final class V1Session {

    private static final Logger LOGGER = LoggerFactory.getLogger(V1Session.class);
    private static final String PATH = "/api/v1/scheduler";
    /** The tag of an event's first field, its type. */
    private static final int TYPE_TAG = 8;

    private static final double HEARTBEATS = 5;
    private static final double MILLIS = 1_000;
    private static final int TEMPORARY_REDIRECT = 307;
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;

    private final EventLoop loop;
    private final MasterDetector detector;
    private final @Nullable String authorization;
    private final long connectionDelayMs;
    private final V1Callbacks callbacks;
    private final ConnectionLimits limits = ConnectionLimits.usual();

    private State state = State.DISCONNECTED;
    private @Nullable Endpoint master;
    private @Nullable ApiConnection connection;
    private @Nullable Timer delay;
    /** Of the attempt to connect; the outcome of an older one is of no interest. */
    private int attempt;

    private enum State {
        DISCONNECTED,
        CONNECTING,
        CONNECTED,
        SUBSCRIBING,
        SUBSCRIBED
    }

    /**
     * @param authorization value of the header, null for none
     * @param connectionDelayMs the longest wait before it connects; a random part of it is waited
     */
    public V1Session(
            EventLoop loop,
            MasterDetector detector,
            @Nullable String authorization,
            long connectionDelayMs,
            V1Callbacks callbacks) {
        this.loop = loop;
        this.detector = detector;
        this.authorization = authorization;
        this.connectionDelayMs = connectionDelayMs;
        this.callbacks = callbacks;
    }

    /** Begins to look for the leading master. */
    public void start() {
        detector.start(new LeaderListener() {
            @Override
            public void detected(@Nullable Leader leader) {
                loop.deliver(() -> lead(leader == null ? null : new Endpoint(leader.host(), leader.port(), PATH)));
            }

            @Override
            public void failed(String reason) {
                loop.deliver(() -> tell(Events.error("Failed to detect a master: " + reason)));
            }
        });
    }

    /** Sends a call, or drops it where it cannot be sent now. */
    public void send(byte[] call) throws MalformedMessageException {
        int type = Calls.type(WireMessage.parse(call));
        boolean subscribes = type == Calls.SUBSCRIBE;
        Endpoint to = master;
        ApiConnection open = connection;
        if (subscribes && state == State.CONNECTED && to != null) {
            state = State.SUBSCRIBING;
            connection = ApiConnection.open(loop, to, authorization, limits, call, new Stream());
        } else if (!subscribes && state == State.SUBSCRIBED && open != null) {
            open.call(call, new Outcome(open, type));
        } else {
            LOGGER.warn("Dropping call type={}: Scheduler is in state {}", type, state);
        }
    }

    /** Waits until what was sent is answered; on the loop, where nothing else happens meanwhile, or elsewhere. */
    public void awaitSent(long timeoutMs) throws InterruptedException {
        ApiConnection open = connection;
        if (open != null && state == State.SUBSCRIBED && !open.awaitSent(timeoutMs)) {
            LOGGER.error("No answer to a call for {} ms", timeoutMs);
        }
    }

    /** Leaves the connection there is and connects anew. */
    public void reconnect() {
        if (state == State.DISCONNECTED) {
            LOGGER.info("Ignoring reconnect request from scheduler since it is disconnected");
        } else {
            lose("Received reconnect request from scheduler");
        }
    }

    /** Ends everything; no callback follows. */
    public void close() {
        detector.close();
        disconnect();
    }

    private void lead(@Nullable Endpoint leader) {
        boolean wasConnected = state.compareTo(State.CONNECTED) >= 0;
        disconnect();
        master = leader;
        if (leader == null) {
            LOGGER.info("No master leads");
        } else {
            LOGGER.info("New master detected at {}", leader);
            delay = loop.schedule(ThreadLocalRandom.current().nextLong(connectionDelayMs + 1), () -> connect(leader));
        }
        if (wasConnected) {
            callbacks.disconnected();
        }
    }

    private void connect(Endpoint leader) {
        delay = null;
        state = State.CONNECTING;
        int current = ++attempt;
        Reachability.probe(loop, leader, limits, failure -> {
            if (current != attempt || state != State.CONNECTING) {
                return;
            }
            if (failure.isEmpty()) {
                state = State.CONNECTED;
                callbacks.connected();
            } else {
                lose(failure);
            }
        });
    }

    private void lose(String reason) {
        LOGGER.warn("Connection with the master is lost master={}: {}", master, reason);
        lead(master);
    }

    private void disconnect() {
        state = State.DISCONNECTED;
        attempt++;
        if (delay != null) {
            delay.cancel();
            delay = null;
        }
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    private void tell(byte[] event) {
        try {
            callbacks.received(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void unexpected(int status, String text, int type) {
        tell(Events.error("Received unexpected '" + status + "' (" + text + ") for call " + type));
    }

    /** Whether a master answers so that is not ready to lead. */
    private static boolean passing(int status) {
        return status == UNAVAILABLE || status == NOT_FOUND || status == TEMPORARY_REDIRECT;
    }

    private final class Stream implements ApiListener {

        @Override
        public void subscribed(String streamId) {
            state = State.SUBSCRIBED;
        }

        @Override
        public void received(byte[] event) {
            expectHeartbeats(event);
            tell(event);
        }

        @Override
        public void refused(int status, String text) {
            connection = null;
            state = State.CONNECTED;
            if (passing(status)) {
                LOGGER.warn("SUBSCRIBE is answered with {} ({})", status, text);
            } else {
                unexpected(status, text, Calls.SUBSCRIBE);
            }
        }

        @Override
        public void lost(String reason) {
            lose(reason);
        }

        /** Of an event other than SUBSCRIBED no more than its first bytes are looked at. */
        private void expectHeartbeats(byte[] event) {
            ApiConnection open = connection;
            if (open == null || event.length < 2 || event[0] != TYPE_TAG || event[1] != Events.SUBSCRIBED) {
                return;
            }
            try {
                double seconds = WireMessage.parse(event).message(2).decimal(2, 0);
                if (seconds > 0) {
                    open.expectEvent((long) (seconds * MILLIS * HEARTBEATS));
                }
            } catch (MalformedMessageException e) {
                // The scheduler will hear of it: its own bindings cannot read the event either.
                LOGGER.debug("SUBSCRIBED cannot be read", e);
            }
        }
    }

    private final class Outcome implements CallOutcome {

        private final ApiConnection sentOn;
        private final int type;

        Outcome(ApiConnection sentOn, int type) {
            this.sentOn = sentOn;
            this.type = type;
        }

        @Override
        public void answered(int status, String text) {
            if (passing(status)) {
                LOGGER.warn("Call type={} is answered with {} ({})", type, status, text);
            } else if (status / 100 != 2 && connection == sentOn) {
                unexpected(status, text, type);
            }
        }

        @Override
        public void unanswered(String reason, boolean mayHaveArrived) {
            if (connection == sentOn) {
                lose("Call type " + type + " is not answered: " + reason);
            }
        }
    }
}

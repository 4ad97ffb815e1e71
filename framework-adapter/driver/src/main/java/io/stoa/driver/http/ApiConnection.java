package io.stoa.driver.http;

import io.stoa.driver.loop.EventLoop;
import io.stoa.driver.loop.Timer;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscription to a v1 API: SUBSCRIBE and its stream on one connection, the calls on another.
 *
 * <p>An answer 307 to SUBSCRIBE is followed, with the same authorization, and the calls go to where SUBSCRIBE was
 * taken. SUBSCRIBE itself is sent once: whether to subscribe again, after {@link ApiListener#refused} or
 * {@link ApiListener#lost}, is for the driver to say.
 */
public final class ApiConnection {

    private static final Logger LOGGER = LoggerFactory.getLogger(ApiConnection.class);
    private static final int MAX_REDIRECTS = 5;
    private static final int OK = 200;
    private static final int TEMPORARY_REDIRECT = 307;
    /** What an event that waits takes beside its own bytes. */
    private static final int TASK_BYTES = 256;

    private static final int WATCH_MS = 1_000;
    private static final int WAIT_FOR_MEMORY_MS = 100;

    private final EventLoop loop;
    private final @Nullable String authorization;
    private final ConnectionLimits limits;
    private final ApiListener listener;
    private final CallQueue queue;
    private final Inflow inflow;
    private final AtomicBoolean ended = new AtomicBoolean();
    /** Set by the owner's wish: nothing is told any more. */
    private volatile boolean closed;

    private volatile int idleTimeoutMs;
    private volatile @Nullable HttpSocket stream;
    private volatile @Nullable CallSender calls;

    private ApiConnection(
            EventLoop loop, @Nullable String authorization, ConnectionLimits limits, ApiListener listener) {
        this.loop = loop;
        this.authorization = authorization;
        this.limits = limits;
        this.listener = listener;
        queue = new CallQueue(limits.queuedCalls(), limits.queuedBytes());
        inflow = new Inflow(limits.inflowBytes());
        idleTimeoutMs = limits.idleTimeoutMs();
    }

    /**
     * Begins to connect and to subscribe. Any thread; does not block, and fails through the listener only.
     *
     * @param authorization value of the header, null for none
     * @param subscribe the call
     */
    public static ApiConnection open(
            EventLoop loop,
            Endpoint endpoint,
            @Nullable String authorization,
            ConnectionLimits limits,
            byte[] subscribe,
            ApiListener listener) {
        ApiConnection connection = new ApiConnection(loop, authorization, limits, listener);
        connection.start("stoa-driver-stream", () -> connection.subscribe(endpoint, subscribe));
        connection.watch();
        return connection;
    }

    /**
     * Sends a call, behind all calls before it. Any thread; does not block. Before {@link ApiListener#subscribed} it
     * waits.
     */
    public void call(byte[] call, CallOutcome outcome) {
        add(QueuedCall.of(call, outcome));
    }

    /** Runs a task on the loop when all calls before it have their outcome. */
    public void whenSent(Runnable task) {
        add(QueuedCall.marker(task));
    }

    /**
     * Waits until all calls before it are answered, or will not be. Any thread, the loop too, on which nothing else
     * happens meanwhile.
     *
     * @return false where that has taken too long
     */
    public boolean awaitSent(long timeoutMs) throws InterruptedException {
        CountDownLatch sent = new CountDownLatch(1);
        add(QueuedCall.signal(sent::countDown));
        return sent.await(timeoutMs, TimeUnit.MILLISECONDS);
    }

    private void add(QueuedCall call) {
        String refusal = queue.add(call);
        if (!refusal.isEmpty()) {
            call.unanswered(refusal, false).tell(this::insist);
        }
    }

    /**
     * From now on the stream is lost when no whole event comes for some time.
     *
     * @param withinMs such as five intervals of the server's heartbeats
     */
    public void expectEvent(long withinMs) {
        idleTimeoutMs = (int) Math.min(Math.max(withinMs, 1), Integer.MAX_VALUE);
    }

    /**
     * Ends the connection; its sockets are closed on return. Any thread. The listener is told nothing more but what is
     * {@linkplain ApiListener#late late}; calls that have no outcome get theirs.
     */
    public void close() {
        closed = true;
        end("The connection is closed", () -> {});
    }

    private void subscribe(Endpoint first, byte[] subscribe) throws IOException, InterruptedException {
        Endpoint endpoint = first;
        for (int redirects = 0; ; redirects++) {
            HttpSocket socket = connected(endpoint);
            socket.endReadingAfter(limits.answerTimeoutMs());
            socket.write(RequestHead.of(endpoint, authorization, "", subscribe.length));
            socket.write(subscribe);
            ResponseHead head = ResponseHead.read(socket);
            ResponseBody body = new ResponseBody(socket, head);
            if (head.status() == OK) {
                stream(endpoint, socket, head, body);
                return;
            }
            String location = head.header("location");
            if (head.status() != TEMPORARY_REDIRECT || location.isEmpty() || redirects == MAX_REDIRECTS) {
                String text = body.text();
                end("SUBSCRIBE was refused", () -> listener.refused(head.status(), text));
                return;
            }
            socket.close();
            LOGGER.info("SUBSCRIBE is redirected from={} to={}", endpoint, location);
            endpoint = redirected(endpoint, location);
        }
    }

    private static Endpoint redirected(Endpoint from, String location) throws IOException {
        try {
            return from.redirectedTo(location);
        } catch (IllegalArgumentException e) {
            throw new IOException(from + " redirects to '" + location + "' (expected: //host:port/path)", e);
        }
    }

    private HttpSocket connected(Endpoint endpoint) throws IOException {
        HttpSocket socket = new HttpSocket(limits.nanoClock());
        stream = socket;
        if (ended.get()) {
            socket.close();
        }
        socket.connect(endpoint, limits.connectTimeoutMs());
        return socket;
    }

    private void stream(Endpoint endpoint, HttpSocket socket, ResponseHead head, ResponseBody body)
            throws IOException, InterruptedException {
        String streamId = head.header("mesos-stream-id");
        CallSender sender = new CallSender(endpoint, authorization, streamId, limits, queue, this::insist);
        calls = sender;
        if (ended.get()) {
            sender.close();
        }
        insist(unlessClosed(() -> listener.subscribed(streamId)));
        start("stoa-driver-calls", sender::run);
        RecordReader records = new RecordReader(body, limits.recordBytes());
        for (byte[] record = records.next(); record != null; record = records.next()) {
            byte[] event = record;
            int room = event.length + TASK_BYTES;
            inflow.enter(room);
            loop.deliver(() -> {
                inflow.leave(room);
                if (closed) {
                    listener.late(event);
                } else {
                    listener.received(event);
                }
            });
            socket.endReadingInSilence(() -> idleTimeoutMs);
        }
        lose("The server ended the stream of events");
    }

    private void start(String name, Work work) {
        try {
            Thread thread = new Thread(() -> run(work), name);
            thread.setDaemon(true);
            thread.start();
        } catch (Throwable e) {
            lose("No thread " + name + ": " + e);
        }
    }

    private void run(Work work) {
        try {
            work.run();
        } catch (Throwable e) {
            loseFor(e);
        }
    }

    /** The thread that calls this ends; that must be heard of, even if there is no memory to say so at the moment. */
    private void loseFor(Throwable thrown) {
        while (true) {
            try {
                lose(thrown.toString());
                return;
            } catch (OutOfMemoryError e) {
                pause();
            }
        }
    }

    private void lose(String reason) {
        end(reason, () -> listener.lost(reason));
    }

    /** The first end counts. */
    private void end(String reason, Runnable last) {
        Runnable told = unlessClosed(last);
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        queue.close();
        release();
        for (QueuedCall call = queue.firstUnsent(); call != null; call = queue.firstUnsent()) {
            call.unanswered(reason, false).tell(this::insist);
            queue.removeFirstUnsent();
        }
        insist(told);
    }

    private void release() {
        inflow.close();
        HttpSocket socket = stream;
        if (socket != null) {
            socket.close();
        }
        CallSender sender = calls;
        if (sender != null) {
            sender.close();
        }
    }

    private Runnable unlessClosed(Runnable event) {
        return () -> {
            if (!closed) {
                event.run();
            }
        };
    }

    private void insist(Runnable task) {
        insist(loop, task);
    }

    /** Hands something to the loop that must not get lost, even if there is no memory for it at the moment. */
    static void insist(EventLoop loop, Runnable task) {
        while (true) {
            try {
                loop.deliver(task);
                return;
            } catch (OutOfMemoryError e) {
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(WAIT_FOR_MEMORY_MS);
        } catch (InterruptedException e) {
            // Its own threads are not interrupted; a framework's thread that is may go on.
            Thread.currentThread().interrupt();
        }
    }

    /** No write has a deadline of its own in Java. */
    private void watch() {
        HttpSocket socket = stream;
        if (socket != null && socket.writesLongerThan(limits.answerTimeoutMs())) {
            socket.close();
        }
        CallSender sender = calls;
        if (sender != null) {
            sender.watch();
        }
        if (!ended.get()) {
            Timer unused = loop.schedule(WATCH_MS, this::watch);
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException, InterruptedException;
    }
}

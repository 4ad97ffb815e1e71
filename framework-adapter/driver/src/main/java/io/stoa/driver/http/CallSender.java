package io.stoa.driver.http;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends the calls of a subscription, in order, over a connection of their own, several before the first is answered. No
 * call is ever sent twice: the second ACCEPT of an offer would lose its tasks.
 */
final class CallSender {

    /** Together less than what the peer's answers can fill of the connection's buffers. */
    private static final int MAX_BATCH_CALLS = 64;

    private static final int MAX_BATCH_BYTES = 256 << 10;
    private static final int STALE_AFTER_IDLE_MS = 500;
    /** Whatever stands between may have forgotten an idle connection without a word to either end. */
    private static final int FORGOTTEN_AFTER_IDLE_MS = 20_000;

    private final Endpoint endpoint;
    private final @Nullable String authorization;
    private final String streamId;
    private final ConnectionLimits limits;
    private final CallQueue queue;
    private final Consumer<Runnable> toLoop;
    private final int forgottenAfterIdleMs;
    private volatile @Nullable HttpSocket socket;
    private volatile boolean closed;

    CallSender(
            Endpoint endpoint,
            @Nullable String authorization,
            String streamId,
            ConnectionLimits limits,
            CallQueue queue,
            Consumer<Runnable> toLoop) {
        this(endpoint, authorization, streamId, limits, queue, toLoop, FORGOTTEN_AFTER_IDLE_MS);
    }

    /** @param forgottenAfterIdleMs so long without a call, and a connection is not used any more */
    CallSender(
            Endpoint endpoint,
            @Nullable String authorization,
            String streamId,
            ConnectionLimits limits,
            CallQueue queue,
            Consumer<Runnable> toLoop,
            int forgottenAfterIdleMs) {
        this.endpoint = endpoint;
        this.authorization = authorization;
        this.streamId = streamId;
        this.limits = limits;
        this.queue = queue;
        this.toLoop = toLoop;
        this.forgottenAfterIdleMs = forgottenAfterIdleMs;
    }

    /** Sends until the queue is closed. */
    void run() throws InterruptedException {
        for (List<QueuedCall> batch = queue.take(MAX_BATCH_CALLS, MAX_BATCH_BYTES);
                !batch.isEmpty();
                batch = queue.take(MAX_BATCH_CALLS, MAX_BATCH_BYTES)) {
            if (batch.get(0).isMarker()) {
                batch.get(0).tell(toLoop);
            } else {
                send(batch);
            }
        }
    }

    private void send(List<QueuedCall> batch) {
        int done = 0;
        boolean mayHaveArrived = false;
        try {
            HttpSocket connected = connected();
            mayHaveArrived = true;
            for (QueuedCall call : batch) {
                connected.write(RequestHead.of(endpoint, authorization, streamId, call.body().length));
                connected.write(call.body());
            }
            for (QueuedCall call : batch) {
                connected.endReadingAfter(limits.answerTimeoutMs());
                ResponseHead head = ResponseHead.read(connected);
                ResponseBody body = new ResponseBody(connected, head);
                String text = body.text();
                call.answered(head.status(), text).tell(toLoop);
                done++;
                if (done == batch.size() && connected.hasUnread()) {
                    throw new IOException("The server has sent more than the answers to its calls");
                }
                if (!head.keepsAlive() || body.endsWithConnection()) {
                    throw new IOException("The server ended the connection behind an answer");
                }
            }
        } catch (IOException e) {
            fail(batch, done, e.toString(), mayHaveArrived);
        } catch (RuntimeException | Error e) {
            // Without memory there may be none for a text, either.
            fail(batch, done, "The calls' thread has failed", mayHaveArrived);
            throw e;
        }
    }

    private void fail(List<QueuedCall> batch, int done, String reason, boolean mayHaveArrived) {
        HttpSocket broken = socket;
        if (broken != null) {
            broken.close();
        }
        socket = null;
        for (int i = done; i < batch.size(); i++) {
            batch.get(i).unanswered(reason, mayHaveArrived).tell(toLoop);
        }
    }

    private HttpSocket connected() throws IOException {
        HttpSocket last = socket;
        if (last != null && !last.isIdle(forgottenAfterIdleMs) && !last.isStale(STALE_AFTER_IDLE_MS)) {
            return last;
        }
        if (last != null) {
            last.close();
        }
        HttpSocket next = new HttpSocket(limits.nanoClock());
        socket = next;
        if (closed) {
            next.close();
        }
        next.connect(endpoint, limits.connectTimeoutMs());
        return next;
    }

    /** Closes the connection if a write on it does not end; any thread. */
    void watch() {
        HttpSocket current = socket;
        if (current != null && current.writesLongerThan(limits.answerTimeoutMs())) {
            current.close();
        }
    }

    /** Ends what is under way; any thread. */
    void close() {
        closed = true;
        HttpSocket current = socket;
        if (current != null) {
            current.close();
        }
    }
}

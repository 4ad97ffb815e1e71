package io.stoa.driver.http;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The calls that wait to be sent, in order and limited in number and bytes. */
final class CallQueue {

    private final int maxCalls;
    private final int maxBytes;
    private final Deque<QueuedCall> calls = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    CallQueue(int maxCalls, int maxBytes) {
        this.maxCalls = maxCalls;
        this.maxBytes = maxBytes;
    }

    /** Empty where the call was taken, otherwise why not. One call is taken whatever its size. */
    synchronized String add(QueuedCall call) {
        if (closed) {
            return "The connection is closed";
        }
        if (calls.size() >= maxCalls || (!calls.isEmpty() && bytes + call.body().length > maxBytes)) {
            return calls.size() + " calls of " + bytes + " bytes wait to be sent (expected: at most " + maxCalls
                    + " calls of " + maxBytes + " bytes)";
        }
        calls.addLast(call);
        bytes += call.body().length;
        notifyAll();
        return "";
    }

    /**
     * Waits for calls and takes as many of them as may be sent at once.
     *
     * @return empty when the queue is closed; a marker comes alone
     */
    synchronized List<QueuedCall> take(int count, int maxBatchBytes) throws InterruptedException {
        while (calls.isEmpty() && !closed) {
            wait();
        }
        List<QueuedCall> batch = new ArrayList<>(count);
        if (closed) {
            return batch;
        }
        int batchBytes = 0;
        while (!calls.isEmpty() && batch.size() < count) {
            QueuedCall next = calls.getFirst();
            if (!batch.isEmpty() && (next.isMarker() || batchBytes + next.body().length > maxBatchBytes)) {
                break;
            }
            calls.removeFirst();
            batchBytes += next.body().length;
            batch.add(next);
            if (next.isMarker()) {
                break;
            }
        }
        bytes -= batchBytes;
        return batch;
    }

    /** Takes nothing any more, and gives nothing more to send. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Behind {@link #close()}: a call that was not sent, null at the end. It stays until it is removed. */
    synchronized @Nullable QueuedCall firstUnsent() {
        return calls.peekFirst();
    }

    synchronized void removeFirstUnsent() {
        calls.removeFirst();
    }
}

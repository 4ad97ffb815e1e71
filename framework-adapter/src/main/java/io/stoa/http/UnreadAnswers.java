package io.stoa.http;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How much of answers that are one message waits for peers to read it, over all calls: beyond the limit those are reset
 * that have waited for the longest. Streams see to themselves, since they need not write. Safe for use by any thread.
 */
final class UnreadAnswers extends ServerStreamTracer.Factory {

    private final long maxBytes;
    private final HttpCounts counts;
    private final AtomicLong held = new AtomicLong();
    private final AtomicLong nextNumber = new AtomicLong();
    /** By number: the oldest first. */
    private final ConcurrentSkipListMap<Long, Call> waiting = new ConcurrentSkipListMap<>();

    /** @param maxBytes over all calls; {@link OpenCall#TRACING} has to come before this */
    UnreadAnswers(long maxBytes, HttpCounts counts) {
        this.maxBytes = maxBytes;
        this.counts = counts;
    }

    long heldBytes() {
        return held.get();
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new Call();
    }

    private void resetOldest() {
        while (held.get() > maxBytes) {
            Map.Entry<Long, Call> oldest = waiting.pollFirstEntry();
            if (oldest == null) {
                return;
            }
            oldest.getValue().reset();
            counts.answersReset.increment();
        }
    }

    private final class Call extends ServerStreamTracer {

        private final long number = nextNumber.getAndIncrement();
        private final AtomicLong own = new AtomicLong();
        private @Nullable OpenCall open;
        private boolean isOneMessage;
        private volatile boolean closed;

        @Override
        public Context filterContext(Context context) {
            open = OpenCall.of(context);
            return context;
        }

        @Override
        public void serverCallStarted(ServerCallInfo<?, ?> call) {
            isOneMessage = call.getMethodDescriptor().getType().serverSendsOneMessage();
        }

        @Override
        public void outboundWireSize(long bytes) {
            if (isOneMessage) {
                own.addAndGet(bytes);
                held.addAndGet(bytes);
                waiting.put(number, this);
                if (closed) {
                    release();
                }
                resetOldest();
            }
        }

        @Override
        public void streamClosed(Status status) {
            closed = true;
            release();
        }

        private void release() {
            waiting.remove(number);
            held.addAndGet(-own.getAndSet(0));
        }

        private void reset() {
            release();
            OpenCall call = open;
            if (call != null) {
                call.reset("too much is unread of all answers");
            }
        }
    }
}

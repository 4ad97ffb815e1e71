package io.stoa.http;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much gRPC holds of messages that are not complete, over all calls: a call whose peer sends more ends with
 * RESOURCE_EXHAUSTED. Safe for use by any thread.
 */
final class InboundMessages extends ServerStreamTracer.Factory {

    private final long maxBytes;
    private final AtomicLong held = new AtomicLong();

    InboundMessages(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    long heldBytes() {
        return held.get();
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new Call();
    }

    /** Of the event loop of its connection. */
    private final class Call extends ServerStreamTracer {

        private long own;

        @Override
        public void inboundWireSize(long bytes) {
            own += bytes;
            long all = held.addAndGet(bytes);
            if (all > maxBytes) {
                throw Status.RESOURCE_EXHAUSTED
                        .withDescription("bytes of requests that are not complete: " + all + " (expected: at most "
                                + maxBytes + ")")
                        .asRuntimeException();
            }
        }

        /** It is complete. */
        @Override
        public void inboundMessageRead(int number, long wireBytes, long bytes) {
            release();
        }

        @Override
        public void streamClosed(Status status) {
            release();
        }

        private void release() {
            held.addAndGet(-own);
            own = 0;
        }
    }
}

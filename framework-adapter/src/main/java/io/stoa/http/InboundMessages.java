package io.stoa.http;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How much gRPC holds of messages that are not complete: a call whose peer sends more than there may be, over all calls
 * or in one message of that call, ends with RESOURCE_EXHAUSTED. Safe for use by any thread.
 */
final class InboundMessages extends ServerStreamTracer.Factory {

    private static final Context.Key<Call> CALL = Context.key("inbound-messages");

    private final long maxBytes;
    private final AtomicLong held = new AtomicLong();

    /** @param maxBytes over all calls */
    InboundMessages(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    long heldBytes() {
        return held.get();
    }

    /** Those of the call that is being served by this thread; null where nobody counts them. */
    static @Nullable Call ofCurrentCall() {
        return CALL.get();
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new Call();
    }

    /** Of the event loop of its connection. */
    final class Call extends ServerStreamTracer {

        private long own;
        private long maxOwn = Long.MAX_VALUE;
        private @Nullable ServerCall<?, ?> limited;

        /** @param maxMessageBytes as it comes */
        void limit(int maxMessageBytes, ServerCall<?, ?> call) {
            maxOwn = maxMessageBytes;
            limited = call;
        }

        @Override
        public Context filterContext(Context context) {
            return context.withValue(CALL, this);
        }

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
            ServerCall<?, ?> open = limited;
            if (own > maxOwn && open != null) {
                limited = null;
                open.close(
                        Status.RESOURCE_EXHAUSTED.withDescription(
                                "request: more than " + maxOwn + " bytes (expected: at most " + maxOwn + ")"),
                        new Metadata());
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

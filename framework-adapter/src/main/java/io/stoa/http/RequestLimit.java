package io.stoa.http;

import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Limits what may come as one message to a service over gRPC, below the limit of all: a call is refused as soon as more
 * has come, so that one that never ends does not fill the memory.
 */
public final class RequestLimit implements ServerInterceptor {

    /** To be counted with by the server. */
    static final ServerStreamTracer.Factory COUNTING = new ServerStreamTracer.Factory() {
        @Override
        public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
            return new Counter();
        }
    };

    private static final Context.Key<Counter> COUNTER = Context.key("request-bytes");

    private final int maxBytes;

    private RequestLimit(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** @param maxBytes of a message, as it comes */
    public static BindableService on(BindableService service, int maxBytes) {
        ServerServiceDefinition limited = ServerInterceptors.intercept(service, new RequestLimit(maxBytes));
        return () -> limited;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Counter counter = COUNTER.get();
        if (counter != null) {
            counter.limit(maxBytes, call);
        }
        return next.startCall(call, headers);
    }

    /** What has come of the message that is not complete. Used by the event loop of its call. */
    private static final class Counter extends ServerStreamTracer {

        private long bytes;
        private long maxBytes = Long.MAX_VALUE;
        private @Nullable ServerCall<?, ?> call;

        void limit(int limitBytes, ServerCall<?, ?> limited) {
            maxBytes = limitBytes;
            call = limited;
        }

        @Override
        public Context filterContext(Context context) {
            return context.withValue(COUNTER, this);
        }

        @Override
        public void inboundWireSize(long more) {
            bytes += more;
            ServerCall<?, ?> open = call;
            if (bytes > maxBytes && open != null) {
                call = null;
                open.close(
                        Status.RESOURCE_EXHAUSTED.withDescription(
                                "request: more than " + maxBytes + " bytes (expected: at most " + maxBytes + ")"),
                        new Metadata());
            }
        }

        @Override
        public void inboundMessageRead(int number, long wireBytes, long plainBytes) {
            bytes = 0;
        }
    }
}

package io.stoa.http;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A call over gRPC that is served. Its service ends it as any other, but a peer that reads nothing hears of no end, and
 * keeps the call open for as long as it keeps its connection: for such a one there is {@link #reset}. Safe for use by
 * any thread.
 */
public final class OpenCall {

    /** To be known by the server. */
    static final ServerStreamTracer.Factory TRACING = new ServerStreamTracer.Factory() {
        @Override
        public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
            return new Tracer();
        }
    };

    private static final Context.Key<Context.CancellableContext> CALL = Context.key("open-call");

    private final Context.@Nullable CancellableContext context;

    private OpenCall(Context.@Nullable CancellableContext context) {
        this.context = context;
    }

    /** The one that is being served by this thread. */
    public static OpenCall current() {
        return of(Context.current());
    }

    static OpenCall of(Context context) {
        return new OpenCall(CALL.get(context));
    }

    /** Ends it at once: what was written and not read is dropped, and its handlers hear that it was cancelled. */
    public void reset(String why) {
        if (context != null) {
            // Of all reasons for which a call is cancelled, gRPC resets the stream for this one only.
            context.cancel(new TimeoutException(why));
        }
    }

    private static final class Tracer extends ServerStreamTracer {

        @Override
        public Context filterContext(Context context) {
            Context.CancellableContext call = context.withCancellation();
            return call.withValue(CALL, call);
        }
    }
}

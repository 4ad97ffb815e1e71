package io.stoa.http;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;

/**
 * Limits what may come as one message to a service over gRPC, below the limit of all: a call is refused as soon as more
 * has come, so that one that never ends does not fill the memory.
 */
public final class RequestLimit implements ServerInterceptor {

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
        InboundMessages.Call inbound = InboundMessages.ofCurrentCall();
        if (inbound != null) {
            inbound.limit(maxBytes, call);
        }
        return next.startCall(call, headers);
    }
}

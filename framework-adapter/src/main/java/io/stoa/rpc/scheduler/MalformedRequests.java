package io.stoa.rpc.scheduler;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/**
 * Says INVALID_ARGUMENT to requests that are no messages of their type, and to those that lack what their type
 * requires; gRPC itself takes them for a fault of the service.
 */
final class MalformedRequests implements ServerInterceptor {

    private MalformedRequests() {}

    /** The same service, which does not see requests that cannot be read. */
    static ServerServiceDefinition keptFrom(ServerServiceDefinition service) {
        return ServerInterceptors.intercept(
                ServerInterceptors.useInputStreamMessages(service), new MalformedRequests());
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {

            private boolean received;
            private boolean refused;

            @Override
            public void onMessage(Q message) {
                received = true;
                try {
                    super.onMessage(message);
                } catch (StatusRuntimeException e) {
                    if (!(e.getCause() instanceof InvalidProtocolBufferException cause)) {
                        throw e;
                    }
                    refuse(String.valueOf(cause.getMessage()));
                }
            }

            private void refuse(String actual) {
                refused = true;
                call.close(
                        Status.INVALID_ARGUMENT.withDescription("request: " + actual + " (expected: the input of "
                                + call.getMethodDescriptor().getFullMethodName() + ")"),
                        new Metadata());
            }

            /** Whoever waits for a request would only miss it. */
            @Override
            public void onHalfClose() {
                if (!received) {
                    refuse("none");
                } else if (!refused) {
                    super.onHalfClose();
                }
            }
        };
    }
}

package io.stoa.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;

/**
 * Says INVALID_ARGUMENT to requests that are no messages of their type, to those that lack what their type requires,
 * and to those with {@linkplain UnknownEnumValues values that nobody knows}; gRPC itself takes the former for a fault
 * of the service, and the latter for the default.
 */
public final class MalformedRequests implements ServerInterceptor {

    private MalformedRequests() {}

    /** The same service, which does not see requests that cannot be read. */
    public static ServerServiceDefinition keptFrom(ServerServiceDefinition service) {
        // Messages are parsed behind this interceptor, so that it sees how that ends.
        ServerServiceDefinition parsing = ServerInterceptors.useMarshalledMessages(
                ServerInterceptors.intercept(service, new UnknownEnumValues()), new Unread(), new Unread());
        return ServerInterceptors.intercept(parsing, new MalformedRequests());
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Refusable<Q, R> refusable = new Refusable<>(call);
        return new SimpleForwardingServerCallListener<>(next.startCall(refusable, headers)) {

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
                refusable.refuse(actual);
            }

            /** Whoever waits for a request would only miss it. */
            @Override
            public void onHalfClose() {
                if (!received && call.getMethodDescriptor().getType().clientSendsOneMessage()) {
                    refuse("none");
                } else if (!refused) {
                    super.onHalfClose();
                }
            }
        };
    }

    /** May have been ended by whoever was asked before the request came. */
    private static final class Refusable<Q, R> extends SimpleForwardingServerCall<Q, R> {

        private volatile boolean closed;

        Refusable(ServerCall<Q, R> call) {
            super(call);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            closed = true;
            super.close(status, trailers);
        }

        void refuse(String actual) {
            if (!closed) {
                close(
                        Status.INVALID_ARGUMENT.withDescription("request: " + actual + " (expected: the input of "
                                + getMethodDescriptor().getFullMethodName() + ")"),
                        new Metadata());
            }
        }
    }

    /** Passes messages on as they are. */
    private static final class Unread implements MethodDescriptor.Marshaller<InputStream> {

        @Override
        public InputStream stream(InputStream message) {
            return message;
        }

        @Override
        public InputStream parse(InputStream message) {
            return message;
        }
    }
}

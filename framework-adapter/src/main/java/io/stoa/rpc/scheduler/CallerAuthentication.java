package io.stoa.rpc.scheduler;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.stoa.authentication.BasicAuthentication;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has schedulers prove who they are, by HTTP's basic authentication in the metadata of each call. */
final class CallerAuthentication implements ServerInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(CallerAuthentication.class);

    static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private static final Context.Key<String> PRINCIPAL = Context.key("stoa-principal");

    private final Supplier<Optional<BasicAuthentication>> authentication;
    private final SchedulerCounts counts;

    /** @param authentication empty: anybody may call */
    CallerAuthentication(Supplier<Optional<BasicAuthentication>> authentication, SchedulerCounts counts) {
        this.authentication = authentication;
        this.counts = counts;
    }

    /** Who the caller of the current call has proved to be; empty where nobody has to. */
    static Optional<String> principal() {
        return Optional.ofNullable(PRINCIPAL.get());
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Optional<BasicAuthentication> guard = authentication.get();
        if (guard.isEmpty()) {
            return next.startCall(call, headers);
        }
        Optional<String> authorization = Optional.ofNullable(headers.get(AUTHORIZATION));
        Optional<String> principal = guard.get().principal(authorization);
        if (principal.isEmpty()) {
            counts.authenticationsRefused.increment();
            LOG.info(
                    "authentication refused principal={} peer={} method={}",
                    BasicAuthentication.claimed(authorization),
                    call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR),
                    call.getMethodDescriptor().getFullMethodName());
            call.close(
                    Status.UNAUTHENTICATED.withDescription(
                            "authorization: missing or wrong (expected: \"Basic\" with a principal and its secret)"),
                    new Metadata());
            return new ServerCall.Listener<>() {};
        }
        return Contexts.interceptCall(Context.current().withValue(PRINCIPAL, principal.get()), call, headers, next);
    }
}

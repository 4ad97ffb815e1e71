package io.stoa.mesos.v1;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.stoa.mesos.scheduler.CallAnswer;
import io.stoa.mesos.scheduler.SchedulerApi;
import io.stoa.mesos.v1.CallDecoder.RefusedBody;
import java.util.Optional;
import org.apache.mesos.v1.scheduler.Protos.Call;

/**
 * {@code POST /api/v1/scheduler}: checks a request in Mesos' order, then hands the call over. Safe for use by any
 * thread.
 */
public final class SchedulerHttpHandler {

    static final String STREAM_ID = "Mesos-Stream-Id";

    private static final String SUPPORTED =
            "Expecting 'Content-Type' of " + MediaType.JSON.text() + " or " + MediaType.PROTOBUF.text();

    private static final String ACCEPTABLE =
            "Expecting 'Accept' to allow '" + MediaType.PROTOBUF.text() + "' or '" + MediaType.JSON.text() + "'";

    private final SchedulerApi api;
    private final long maxPendingBytes;

    /** @param maxPendingBytes what may wait for a scheduler that does not read, before its stream is cut */
    public SchedulerHttpHandler(SchedulerApi api, long maxPendingBytes) {
        this.api = api;
        this.maxPendingBytes = maxPendingBytes;
    }

    /** @param body the whole body; stays the caller's */
    public void handle(HttpMethod method, HttpHeaders headers, ByteBuf body, HttpReply reply) {
        if (!method.equals(HttpMethod.POST)) {
            reply.respond(
                    HttpResponseStatus.METHOD_NOT_ALLOWED,
                    new DefaultHttpHeaders().set("Allow", "POST"),
                    "405 Method Not Allowed. Expecting one of { 'POST' }, but received '" + method + "'.");
            return;
        }
        String contentType = headers.get(HttpHeaderNames.CONTENT_TYPE);
        if (contentType == null) {
            refuse(reply, "Expecting 'Content-Type' to be present");
            return;
        }
        Optional<MediaType> type = MediaType.ofContent(contentType);
        if (type.isEmpty()) {
            reply.respond(HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE, EmptyHttpHeaders.INSTANCE, SUPPORTED);
            return;
        }
        Call call;
        try {
            call = CallDecoder.decode(type.get(), body);
        } catch (RefusedBody e) {
            refuse(reply, String.valueOf(e.getMessage()));
            return;
        }
        handle(call, headers, reply);
    }

    private void handle(Call call, HttpHeaders headers, HttpReply reply) {
        Optional<String> error = SchedulerApi.invalidity(call);
        if (error.isPresent()) {
            refuse(reply, "Failed to validate scheduler::Call: " + error.get());
            return;
        }
        boolean subscribes = call.getType() == Call.Type.SUBSCRIBE;
        // Mesos looks at Accept only where the answer, or what it once was, has a body.
        MediaType accepted = null;
        if (subscribes || call.getType() == Call.Type.RECONCILE_OPERATIONS) {
            accepted =
                    MediaType.accepted(headers.getAll(HttpHeaderNames.ACCEPT)).orElse(null);
            if (accepted == null) {
                reply.respond(HttpResponseStatus.NOT_ACCEPTABLE, EmptyHttpHeaders.INSTANCE, ACCEPTABLE);
                return;
            }
        }
        Optional<String> streamId = Optional.ofNullable(headers.get(STREAM_ID));
        if (!subscribes || accepted == null) {
            api.call(call, streamId, answer -> answer(reply, answer));
        } else if (streamId.isPresent()) {
            refuse(reply, "Subscribe calls should not include the 'Mesos-Stream-Id' header");
        } else {
            api.subscribe(call, new HttpEventStream(accepted, reply, maxPendingBytes));
        }
    }

    private static void refuse(HttpReply reply, String text) {
        reply.respond(HttpResponseStatus.BAD_REQUEST, EmptyHttpHeaders.INSTANCE, text);
    }

    private static void answer(HttpReply reply, CallAnswer answer) {
        HttpResponseStatus status = switch (answer.kind()) {
            case ACCEPTED -> HttpResponseStatus.ACCEPTED;
            case OK -> HttpResponseStatus.OK;
            case INVALID -> HttpResponseStatus.BAD_REQUEST;
            case FORBIDDEN -> HttpResponseStatus.FORBIDDEN;
            case NOT_IMPLEMENTED -> HttpResponseStatus.NOT_IMPLEMENTED;
            case UNAVAILABLE -> HttpResponseStatus.SERVICE_UNAVAILABLE;
        };
        reply.respond(status, EmptyHttpHeaders.INSTANCE, answer.message());
    }
}

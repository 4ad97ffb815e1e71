package io.stoa.mesos.v1;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.stoa.http.HttpHandler;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.mesos.scheduler.CallAnswer;
import io.stoa.mesos.scheduler.SchedulerApi;
import io.stoa.mesos.v1.CallDecoder.RefusedBody;
import java.util.List;
import java.util.Optional;
import org.apache.mesos.v1.scheduler.Protos.Call;

/** {@code POST /api/v1/scheduler}: checks a request in Mesos' order, then hands the call over. */
public final class SchedulerHttpHandler implements HttpHandler {

    static final String STREAM_ID = "Mesos-Stream-Id";

    private static final String SUPPORTED =
            "Expecting 'Content-Type' of " + MediaType.JSON.text() + " or " + MediaType.PROTOBUF.text();

    private static final String ACCEPTABLE =
            "Expecting 'Accept' to allow '" + MediaType.PROTOBUF.text() + "' or '" + MediaType.JSON.text() + "'";

    private final SchedulerApi api;

    public SchedulerHttpHandler(SchedulerApi api) {
        this.api = api;
    }

    @Override
    public void handle(HttpRequest request, HttpReply reply) {
        if (!request.method().equals("POST")) {
            reply.send(HttpResponse.methodNotAllowed(List.of("POST"), request.method()));
            return;
        }
        Optional<String> contentType = request.header("Content-Type");
        if (contentType.isEmpty()) {
            refuse(reply, "Expecting 'Content-Type' to be present");
            return;
        }
        Optional<MediaType> type = MediaType.ofContent(contentType.get());
        if (type.isEmpty()) {
            reply.send(HttpResponse.text(415, SUPPORTED));
            return;
        }
        Call call;
        try {
            call = CallDecoder.decode(type.get(), request.body());
        } catch (RefusedBody e) {
            refuse(reply, String.valueOf(e.getMessage()));
            return;
        }
        handle(call, request, reply);
    }

    private void handle(Call call, HttpRequest request, HttpReply reply) {
        Optional<String> error = SchedulerApi.invalidity(call);
        if (error.isPresent()) {
            refuse(reply, "Failed to validate scheduler::Call: " + error.get());
            return;
        }
        boolean subscribes = call.getType() == Call.Type.SUBSCRIBE;
        // Mesos looks at Accept only where the answer, or what it once was, has a body.
        MediaType accepted = null;
        if (subscribes || call.getType() == Call.Type.RECONCILE_OPERATIONS) {
            accepted = MediaType.accepted(request.headers().getAll(HttpHeaderNames.ACCEPT))
                    .orElse(null);
            if (accepted == null) {
                reply.send(HttpResponse.text(406, ACCEPTABLE));
                return;
            }
        }
        Optional<String> streamId = request.header(STREAM_ID);
        if (!subscribes || accepted == null) {
            api.call(call, streamId, answer -> answer(reply, answer));
        } else if (streamId.isPresent()) {
            refuse(reply, "Subscribe calls should not include the 'Mesos-Stream-Id' header");
        } else {
            api.subscribe(call, new HttpEventStream(accepted, reply));
        }
    }

    private static void refuse(HttpReply reply, String text) {
        reply.send(HttpResponse.text(400, text));
    }

    private static void answer(HttpReply reply, CallAnswer answer) {
        int status = switch (answer.kind()) {
            case ACCEPTED -> 202;
            case OK -> 200;
            case INVALID -> 400;
            case FORBIDDEN -> 403;
            case NOT_IMPLEMENTED -> 501;
            case UNAVAILABLE -> 503;
        };
        reply.send(
                answer.message().isEmpty() ? HttpResponse.empty(status) : HttpResponse.text(status, answer.message()));
    }
}

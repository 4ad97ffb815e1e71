package io.stoa.mesos.v1;

import io.stoa.http.HttpHandler;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.http.call.CallReader;
import io.stoa.http.call.MediaType;
import io.stoa.mesos.scheduler.CallAnswer;
import io.stoa.mesos.scheduler.SchedulerApi;
import io.stoa.mesos.scheduler.Takeover;
import java.util.Optional;
import org.apache.mesos.v1.scheduler.Protos.Call;

/** {@code POST /api/v1/scheduler}: checks a request in Mesos' order, then hands the call over. */
public final class SchedulerHttpHandler implements HttpHandler {

    static final String STREAM_ID = "Mesos-Stream-Id";

    private final SchedulerApi api;

    public SchedulerHttpHandler(SchedulerApi api) {
        this.api = api;
    }

    @Override
    public void handle(HttpRequest request, HttpReply reply) {
        CallReader.read(request, reply, Call.newBuilder()).ifPresent(call -> handle(call.build(), request, reply));
    }

    private void handle(Call call, HttpRequest request, HttpReply reply) {
        Optional<String> error = SchedulerApi.invalidity(call)
                .or(() -> request.principal().flatMap(principal -> SchedulerApi.pretence(call, principal)));
        if (error.isPresent()) {
            CallReader.refuse(reply, "Failed to validate scheduler::Call: " + error.get());
            return;
        }
        boolean subscribes = call.getType() == Call.Type.SUBSCRIBE;
        // Mesos looks at Accept only where the answer, or what it once was, has a body.
        Optional<MediaType> accepted = Optional.empty();
        if (subscribes || call.getType() == Call.Type.RECONCILE_OPERATIONS) {
            accepted = CallReader.accepted(request, reply);
            if (accepted.isEmpty()) {
                return;
            }
        }
        Optional<String> streamId = request.header(STREAM_ID);
        if (!subscribes || accepted.isEmpty()) {
            Optional<String> trespass = request.principal().flatMap(principal -> api.trespass(call, principal));
            trespass.ifPresentOrElse(
                    text -> CallReader.refuse(reply, text),
                    () -> api.call(call, streamId, answer -> answer(reply, answer)));
        } else if (streamId.isPresent()) {
            CallReader.refuse(reply, "Subscribe calls should not include the 'Mesos-Stream-Id' header");
        } else {
            Call subscription = request.principal()
                    .map(principal -> SchedulerApi.withPrincipal(call, principal))
                    .orElse(call);
            api.subscribe(subscription, new HttpEventStream(accepted.get(), reply), Takeover.ALLOWED);
        }
    }

    private static void answer(HttpReply reply, CallAnswer answer) {
        int status = switch (answer.kind()) {
            case ACCEPTED -> 202;
            case OK -> 200;
            case INVALID, STRANGE -> 400;
            case FORBIDDEN, DISCONNECTED -> 403;
            case NOT_IMPLEMENTED -> 501;
            case UNAVAILABLE, TOO_MANY -> 503;
        };
        reply.send(
                answer.message().isEmpty() ? HttpResponse.empty(status) : HttpResponse.text(status, answer.message()));
    }
}

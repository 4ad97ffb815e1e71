package io.stoa.agent.http;

import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.http.StreamingHandler;
import io.stoa.http.call.CallReader;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.mesos.v1.agent.Protos.Call;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /api/v1} of an agent: checks a request in Mesos' order, then hands the call to who answers its type. */
final class AgentApiHandler implements StreamingHandler {

    private static final Logger LOG = LoggerFactory.getLogger(AgentApiHandler.class);

    /** Whose answer may be a stream. */
    private static final Set<Call.Type> STREAMED =
            Set.of(Call.Type.ATTACH_CONTAINER_OUTPUT, Call.Type.LAUNCH_NESTED_CONTAINER_SESSION);

    private final Map<Call.Type, CallHandler> handlers = new EnumMap<>(Call.Type.class);
    private final StreamCalls streams;

    /** @param handlers of the calls with one answer */
    AgentApiHandler(List<Map<Call.Type, CallHandler>> handlers, StreamCalls streams) {
        handlers.forEach(this.handlers::putAll);
        this.streams = streams;
    }

    Set<Call.Type> calls() {
        Set<Call.Type> calls = EnumSet.copyOf(STREAMED);
        calls.addAll(handlers.keySet());
        calls.add(Call.Type.ATTACH_CONTAINER_INPUT);
        return calls;
    }

    @Override
    public boolean streams(HttpRequest head) {
        return head.header("Content-Type").equals(Optional.of(RequestForms.RECORDIO));
    }

    @Override
    public BodySink open(HttpRequest head, HttpReply reply, Runnable resume) {
        return RequestForms.of(head, reply)
                .<BodySink>map(forms -> new InputBody(forms, streams, reply, resume))
                .orElse(IgnoredBody.INSTANCE);
    }

    @Override
    public void handle(HttpRequest request, HttpReply reply) {
        if (streams(request)) {
            BodySink sink = open(request, reply, () -> {});
            sink.take(request.body());
            sink.end();
            return;
        }
        RequestForms.of(request, reply).ifPresent(forms -> {
            Call.Builder call = Call.newBuilder();
            Optional<String> error = read(forms, request.body(), call);
            if (error.isPresent()) {
                CallReader.refuse(reply, error.get());
            } else {
                answer(call.build(), forms, reply);
            }
        });
    }

    /** What is wrong with a call, or with what it is to be read from. */
    static Optional<String> read(RequestForms forms, byte[] bytes, Call.Builder call) {
        Optional<String> error = CallReader.parse(forms.content(), bytes, call);
        return error.isPresent()
                ? error
                : AgentCallRules.invalidity(call.build()).map(text -> "Failed to validate agent::Call: " + text);
    }

    private void answer(Call call, RequestForms forms, HttpReply reply) {
        Call.Type type = call.getType();
        if (type == Call.Type.ATTACH_CONTAINER_INPUT) {
            reply.send(HttpResponse.text(
                    415, "Expecting 'Content-Type' to be " + RequestForms.RECORDIO + " for " + type + " call"));
        } else if (forms.streamsOut() && !STREAMED.contains(type)) {
            reply.send(HttpResponse.text(406, "Streaming response is not supported for " + type + " call"));
        } else if (STREAMED.contains(type)) {
            streams.answer(call, forms, reply);
        } else {
            CallHandler handler = handlers.get(type);
            send(
                    handler == null
                            ? CompletableFuture.completedFuture(HttpResponse.text(501, "501 Not Implemented."))
                            : handler.answer(call, forms.accepted()),
                    type,
                    reply);
        }
    }

    private static void send(CompletableFuture<HttpResponse> answer, Call.Type type, HttpReply reply) {
        answer.whenComplete((response, failure) -> {
            if (failure == null) {
                reply.send(response);
            } else {
                LOG.error("no answer to {}", type, failure);
                reply.send(HttpResponse.text(500, "Internal error: " + failure));
            }
        });
    }

    /** Of a request that has been refused. */
    private enum IgnoredBody implements BodySink {
        INSTANCE;

        @Override
        public boolean take(byte[] piece) {
            return true;
        }

        @Override
        public void end() {}

        @Override
        public void lost() {}
    }
}

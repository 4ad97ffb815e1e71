package io.stoa.master.operator.v1;

import io.stoa.http.HttpHandler;
import io.stoa.http.HttpReply;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.http.call.CallReader;
import io.stoa.http.call.MediaType;
import io.stoa.master.operator.Answers;
import io.stoa.master.operator.OperatorContext;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.mesos.v1.master.Protos.Call;

/** {@code POST /api/v1}: checks a request in Mesos' order, then hands the call to who answers its type. */
public final class OperatorHttpHandler implements HttpHandler {

    private final Map<Call.Type, CallHandler> handlers = new EnumMap<>(Call.Type.class);
    private final Answers answers;

    public OperatorHttpHandler(OperatorContext context) {
        answers = context.answers();
        handlers.putAll(new MasterCalls(context).handlers());
        handlers.putAll(new ClusterCalls(context).handlers());
        handlers.putAll(new RoleCalls(context).handlers());
        handlers.putAll(new RemovalCalls(context).handlers());
        handlers.putAll(new ActivationCalls(context).handlers());
        handlers.putAll(new ResourceCalls(context).handlers());
    }

    /** The types that are answered; 501 for all others. */
    public Set<Call.Type> calls() {
        return Collections.unmodifiableSet(handlers.keySet());
    }

    @Override
    public void handle(HttpRequest request, HttpReply reply) {
        CallReader.read(request, reply, Call.newBuilder()).ifPresent(call -> handle(call.build(), request, reply));
    }

    private void handle(Call call, HttpRequest request, HttpReply reply) {
        Optional<String> error = CallRules.invalidity(call);
        if (error.isPresent()) {
            CallReader.refuse(reply, "Failed to validate master::Call: " + error.get());
            return;
        }
        Optional<MediaType> accepted = CallReader.accepted(request, reply);
        if (accepted.isEmpty()) {
            return;
        }
        CallHandler handler = handlers.get(call.getType());
        if (handler == null) {
            reply.send(HttpResponse.text(501, "501 Not Implemented."));
            return;
        }
        Form form = Form.of(accepted.get());
        answers.handler((any, same) -> answer(handler.answer(call, form), form, request, same))
                .handle(request, reply);
    }

    private static void answer(CallAnswer answer, Form form, HttpRequest request, HttpReply reply) {
        if (answer instanceof CallAnswer.Shown shown) {
            reply.send(form.head(), shown.body());
        } else if (answer instanceof CallAnswer.Said said) {
            Answers.send(said.response(), request, reply);
        }
    }
}

package io.stoa.master.operator;

import io.stoa.http.HttpHandler;
import io.stoa.http.HttpRequest;
import io.stoa.http.HttpResponse;
import io.stoa.state.model.FrameworkId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Mesos' v0 endpoints that take a form by POST. */
final class ChangingEndpoints {

    private final RemovalDesk removals;

    ChangingEndpoints(OperatorContext context) {
        removals = new RemovalDesk(context);
    }

    private interface Action {
        CompletableFuture<HttpResponse> on(FormBody form) throws BadRequestException;
    }

    /** Handlers by path. */
    Map<String, HttpHandler> handlers(Answers answers) {
        return Map.of("/teardown", post(answers, form -> removals.tearDown(new FrameworkId(form.get("frameworkId")))));
    }

    private static HttpHandler post(Answers answers, Action action) {
        return answers.later(request -> answer(request, action));
    }

    private static CompletableFuture<HttpResponse> answer(HttpRequest request, Action action) {
        if (!request.method().equals("POST")) {
            return CompletableFuture.completedFuture(HttpResponse.methodNotAllowed(List.of("POST"), request.method()));
        }
        try {
            return action.on(FormBody.of(request));
        } catch (BadRequestException e) {
            return Commits.refused(400, e.text());
        }
    }
}
